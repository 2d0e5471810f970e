package train

import (
	"math"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Plateau says when a loss has stopped falling: more than Patience epochs in a row were not better than the best by the
// share Threshold. Then the rate is multiplied by the schedule's factor, and Cooldown epochs do not count.
type Plateau struct {
	Patience, Cooldown int
	Threshold          float64
}

// PlateauState is how far the schedule plateau has come. A session keeps it with the weights as schedule.plateau, so
// that a saved run goes on with it.
type PlateauState struct {
	Scale  float32 // times the learning rate
	Best   float32 // lowest loss so far
	Bad    int     // epochs since then
	Rest   int     // epochs of the cooldown that are left
	Epochs int     // whose losses it has seen
}

const plateauName = "schedule.plateau"

// NewPlateauState returns the state before the first epoch.
func NewPlateauState() PlateauState { return PlateauState{Scale: 1, Best: math.MaxFloat32} }

// After returns the state after an epoch with a validation loss.
func (p PlateauState) After(s Schedule, loss float64) PlateauState {
	p.Epochs++
	if loss < float64(p.Best)*(1-s.Plateau.Threshold) {
		p.Best, p.Bad = float32(loss), 0
	} else {
		p.Bad++
	}
	if p.Rest > 0 {
		p.Rest, p.Bad = p.Rest-1, 0
	}
	if p.Bad > s.Plateau.Patience {
		p.Scale *= float32(usual(s.Factor, 0.1))
		p.Bad, p.Rest = 0, s.Plateau.Cooldown
	}
	return p
}

// Rate returns the rate that is left of a schedule's, not below its floor.
func (p PlateauState) Rate(s Schedule, rate float64) float64 {
	return max(rate*float64(p.Scale), min(rate, s.Floor))
}

func (p PlateauState) tensor() plan.Tensor {
	return plan.Float32s(graph.Shape{5}, p.Scale, p.Best, float32(p.Bad), float32(p.Rest), float32(p.Epochs))
}

// plateauOf reads the state of t, or starts anew where there is none.
func plateauOf(t plan.Tensor) PlateauState {
	if len(t.F32) != 5 {
		return NewPlateauState()
	}
	return PlateauState{t.F32[0], t.F32[1], int(t.F32[2]), int(t.F32[3]), int(t.F32[4])}
}

package train

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
)

// RunState is how far a run has come, as far as the weights do not say so. With the weights, the optimiser's states among
// them, it is all that a run needs to go on as if it had never stopped: the order of the samples follows from seed and
// step, and so do all random numbers.
type RunState struct {
	Step int `json:"step"` // training steps done
	// What fixes the order of the samples.
	Seed    uint32 `json:"seed"`
	Batch   int    `json:"batch"` // what is accumulated counts
	Samples int    `json:"samples"`
	// Epochs are finished, their validation included.
	Epochs int `json:"epochs"`
	// Best is the best figure that was watched, of BestEpoch, counted from 1; 0: there is none yet.
	Best      float64 `json:"best"`
	BestEpoch int     `json:"bestEpoch"`
	Stale     int     `json:"stale"` // epochs since then
}

// check returns an error if a run with these settings would not continue the one of the state.
func (r RunState) check(cfg Config, samples int) error {
	if r.Batch == 0 { // a run that has not begun, or of which nothing is known
		return nil
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{{"batch", cfg.Batch * cfg.Accumulate, r.Batch}, {"seed", int(cfg.Seed), int(r.Seed)}, {"samples", samples, r.Samples}} {
		if c.got != c.want {
			return fmt.Errorf("train: go on at step %d: %s: got %d, want %d as before; set Resume to false for a new run", r.Step, c.what, c.got, c.want)
		}
	}
	return nil
}

// progress is a state with the weights of the best epoch, which are there if the run keeps them.
type progress struct {
	RunState
	best map[string]plan.Tensor
}

// Checkpoint is everything that a run needs to go on, to the bit on a device that computes alike.
type Checkpoint struct {
	Weights map[string]plan.Tensor // everything that persists
	Best    map[string]plan.Tensor // the model's values of the best epoch; nil if the run does not keep them
	State   RunState
}

// Checkpoint returns weights and state as they are after the same step. On a device that is lost they are those of the
// last copy.
func (s *Session) Checkpoint(ctx context.Context) (Checkpoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Checkpoint{}, graph.ErrClosed
	}
	if err := s.refresh(ctx); err != nil && !errors.Is(err, graph.ErrDeviceLost) {
		return Checkpoint{}, err
	}
	c := Checkpoint{maps.Clone(s.weights), maps.Clone(s.copiedRun.best), s.copiedRun.RunState}
	c.State.Step = s.copied
	return c, nil
}

// RunState returns how far the run that goes on, or went on last, has come, steps on their way included.
func (s *Session) RunState() RunState {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.run.RunState
	r.Step = s.position
	return r
}

// SetCheckpoint takes weights and state over, so that Train with Resume goes on from there. On an error nothing has
// changed.
func (s *Session) SetCheckpoint(c Checkpoint) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return graph.ErrClosed
	}
	r := c.State
	if r.Step < 0 || r.Batch < 0 || r.Samples < 0 || r.Epochs < 0 || r.BestEpoch < 0 || r.Stale < 0 || math.IsNaN(r.Best) || math.IsInf(r.Best, 0) {
		return fmt.Errorf("train: the run's state has a number out of range: %+v: %w", r, graph.ErrFormat)
	}
	if c.Best != nil {
		if err := s.checkWeights(c.Best); err != nil {
			return fmt.Errorf("weights of the best epoch: %w", err)
		}
	}
	if err := s.setWeights(c.Weights, r.Step); err != nil {
		return err
	}
	s.run = progress{r, maps.Clone(c.Best)}
	s.copiedRun = s.run
	return nil
}

// checkWeights returns an error unless every parameter of the model is there, everything that the model has is of its
// shape, and every number is one. Running statistics, and side heads, which only training has, may be missing.
func (s *Session) checkWeights(w map[string]plan.Tensor) error {
	g, err := PredictionGraph(s.model, 1)
	if err != nil {
		return err
	}
	for _, p := range g.Params() {
		if _, ok := w[p.Name]; !ok {
			return fmt.Errorf("train: the file has no weights called %s: it belongs to another net: %w", p.Name, graph.ErrFormat)
		}
	}
	values, err := trainedValues(s.model)
	if err != nil {
		return err
	}
	for _, v := range values {
		for _, name := range []string{v.Name, v.Name + averageSuffix} {
			if t, ok := w[name]; ok && !t.Shape.Equal(v.Shape) {
				return fmt.Errorf("train: %s: the file has %v, the net wants %v: it belongs to another net: %w", name, t.Shape, v.Shape, graph.ErrFormat)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w)) {
		if err := w[name].Check(name, graph.F32, w[name].Shape); err != nil {
			return fmt.Errorf("train: %w", err)
		}
		if i := notFinite(w[name].F32); i >= 0 {
			return fmt.Errorf("train: %s[%d] is %g, which is not a number to go on with; take an earlier file: %w", name, i, w[name].F32[i], graph.ErrFormat)
		}
	}
	return nil
}

// trainedValues returns the parameters and states that a model has in training, side heads included.
func trainedValues(m Model) ([]*graph.Value, error) {
	g := graph.New()
	b := layer.NewBuilder(g)
	b.Training, b.Random = true, g.Input("rng", graph.I32, graph.Shape{2})
	x := g.Input("x", graph.F32, append(graph.Shape{2}, m.InputShape()...)) // statistics of one sample can be of one number
	if _, err := m.Logits(b, x); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(g.Values), func(v *graph.Value) bool {
		return v.Role != graph.Parameter && v.Role != graph.State
	}), nil
}

// notFinite returns the place of the first NaN or infinity, or -1.
func notFinite(x []float32) int {
	return slices.IndexFunc(x, func(v float32) bool { return v-v != 0 })
}

// modelValues returns those of w that the model itself has: parameters, their
// averages and running statistics, but no optimiser's states.
func (s *Session) modelValues(w map[string]plan.Tensor) (map[string]plan.Tensor, error) {
	g, err := PredictionGraph(s.model, 1)
	if err != nil {
		return nil, err
	}
	m := map[string]plan.Tensor{}
	for _, v := range g.Values {
		if v.Role != graph.Parameter && v.Role != graph.State {
			continue
		}
		for _, name := range []string{v.Name, v.Name + averageSuffix} {
			if t, ok := w[name]; ok {
				m[name] = t
			}
		}
	}
	return m, nil
}

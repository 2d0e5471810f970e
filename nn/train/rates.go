package train

import (
	"context"
	"errors"
	"slices"

	"github.com/fovea-nn/fovea/nn/plan"
)

// checkSchedule returns an error if the schedule cannot be followed with these settings.
func (c Config) checkSchedule() error {
	if c.Schedule.Kind == OnPlateau && c.Validation == nil {
		return errors.New("train: schedule: plateau follows the loss on a validation set, and there is none; give one, or take cosine")
	}
	return c.Schedule.Check()
}

// begin prepares what persists beside the weights: averages, the optimizer's states, and the schedule's. On an error,
// such as that of a lost device, it is done for the copy on the host all the same.
func (l *loop) begin() (err error) {
	if l.Average == 0 {
		l.dropAverages()
	}
	if l.step == 0 {
		err = l.restart(l.Optimizer)
	}
	return errors.Join(err, l.startSchedule())
}

// startSchedule takes up the plateau where the weights have left it, unless the run is at its beginning.
func (l *loop) startSchedule() error {
	l.plateau = NewPlateauState()
	if l.Schedule.Kind != OnPlateau {
		return nil
	}
	if l.step > 0 {
		l.plateau = plateauOf(l.weights[plateauName])
		if l.step%l.perEpoch == 0 && l.plateau.Epochs < l.Session.run.Epochs { // stopped between the last step and the evaluation
			l.Session.run.Epochs--
		}
	}
	if !slices.Contains(l.order, plateauName) {
		l.order = append(l.order, plateauName)
	}
	l.weights[plateauName] = l.plateau.tensor()
	return l.store.Write(plateauName, l.weights[plateauName])
}

// hypers returns the learning rate of the next step and the scalars that it takes.
func (l *loop) hypers() (rate float64, in []plan.Tensor) {
	t, total := l.step, l.total
	if l.Schedule.CountInEpochs {
		t, total = l.step/l.perEpoch, (l.total+l.perEpoch-1)/l.perEpoch
	}
	rate, momentum := l.Schedule.At(l.LearningRate, t, total)
	o := l.Optimizer
	if o.moving {
		o = o.withMomentum(momentum)
	}
	rate = l.plateau.Rate(l.Schedule, rate)
	for _, v := range o.At(l.step+1, rate) {
		in = append(in, plan.Float32s(nil, v))
	}
	return rate, in
}

// endOfSchedule lets the schedule see the validation loss of an epoch. Its state is kept with the weights.
func (l *loop) endOfSchedule(loss float64) error {
	if l.Schedule.Kind != OnPlateau {
		return nil
	}
	l.plateau = l.plateau.After(l.Schedule, loss)
	l.changing = true
	return l.store.Write(plateauName, l.plateau.tensor())
}

// meanOf reads the outputs of the parts of a step, scalars, and returns their means.
func meanOf(parts []plan.Reading) plan.Reading {
	if len(parts) == 1 {
		return parts[0]
	}
	return func(ctx context.Context) ([]plan.Tensor, error) {
		var mean []plan.Tensor
		for _, part := range parts {
			ts, err := part(ctx)
			if err != nil {
				return nil, err
			}
			if mean == nil {
				mean = make([]plan.Tensor, len(ts))
				for i := range mean {
					mean[i] = plan.Float32s(nil, 0)
				}
			}
			for i := range ts {
				mean[i].F32[0] += ts[i].F32[0] / float32(len(parts))
			}
		}
		return mean, nil
	}
}

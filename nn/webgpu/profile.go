//go:build js && wasm

package webgpu

import (
	"context"
	"time"

	"github.com/fovea-nn/fovea/nn/plan"
	gpu "github.com/fovea-nn/fovea/webgpu"
)

// Profile is that of plan.Profiler. Each step is a submission of its own, which is waited for by reading four bytes. What
// the submission and the reading take is measured too and taken off, for in a run steps share one submission.
func (e *executable) Profile(ctx context.Context, runs int, in ...plan.Tensor) ([]time.Duration, error) {
	inputs, err := e.d.dev.CreateSequence("inputs", e.given)
	if err != nil {
		return nil, kind(err)
	}
	var steps []*gpu.Sequence
	for _, commands := range e.steps {
		s, err := e.d.dev.CreateSequence("step", commands)
		if err != nil {
			return nil, kind(err)
		}
		steps = append(steps, s)
	}
	n := len(steps)
	wait := func() error { // not with ctx, which must not end half a run
		if n == 0 {
			return nil
		}
		_, err := e.d.dev.Read(e.slots[e.p.Steps[n-1].Out[0]], 0, 4).Wait(context.Background())
		return kind(err)
	}
	times, err := plan.TimeSteps(ctx, runs, n+1, func() error {
		if err := e.run(inputs, in); err != nil {
			return err
		}
		return wait()
	}, func(i int) error {
		if i < n {
			if err := kind(steps[i].Run()); err != nil {
				return err
			}
		}
		return wait()
	})
	if err != nil {
		return nil, err
	}
	for i := range n {
		times[i] = max(0, times[i]-times[n])
	}
	return times[:n], nil
}

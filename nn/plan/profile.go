package plan

import (
	"context"
	"slices"
	"time"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Profiler is an Executable that can time its steps.
type Profiler interface {
	// Profile does runs runs with the inputs of Run, each step alone: it begins when the one before has ended. It returns
	// the time of each step of the program, the mean of the middle half of the runs. It waits for earlier runs and for its
	// own; parameters, states and outputs are afterwards as after so many calls of Run. What it costs to start a step and
	// to wait for it, which a run has once and not for each step, is part of a step's time as far as the device cannot tell
	// it. ctx ends it between two runs. It fails as Run does.
	Profile(ctx context.Context, runs int, in ...Tensor) ([]time.Duration, error)
}

// TimeSteps is Profile for a backend that can do a step and wait for it: begin starts a run, step does its step i.
func TimeSteps(ctx context.Context, runs, steps int, begin func() error, step func(i int) error) ([]time.Duration, error) {
	if runs < 1 {
		return nil, graph.Shapef("profile: got %d runs, want 1 or more", runs)
	}
	times := make([][]time.Duration, steps)
	for range runs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := begin(); err != nil {
			return nil, err
		}
		for i := range times {
			start := time.Now()
			if err := step(i); err != nil {
				return nil, err
			}
			times[i] = append(times[i], time.Since(start))
		}
	}
	typical := make([]time.Duration, steps)
	for i, t := range times {
		typical[i] = middleMean(t)
	}
	return typical, nil
}

// middleMean is the mean of the middle half: runs that were interrupted do not count, and clocks of browsers, which go by
// 5 or 100 µs, average out as they would not in a median. It sorts t.
func middleMean(t []time.Duration) time.Duration {
	slices.Sort(t)
	middle := t[len(t)/4 : len(t)-len(t)/4]
	sum := time.Duration(0)
	for _, d := range middle {
		sum += d
	}
	return sum / time.Duration(len(middle))
}

//go:build js && wasm

package main

import (
	"context"
	"errors"
	"sync"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// training is one run of the loop, as the page steers it.
type training struct {
	id     int
	net    *openNet
	cancel context.CancelFunc
	done   chan struct{}

	mu     sync.Mutex
	gate   chan struct{} // closed while running, open while paused
	paused bool
	meter  meter
	thin   int // every how many steps the history keeps one

	perEpoch int // steps
}

func init() {
	handlers["train"] = func(c *call) (any, error) {
		var o trainOptions
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		n, err := c.net()
		if err != nil {
			return nil, err
		}
		d, err := c.dataset("dataset")
		if err != nil {
			return nil, err
		}
		var validation *data.Set
		if c.args.Get("validation").Truthy() {
			if validation, err = c.dataset("validation"); err != nil {
				return nil, err
			}
		}
		if n.training != nil {
			return nil, &apiError{Code: "argument", Message: "the net is in training already; stop it before you start again"}
		}
		cfg, err := o.config(n, d, validation)
		if err != nil {
			return nil, err
		}
		t := c.start(n, d, cfg)
		return fields{"training": t.id}, nil
	}
	steer := func(f func(t *training)) handler {
		return func(c *call) (any, error) {
			t, err := lookup(c, c.trainings, "training", "training")
			if err != nil {
				return nil, err
			}
			f(t)
			return nil, nil
		}
	}
	handlers["pause"] = steer((*training).pause)
	handlers["resume"] = steer((*training).resume)
	handlers["stop"] = func(c *call) (any, error) {
		t, err := lookup(c, c.trainings, "training", "training")
		if err != nil {
			return nil, nil // it has ended by itself
		}
		t.stop()
		<-t.done
		return nil, nil
	}
}

// start trains in the background.
func (a *app) start(n *openNet, d *data.Set, cfg train.Config) *training {
	ctx, cancel := context.WithCancel(a.ctx)
	t := &training{net: n, cancel: cancel, done: make(chan struct{}), gate: make(chan struct{}), thin: 1, perEpoch: cfg.Steps(d.Len())}
	close(t.gate)
	t.id = add(a, a.trainings, t)
	n.training = t
	cfg.Yield, cfg.Wait, cfg.Observe = yielder(), t.wait, t.observe
	cfg.Recover = func(ctx context.Context, _ error) (plan.Device, error) { return n.reopen(ctx) }
	before := n.Run
	n.Run = runOf(cfg, before, d.Len())
	t.meter.begin()
	go func() {
		emit(stateEvent{t.id, "state", "running"})
		_, err := guarded(func() (any, error) { return nil, n.Train(ctx, d, cfg) })
		if n.Run.Step == 0 && (errors.Is(err, train.ErrSettings) || errors.Is(err, train.ErrData)) { // it has not begun
			n.Run = before
		}
		t.finish(a, err)
	}()
	return t
}

func (t *training) finish(a *app, err error) {
	a.mu.Lock()
	delete(a.trainings, t.id)
	t.net.training = nil
	a.mu.Unlock()
	t.report(true)
	close(t.done)
	e := finishedEvent{Training: t.id, Type: "finished", OK: true, Steps: t.net.Run.Step, Loss: t.meter.loss, Accuracy: t.meter.accuracy,
		BestEpoch: t.net.RunState().BestEpoch}
	state := "done"
	switch {
	case errors.Is(err, context.Canceled):
		state = "stopped"
	case err != nil:
		state, e.OK, e.Error = "failed", false, describeError(err)
	}
	emit(stateEvent{t.id, "state", state})
	emit(e)
}

func (t *training) stop() {
	t.cancel()
	t.resume()
}

func (t *training) pause() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.paused {
		t.paused, t.gate = true, make(chan struct{})
		emit(stateEvent{t.id, "state", "paused"})
	}
}

func (t *training) resume() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.paused {
		t.paused = false
		close(t.gate)
		t.meter.skip()
		emit(stateEvent{t.id, "state", "running"})
	}
}

func (t *training) wait(ctx context.Context) error {
	t.mu.Lock()
	gate := t.gate
	t.mu.Unlock()
	select {
	case <-gate:
		return ctx.Err()
	default:
	}
	t.report(true)
	select {
	case <-gate:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

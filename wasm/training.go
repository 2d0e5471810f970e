//go:build js && wasm

package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/fovea-nn/fovea/nn"
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
}

// What happens, as the page gets it.
type (
	progressEvent struct {
		Training        int         `js:"training"`
		Type            string      `js:"type"`
		Step            int         `js:"step"`
		Steps           int         `js:"steps"`
		Epoch           int         `js:"epoch"`
		Epochs          int         `js:"epochs"`
		Loss            float64     `js:"loss"`
		Accuracy        float64     `js:"accuracy"`
		MsPerStep       float64     `js:"msPerStep"`
		ImagesPerSecond float64     `js:"imagesPerSecond"`
		SecondsLeft     float64     `js:"secondsLeft"`
		Backend         backendInfo `js:"backend"`
	}
	validationEvent struct {
		Training int     `js:"training"`
		Type     string  `js:"type"`
		Step     int     `js:"step"`
		Epoch    int     `js:"epoch"`
		Loss     float64 `js:"loss"`
		Accuracy float64 `js:"accuracy"`
		Seconds  float64 `js:"seconds"`
	}
	stateEvent struct {
		Training int    `js:"training"`
		Type     string `js:"type"`
		State    string `js:"state"`
	}
	noticeEvent struct {
		Training int    `js:"training"`
		Type     string `js:"type"`
		Code     string `js:"code"`
		Message  string `js:"message"`
	}
	finishedEvent struct {
		Training int      `js:"training"`
		Type     string   `js:"type"`
		OK       bool     `js:"ok"`
		Steps    int      `js:"steps"`
		Loss     float64  `js:"loss"`
		Accuracy float64  `js:"accuracy"`
		Error    apiError `js:"error"`
	}
)

type trainOptions struct {
	Dataset      int      `js:"dataset"`
	Validation   int      `js:"validation"`
	Epochs       *int     `js:"epochs"`
	Batch        *int     `js:"batch"`
	Optimizer    string   `js:"optimizer"`
	LearningRate *float64 `js:"learningRate"`
	Schedule     string   `js:"schedule"`
	Momentum     *float64 `js:"momentum"`
	WeightDecay  float64  `js:"weightDecay"`
	Seed         *int     `js:"seed"`
	Resume       bool     `js:"resume"`
}

func or[T any](p *T, v T) T {
	if p != nil {
		return *p
	}
	return v
}

// run returns the settings with their defaults; those that continue a run must not change its batches.
func (o trainOptions) run(n *openNet) nn.Run {
	if o.Optimizer == "" {
		o.Optimizer = "adam"
	}
	usual, _ := train.Optimizer{Kind: o.Optimizer}.Defaults() // an unknown kind is refused when training begins
	r := nn.Run{Optimizer: o.Optimizer, Schedule: o.Schedule, Epochs: or(o.Epochs, 3), Batch: or(o.Batch, 64), Momentum: or(o.Momentum, usual.Momentum),
		LearningRate: or(o.LearningRate, usual.UsualRate()), WeightDecay: o.WeightDecay, Seed: or(o.Seed, 1)}
	if o.Resume && n.Run.Step > 0 {
		old := n.Run
		r.Step, r.Epoch, r.Batch, r.Seed, r.History = old.Step, old.Epoch, old.Batch, old.Seed, old.History
		r.Epochs = or(o.Epochs, old.Epochs)
	}
	return r
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
		if o.Validation != 0 {
			if validation, err = c.dataset("validation"); err != nil {
				return nil, err
			}
		}
		if n.training != nil {
			return nil, &apiError{Code: "argument", Message: "the net is in training already; stop it before you start again"}
		}
		t := c.start(n, d, validation, o.run(n))
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

func (a *app) start(n *openNet, d, validation *data.Set, run nn.Run) *training {
	ctx, cancel := context.WithCancel(a.ctx)
	t := &training{net: n, cancel: cancel, done: make(chan struct{}), gate: make(chan struct{}), thin: 1}
	close(t.gate)
	t.id = add(a, a.trainings, t)
	n.training = t
	cfg := train.Config{
		Optimizer: train.Optimizer{Kind: run.Optimizer, Momentum: run.Momentum, WeightDecay: run.WeightDecay},
		Epochs:    run.Epochs, Batch: run.Batch, LearningRate: run.LearningRate, Schedule: train.Schedule{Kind: run.Schedule}, Seed: uint32(run.Seed), FirstStep: run.Step,
		CopyEvery: 2 * time.Second, Validation: validation, Yield: yielder(), Wait: t.wait, Observe: t.observe,
		Recover: func(ctx context.Context, _ error) (plan.Device, error) { return n.reopen(ctx) },
	}
	if run.Batch > 0 {
		run.Steps = cfg.Steps(d.Len()) * run.Epochs
	}
	n.Run = run
	t.meter.begin(run.Batch)
	go func() {
		emit(stateEvent{t.id, "state", "running"})
		_, err := guarded(func() (any, error) { return nil, n.Train(ctx, d, cfg) })
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
	e := finishedEvent{Training: t.id, Type: "finished", OK: true, Steps: t.net.Run.Step, Loss: t.meter.loss, Accuracy: t.meter.accuracy}
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

func (t *training) observe(e train.Event) {
	r := &t.net.Run
	switch {
	case e.Step != nil:
		r.Step = e.Step.Step
		r.Epoch = (r.Step - 1) * r.Epochs / max(1, r.Steps)
		t.meter.add(e.Step)
		t.report(false)
	case e.Score != nil:
		t.report(true)
		emit(validationEvent{t.id, "validation", r.Step, e.Epoch, e.Score.Loss, e.Score.Accuracy, t.meter.skip()})
	default:
		emit(noticeEvent{t.id, "notice", e.Code, e.Notice})
		t.meter.skip()
	}
}

// reportEvery is how often the page hears of progress: often enough for a lively chart.
const reportEvery = 100 * time.Millisecond

// report sends the mean of the steps since the last report.
func (t *training) report(now bool) {
	m := &t.meter
	if m.steps == 0 || !now && time.Since(m.reported) < reportEvery {
		return
	}
	m.close()
	r := &t.net.Run
	t.keep(nn.Point{Step: r.Step, Loss: m.loss, Accuracy: m.accuracy})
	emit(progressEvent{Training: t.id, Type: "progress", Step: r.Step, Steps: r.Steps, Epoch: min(r.Epochs, r.Epoch+1), Epochs: r.Epochs,
		Loss: m.loss, Accuracy: m.accuracy, MsPerStep: m.msPerStep, ImagesPerSecond: float64(r.Batch) * 1000 / max(1e-6, m.msPerStep),
		SecondsLeft: float64(r.Steps-r.Step) * m.msPerStep / 1000, Backend: infoOf(t.net.Info())})
}

// keep adds a point to the history and halves it when it grows beyond 500 points.
func (t *training) keep(p nn.Point) {
	h := t.net.Run.History
	if len(h) > 0 && p.Step < h[len(h)-1].Step+t.thin {
		return
	}
	if h = append(h, p); len(h) > 500 {
		half := h[:0]
		for i := 0; i < len(h); i += 2 {
			half = append(half, h[i])
		}
		h = half
		t.thin *= 2
	}
	t.net.Run.History = h
}

// meter averages steps between two reports and measures the time of a step without pauses and evaluations.
type meter struct {
	steps, batch    int
	sumLoss, sumAcc float64
	loss, accuracy  float64
	msPerStep       float64
	reported, last  time.Time
	busy            time.Duration
}

func (m *meter) begin(batch int) {
	*m = meter{batch: batch, reported: time.Now(), last: time.Now()}
}

func (m *meter) add(s *train.StepEvent) {
	now := time.Now()
	m.busy += now.Sub(m.last)
	m.last = now
	m.steps++
	m.sumLoss += s.Loss
	m.sumAcc += s.Accuracy
}

// skip leaves the time since the last step out and returns it in seconds.
func (m *meter) skip() float64 {
	d := time.Since(m.last)
	m.last = time.Now()
	return d.Seconds()
}

func (m *meter) close() {
	n := float64(m.steps)
	ms := m.busy.Seconds() * 1000 / n
	if m.msPerStep == 0 {
		m.msPerStep = ms
	}
	m.msPerStep += (ms - m.msPerStep) * 0.3
	m.loss, m.accuracy = m.sumLoss/n, m.sumAcc/n
	m.steps, m.sumLoss, m.sumAcc, m.busy = 0, 0, 0, 0
	m.reported = time.Now()
}

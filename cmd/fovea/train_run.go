package main

import (
	"context"
	"time"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

// trainRun watches a training run: it reports, keeps the learning curve and saves now and then. All of it happens in the
// goroutine that trains.
type trainRun struct {
	net      *nn.Net
	cfg      train.Config
	report   reporter
	perEpoch int           // steps
	out      string        // file of the checkpoints; "": none
	every    time.Duration // between checkpoints; 0: none

	validations   []nn.Point // after each epoch
	epoch, window meter      // means over the epoch, and over the steps of the next point of the curve
	began, saved  time.Time  // of the epoch; when the last checkpoint was written
	betweenPoints int        // steps
	ended         progress   // the last epoch, whose validation is to come
}

// curvePoints is how many places a learning curve has at most: more than a screen can tell apart, and few enough for a file.
const curvePoints = 500

func newRun(n *nn.Net, cfg train.Config, report reporter) *trainRun {
	return &trainRun{net: n, cfg: cfg, report: report, betweenPoints: (n.Run.Steps + curvePoints - 1) / curvePoints}
}

func (r *trainRun) train(ctx context.Context, d *data.Set) error {
	defer r.report.close()
	r.began, r.saved = time.Now(), time.Now()
	r.cfg.Observe = r.observe
	r.cfg.Wait = r.save
	return r.net.Train(ctx, d, r.cfg)
}

// save writes a checkpoint if it is time. It is called between steps.
func (r *trainRun) save(ctx context.Context) error {
	if r.out == "" || r.every == 0 || time.Since(r.saved) < r.every || ctx.Err() != nil {
		return nil
	}
	err := r.net.SaveFile(ctx, r.out)
	r.saved = time.Now()
	return err
}

func (r *trainRun) observe(e train.Event) {
	switch {
	case e.Step != nil:
		r.step(*e.Step)
	case e.Score != nil:
		r.validations = append(r.validations, nn.Point{Step: e.Epoch * r.perEpoch, Loss: e.Score.Loss, Accuracy: e.Score.Accuracy})
		r.ended.Validation = &score{e.Score.Loss, e.Score.Accuracy}
		r.report.epoch(r.ended)
		r.began = time.Now()
	case e.Notice != "":
		r.report.notice(e)
	}
}

func (r *trainRun) step(s train.StepEvent) {
	run := &r.net.Run
	run.Step, run.Epoch = s.Step, s.Step/r.perEpoch
	r.epoch.add(s)
	if r.window.add(s); s.Step%r.betweenPoints == 0 {
		loss, accuracy := r.window.take()
		run.History = append(run.History, nn.Point{Step: s.Step, Loss: loss, Accuracy: accuracy})
	}
	p := progress{Step: s.Step, Steps: run.Steps, Epoch: (s.Step-1)/r.perEpoch + 1, Epochs: run.Epochs}
	n := r.epoch.steps
	p.PerSecond = float64(n*r.cfg.Batch*max(1, r.cfg.Accumulate)) / max(time.Since(r.began).Seconds(), 1e-9)
	if s.Step%r.perEpoch != 0 {
		p.Loss, p.Accuracy = r.epoch.mean()
		r.report.step(p)
		return
	}
	p.Loss, p.Accuracy = r.epoch.take()
	r.report.step(p)
	r.ended = p
	if r.cfg.Validation == nil {
		r.report.epoch(p)
		r.began = time.Now()
	}
}

// meter takes the mean of steps.
type meter struct {
	steps          int
	loss, accuracy float64 // sums
}

func (m *meter) add(s train.StepEvent) {
	m.steps, m.loss, m.accuracy = m.steps+1, m.loss+s.Loss, m.accuracy+s.Accuracy
}

func (m *meter) mean() (loss, accuracy float64) {
	return m.loss / float64(m.steps), m.accuracy / float64(m.steps)
}

// take returns the mean and begins anew.
func (m *meter) take() (loss, accuracy float64) {
	loss, accuracy = m.mean()
	*m = meter{}
	return loss, accuracy
}

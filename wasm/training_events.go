//go:build js && wasm

package main

import (
	"time"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/train"
)

// What happens in a training, as the page gets it. A validation is an evaluation, with more members.
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
		LearningRate    float64     `js:"learningRate"`
		MsPerStep       float64     `js:"msPerStep"`
		ImagesPerSecond float64     `js:"imagesPerSecond"`
		SecondsLeft     float64     `js:"secondsLeft"`
		Backend         backendInfo `js:"backend"`
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
		Training  int      `js:"training"`
		Type      string   `js:"type"`
		OK        bool     `js:"ok"`
		Steps     int      `js:"steps"`
		Loss      float64  `js:"loss"`
		Accuracy  float64  `js:"accuracy"`
		BestEpoch int      `js:"bestEpoch"`
		Error     apiError `js:"error"`
	}
)

// observe is told of each step, evaluation and notice of the loop.
func (t *training) observe(e train.Event) {
	r := &t.net.Run
	switch {
	case e.Step != nil:
		r.Step = e.Step.Step
		r.Epoch = (r.Step - 1) / t.perEpoch
		t.meter.add(e.Step)
		t.report(false)
	case e.Score != nil:
		t.report(true)
		v := evaluationOf(*e.Score, t.net.Classes)
		v["training"], v["type"], v["step"], v["epoch"], v["best"], v["seconds"] = t.id, "validation", r.Step, e.Epoch, e.Best, t.meter.skip()
		emit(v)
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
		Loss: m.loss, Accuracy: m.accuracy, LearningRate: m.rate, MsPerStep: m.msPerStep, ImagesPerSecond: float64(r.Batch) * 1000 / max(1e-6, m.msPerStep),
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

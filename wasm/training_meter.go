//go:build js && wasm

package main

import (
	"time"

	"github.com/fovea-nn/fovea/nn/train"
)

// meter averages steps between two reports and measures the time of a step without pauses and evaluations.
type meter struct {
	steps           int
	sumLoss, sumAcc float64
	loss, accuracy  float64
	rate            float64 // of the last step
	msPerStep       float64
	reported, last  time.Time
	busy            time.Duration
}

func (m *meter) begin() {
	*m = meter{reported: time.Now(), last: time.Now()}
}

func (m *meter) add(s *train.StepEvent) {
	now := time.Now()
	m.busy += now.Sub(m.last)
	m.last = now
	m.steps++
	m.sumLoss += s.Loss
	m.sumAcc += s.Accuracy
	m.rate = s.LearningRate
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

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/fovea-nn/fovea/nn/train"
)

// isTerminal reports whether a user watches what is written to w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// transferBars shows a bar for each file that is fetched or, where out is no terminal, a line.
type transferBars struct {
	out  io.Writer
	bar  *progressbar.ProgressBar
	name string
}

func (t *transferBars) show(d download, done, total int64) {
	if !isTerminal(t.out) {
		if t.name != d.name {
			t.name = d.name
			fmt.Fprintf(t.out, "fetching %s\n", d.name)
		}
		return
	}
	if t.name != d.name {
		t.end()
		t.name = d.name
		t.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(t.out), progressbar.OptionSetDescription(d.name),
			progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(30))
	}
	t.bar.Set64(done)
}

// end leaves the last bar's line.
func (t *transferBars) end() {
	if t.bar != nil {
		fmt.Fprintln(t.out)
		t.bar, t.name = nil, ""
	}
}

// progress is where a training run stands.
type progress struct {
	Step       int     `json:"step"`
	Steps      int     `json:"steps"`
	Epoch      int     `json:"epoch"` // the one that runs, counted from 1
	Epochs     int     `json:"epochs"`
	Loss       float64 `json:"loss"`     // mean over the epoch's steps so far
	Accuracy   float64 `json:"accuracy"` // the same
	PerSecond  float64 `json:"samplesPerSecond"`
	Validation *score  `json:"validation,omitempty"` // after an epoch
}

type score struct {
	Loss     float64 `json:"loss"`
	Accuracy float64 `json:"accuracy"`
}

// reporter tells the user how training goes on.
type reporter interface {
	step(p progress)  // after a step
	epoch(p progress) // after an epoch
	notice(e train.Event)
	close()
}

// newReporter returns the one that suits: JSON lines, a bar for a terminal, or a line an epoch.
func newReporter(out, errs io.Writer, asJSON bool, done, steps int) reporter {
	switch {
	case asJSON:
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		return &jsonReporter{out: e, every: time.Second}
	case isTerminal(out):
		bar := progressbar.NewOptions(steps, progressbar.OptionSetWriter(out), progressbar.OptionShowCount(), progressbar.OptionSetWidth(30),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))
		bar.Set(done)
		return &barReporter{lineReporter{out, errs}, bar}
	}
	return &lineReporter{out, errs}
}

// lineReporter prints a line an epoch.
type lineReporter struct{ out, errs io.Writer }

func (r *lineReporter) step(progress) {}

func (r *lineReporter) epoch(p progress) {
	width := len(fmt.Sprint(p.Epochs))
	line := fmt.Sprintf("epoch %*d/%d  loss %.4f  accuracy %6.2f %%", width, p.Epoch, p.Epochs, p.Loss, 100*p.Accuracy)
	if v := p.Validation; v != nil {
		line += fmt.Sprintf("  validation loss %.4f  accuracy %6.2f %%", v.Loss, 100*v.Accuracy)
	}
	fmt.Fprintf(r.out, "%s  %.0f samples/s\n", line, p.PerSecond)
}

func (r *lineReporter) notice(e train.Event) { fmt.Fprintf(r.errs, "note: %s\n", e.Notice) }

func (r *lineReporter) close() {}

// barReporter has a bar below the lines.
type barReporter struct {
	lineReporter
	bar *progressbar.ProgressBar
}

func (r *barReporter) step(p progress) {
	r.bar.Describe(fmt.Sprintf("epoch %d/%d  loss %.4f  accuracy %.1f %%", p.Epoch, p.Epochs, p.Loss, 100*p.Accuracy))
	r.bar.Set(p.Step)
}

func (r *barReporter) epoch(p progress) {
	r.bar.Clear()
	r.lineReporter.epoch(p)
}

func (r *barReporter) notice(e train.Event) {
	r.bar.Clear()
	r.lineReporter.notice(e)
}

func (r *barReporter) close() { r.bar.Clear() }

// jsonReporter prints an object a line: steps at most every so often, and every epoch.
type jsonReporter struct {
	out   *json.Encoder
	every time.Duration
	last  time.Time
}

// event is a line of the reporter; Event says what it is of.
type event struct {
	Event string `json:"event"`
	*progress
	Code string `json:"code,omitempty"`
	Text string `json:"text,omitempty"`
}

func (r *jsonReporter) step(p progress) {
	if time.Since(r.last) >= r.every {
		r.last = time.Now()
		r.out.Encode(event{Event: "step", progress: &p})
	}
}

func (r *jsonReporter) epoch(p progress) { r.out.Encode(event{Event: "epoch", progress: &p}) }

func (r *jsonReporter) notice(e train.Event) {
	r.out.Encode(event{Event: "notice", Code: e.Code, Text: e.Notice})
}

func (r *jsonReporter) close() {}

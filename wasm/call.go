//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"math"
	"syscall/js"
	"time"

	"github.com/norunners/vert"

	"github.com/fovea-nn/fovea/nn/data"
)

// handler answers one method. It runs in a goroutine of its own, so it may wait.
type handler func(c *call) (any, error)

// call is a question of the page. As a context it ends when the page gives it up.
type call struct {
	context.Context
	*app
	stop     context.CancelFunc
	number   int
	args     js.Value
	reports  bool // whether the page wants to hear of progress
	reported time.Time
}

func (a *app) begin(number int, args js.Value, reports bool) *call {
	ctx, stop := context.WithCancel(a.ctx)
	c := &call{Context: ctx, app: a, stop: stop, number: number, args: args, reports: reports}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls[number] = c
	return c
}

func (c *call) end() {
	c.stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.calls, c.number)
}

// cancel ends a call that the page has given up. It waits for nothing, as the page does not.
func (a *app) cancel(number int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.calls[number]; c != nil {
		c.stop()
	}
}

// doneEvent tells the page how far a call is.
type doneEvent struct {
	Type  string `js:"type"`
	Call  int    `js:"call"`
	Stage string `js:"stage"` // "" of a call that has one
	Done  int    `js:"done"`
	Total int    `js:"total"`
}

// report tells how much of a call is done, not more often than the page can show, and the end in any case.
func (c *call) report(done, total int) { c.reportStage("", done, total) }

// reportStage is report for a call that does one thing after the other.
func (c *call) reportStage(stage string, done, total int) {
	if c.reports && (done == total || time.Since(c.reported) > reportEvery) {
		emit(doneEvent{"done", c.number, stage, done, total})
		c.reported = time.Now()
	}
}

// assign fills a struct of options from the arguments.
func (c *call) assign(to any) error {
	if err := (vert.Value{Value: c.args}).AssignTo(to); err != nil {
		return &apiError{Code: "argument", Message: err.Error()}
	}
	return nil
}

// whole returns an argument that must be a whole number from least to most.
func (c *call) whole(arg string, least, most int) (int, error) {
	v := c.args.Get(arg)
	if v.Type() == js.TypeNumber {
		if x := v.Float(); x == math.Trunc(x) && x >= float64(least) && x <= float64(most) {
			return int(x), nil
		}
	}
	return 0, &apiError{Code: "argument", Message: fmt.Sprintf("%s: got %s, want a whole number from %d to %d",
		arg, js.Global().Get("String").Invoke(v).String(), least, most)}
}

// lookup returns what an argument is the number of.
func lookup[T any](c *call, m map[int]T, arg, what string) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v := c.args.Get(arg); v.Type() == js.TypeNumber {
		if t, ok := m[v.Int()]; ok {
			return t, nil
		}
	}
	var none T
	return none, &apiError{Code: "closed", Message: fmt.Sprintf("the %s is closed, or was never opened", what)}
}

func (c *call) net() (*openNet, error) { return lookup(c, c.nets, "id", "net") }

func (c *call) dataset(arg string) (*data.Set, error) { return lookup(c, c.datasets, arg, "data set") }

// yielder lets JavaScript run when Go has computed for a while: without it a page's messages would wait.
func yielder() func() {
	last := time.Now()
	return func() {
		if time.Since(last) > 24*time.Millisecond {
			time.Sleep(time.Millisecond) // a shorter sleep does not give way
			last = time.Now()
		}
	}
}

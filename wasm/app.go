//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"sync"
	"syscall/js"
	"time"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

var handlers = map[string]handler{}

// app holds what the page has opened, by number.
type app struct {
	ctx       context.Context
	mu        sync.Mutex
	next      int
	nets      map[int]*openNet
	datasets  map[int]*data.Set
	trainings map[int]*training
	fast      map[string]string // the fastest backend, by a net's text
}

type openNet struct {
	*nn.Net
	id       int
	device   *webgpu.Device // of the net, where it runs on a GPU; for the test hook
	training *training      // the one that runs, if any
	lost     []string       // backends that were lost since the net was put on one
}

func newApp() *app {
	return &app{ctx: context.Background(), nets: map[int]*openNet{}, datasets: map[int]*data.Set{}, trainings: map[int]*training{}, fast: map[string]string{}}
}

func (a *app) id() int {
	a.next++
	return a.next
}

// lookup returns the object that args name.
func lookup[T any](a *app, m map[int]T, args js.Value, what string) (T, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v := args.Get(what)
	if v.Type() == js.TypeNumber {
		if t, ok := m[v.Int()]; ok {
			return t, nil
		}
	}
	var none T
	return none, &apiError{Code: "closed", Message: fmt.Sprintf("the %s is closed, or was never opened", what)}
}

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

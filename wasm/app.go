//go:build js && wasm

package main

import (
	"context"
	"sync"
	"syscall/js"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

var handlers = map[string]handler{}

// app holds what the page has opened, by number.
type app struct {
	ctx         context.Context
	mu          sync.Mutex
	next        int
	nets        map[int]*openNet
	datasets    map[int]*data.Set
	previews    map[*data.Set]*train.Preview // of those of datasets that were asked for
	collections map[int]*collection
	trainings   map[int]*training
	fast        map[string]string // the fastest backend, by a net's text
	calls       map[int]*call     // those that are being answered
}

type openNet struct {
	*nn.Net
	id       int
	dev      plan.Device
	training *training // the one that runs, if any
	lost     []string  // backends that were lost since the net was put on one
}

func newApp() *app {
	return &app{ctx: context.Background(), nets: map[int]*openNet{}, datasets: map[int]*data.Set{}, previews: map[*data.Set]*train.Preview{}, collections: map[int]*collection{},
		trainings: map[int]*training{}, fast: map[string]string{}, calls: map[int]*call{}}
}

// add gives a thing its number in one of the app's maps.
func add[T any](a *app, m map[int]T, v T) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.next++
	m[a.next] = v
	return a.next
}

// remove takes a thing out; it is nothing where it was not there.
func remove[T any](a *app, m map[int]T, id js.Value) (v T, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if id.Type() != js.TypeNumber {
		return v, false
	}
	v, ok = m[id.Int()]
	delete(m, id.Int())
	return v, ok
}

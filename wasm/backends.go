//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"slices"
	"syscall/js"
	"time"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/train"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

// backendInfo describes a backend to the page.
type backendInfo struct {
	Name      string `js:"name"`
	Available bool   `js:"available"`
	Adapter   string `js:"adapter"`
	Software  bool   `js:"software"`
	Reason    string `js:"reason"`
}

func infoOf(i plan.Info) backendInfo {
	return backendInfo{Name: i.Backend, Available: true, Adapter: i.Adapter, Software: i.Software}
}

// backend is a way to compute.
type backend struct {
	name string
	open func(ctx context.Context, threads int) (plan.Device, error) // 0 threads are as many as there are processors
	// instead is what a user can do where it does not start.
	instead string
}

// backends in the order in which they are tried where one that computed is lost.
var backends = []backend{
	{"webgpu", func(ctx context.Context, _ int) (plan.Device, error) {
		d, err := webgpu.Open(ctx)
		if err != nil {
			return nil, fmt.Errorf("WebGPU does not start: %w", err)
		}
		return d, nil
	}, "choose SIMD"},
	{"simd", func(ctx context.Context, threads int) (plan.Device, error) {
		d, err := simd.Open(ctx, simd.Options{Threads: threads})
		if err != nil {
			return nil, fmt.Errorf("SIMD does not start: %w", err)
		}
		return d, nil
	}, "choose pure Go"},
	{"cpu", func(context.Context, int) (plan.Device, error) { return cpu.New(0), nil }, ""},
}

// openBackend opens a device by name.
func openBackend(ctx context.Context, name string, threads int) (plan.Device, error) {
	i := slices.IndexFunc(backends, func(b backend) bool { return b.name == name })
	if i < 0 {
		return nil, &apiError{Code: "argument", Message: fmt.Sprintf("there is no backend %q, want webgpu, simd, cpu or auto", name)}
	}
	d, err := backends[i].open(ctx, threads)
	if err != nil {
		return nil, &apiError{Code: "backend", Message: sentence(err.Error()) + "; " + backends[i].instead}
	}
	return d, nil
}

// openAny opens the first backend that starts.
func openAny(ctx context.Context) (d plan.Device, err error) {
	for _, b := range backends {
		if d, err = b.open(ctx, 0); err == nil {
			return d, nil
		}
	}
	return nil, err
}

// openFor opens the named backend, or with "auto", or none, the one on which a net trains fastest.
func (a *app) openFor(ctx context.Context, name, text string) (plan.Device, error) {
	if name == "" || name == "auto" {
		name = a.fastest(ctx, text)
	}
	return openBackend(ctx, name, 0)
}

// What a backend is timed with: some steps, and how long that may take. A software adapter is a processor again, behind a
// longer way, and takes seconds to get ready: it is not timed.
const (
	timedBatch  = 32
	timedSteps  = 3
	timedWarmup = 2
	timeLimit   = 3 * time.Second
)

// fastest times a few training steps of the net on each backend that starts, once for each net.
func (a *app) fastest(ctx context.Context, text string) string {
	a.mu.Lock()
	name := a.fast[text]
	a.mu.Unlock()
	if name != "" {
		return name
	}
	name = "cpu"
	best := timeLimit
	for _, b := range []string{"simd", "webgpu", "cpu"} {
		if t := timed(ctx, b, text, best); t < best {
			name, best = b, t
		}
	}
	a.mu.Lock()
	a.fast[text] = name
	a.mu.Unlock()
	return name
}

// timed returns how long a step takes on a backend, or limit if it does not start, or takes that long.
func timed(ctx context.Context, name, text string, limit time.Duration) time.Duration {
	d, err := openBackend(ctx, name, 0)
	if err != nil {
		return limit
	}
	if d.Info().Software {
		d.Close()
		return limit
	}
	n, err := nn.New(d, text, nil, 1)
	if err != nil {
		d.Close()
		return limit
	}
	defer n.Close()
	ctx, stop := context.WithTimeout(ctx, timeLimit)
	defer stop()
	times, err := nn.StepTimes(ctx, n, train.Optimizer{Kind: "momentum", Momentum: 0.9}, timedBatch, timedSteps, timedWarmup, yielder())
	if err != nil || len(times) == 0 {
		return limit
	}
	slices.Sort(times)
	return time.Duration(times[len(times)/2] * float64(time.Millisecond))
}

func init() {
	handlers["backends"] = func(a *app, _ js.Value) (any, error) {
		list := js.Global().Get("Array").New()
		for _, b := range backends {
			info := backendInfo{Name: b.name}
			if d, err := b.open(a.ctx, 0); err != nil {
				info.Reason = sentence(err.Error())
			} else {
				info = infoOf(d.Info())
				d.Close()
			}
			list.Call("push", toJS(info))
		}
		return raw{list}, nil
	}
}

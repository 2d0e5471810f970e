//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
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
	name  string
	title string
	open  func(ctx context.Context, threads int) (plan.Device, error) // 0 threads are as many as there are processors
	// instead is what a user can do where it does not start.
	instead string
}

// backends in the order in which they are tried where others were lost.
var backends = []backend{
	{"webgpu", "WebGPU", func(ctx context.Context, _ int) (plan.Device, error) {
		d, err := webgpu.Open(ctx, webgpu.Options{Notes: adapterNotes{}})
		if err != nil {
			return nil, err // a *webgpu.Device of nil is no plan.Device of nil
		}
		return d, nil
	}, "choose SIMD"},
	{"simd", "SIMD", func(ctx context.Context, threads int) (plan.Device, error) {
		d, err := simd.Open(ctx, simd.Options{Threads: threads})
		if err != nil {
			return nil, err
		}
		return d, nil
	}, "choose pure Go"},
	{"cpu", "pure Go", func(context.Context, int) (plan.Device, error) { return cpu.New(0), nil }, ""},
}

// openBackend opens a device by name.
func openBackend(ctx context.Context, name string, threads int) (plan.Device, error) {
	i := slices.IndexFunc(backends, func(b backend) bool { return b.name == name })
	if i < 0 {
		return nil, &apiError{Code: "argument", Message: fmt.Sprintf("there is no backend %q, want webgpu, simd, cpu or auto", name)}
	}
	d, err := backends[i].open(ctx, threads)
	if err != nil {
		return nil, &apiError{Code: "backend", Message: fmt.Sprintf("%s does not start: %s; %s", backends[i].title, sentence(err.Error()), backends[i].instead)}
	}
	return d, nil
}

// reopen opens a device in place of the net's, which was lost: on the same backend the first time, and then, as it may be
// lost again, on the next that starts. A software adapter is no help to anyone.
func (n *openNet) reopen(ctx context.Context) (d plan.Device, err error) {
	name := n.Info().Backend
	again := !slices.Contains(n.lost, name)
	n.lost = append(n.lost, name)
	if again {
		if d, err = openBackend(ctx, name, 0); err == nil {
			n.dev = d
			return d, nil
		}
	}
	for _, b := range backends {
		if slices.Contains(n.lost, b.name) {
			continue
		}
		if d, err = b.open(ctx, 0); err != nil {
			continue
		}
		if !d.Info().Software {
			n.dev = d
			return d, nil
		}
		d.Close()
	}
	return nil, err
}

// openFor opens the named backend, or with "auto", or none, the one on which a net trains fastest.
func (a *app) openFor(ctx context.Context, name string, net *nn.Summary) (plan.Device, error) {
	if name == "" || name == "auto" {
		name = a.fastest(ctx, net)
	}
	return openBackend(ctx, name, 0)
}

// What a backend is timed with. A page waits for it, so neither may take long, though on a slow machine each has much to
// compile first. A step, which nothing can break off, must not take long either: a slow processor does 10¹⁰ operations a
// second.
const (
	trialTime   = 1400 * time.Millisecond // on each
	trialBatch  = 32
	trialSteps  = 4
	trialWarmup = 1
	trialFLOPs  = 3_000_000_000 // of a step
)

// fastest returns the backend on which a net trains fastest, and remembers it.
func (a *app) fastest(ctx context.Context, net *nn.Summary) string {
	a.mu.Lock()
	name := a.fast[net.Text]
	a.mu.Unlock()
	if name != "" {
		return name
	}
	name = choose(ctx, net)
	a.mu.Lock()
	a.fast[net.Text] = name
	a.mu.Unlock()
	return name
}

// choose times a few training steps on a GPU and on SIMD where both start. Nets that are too large for that go to the GPU.
// A software adapter is a processor again, behind a longer way, and pure Go takes ten times as long as SIMD: neither is
// timed.
func choose(ctx context.Context, net *nn.Summary) string {
	var names []string
	for _, name := range []string{"webgpu", "simd"} {
		if d, err := openBackend(ctx, name, 0); err == nil {
			if !d.Info().Software {
				names = append(names, name)
			}
			d.Close()
		}
	}
	switch len(names) {
	case 0:
		return "cpu"
	case 1:
		return names[0]
	}
	const passes = 3 // forward, the gradients of inputs, those of weights
	batch := min(trialBatch, trialFLOPs/passes/max(1, net.FLOPs))
	if batch == 0 {
		return names[0]
	}
	name, best := names[0], time.Duration(math.MaxInt64)
	for _, candidate := range names {
		if t, ok := timed(ctx, candidate, net.Text, batch); ok && t < best {
			name, best = candidate, t
		}
	}
	return name
}

// timed returns how long a step takes on a backend, or false where none ends in time.
func timed(ctx context.Context, name, text string, batch int) (time.Duration, bool) {
	ctx, stop := context.WithTimeout(ctx, trialTime)
	defer stop()
	d, err := openBackend(ctx, name, 0)
	if err != nil {
		return 0, false
	}
	n, err := nn.New(d, text, nil, 1)
	if err != nil {
		d.Close()
		return 0, false
	}
	defer n.Close()
	times, err := nn.StepTimes(ctx, n, train.Optimizer{Kind: "momentum", Momentum: 0.9}, batch, trialSteps, trialWarmup, yielder())
	if len(times) == 0 || err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return 0, false
	}
	slices.Sort(times)
	return time.Duration(times[len(times)/2] * float64(time.Millisecond)), true
}

// speedNet is what the speed of a backend is measured with: the first half of a small net of 3x3 convolutions.
const speedNet = "INPUT 56x56x16 -> [CONV 3x3x32 pad 1 -> RELU]*3 -> POOL 4 -> FC 10"

// measured returns how many 10⁹ operations of convolutions a second a backend does, or 0 where it does not work.
func measured(ctx context.Context, d plan.Device) float64 {
	p, err := nn.NewPlan(speedNet, nn.PlanOptions{Batch: 4, Fused: d.Info().Fused})
	if err != nil {
		return 0
	}
	times, err := p.Profile(ctx, d, 5)
	if err != nil || times.RunMilliseconds == 0 {
		return 0
	}
	flops := 0
	for _, s := range times.Steps {
		flops += s.FLOPs
	}
	return float64(flops) / times.RunMilliseconds / 1e6
}

func init() {
	handlers["backends"] = func(c *call) (any, error) {
		var o struct {
			Measure bool `js:"measure"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		found := list{}
		for _, b := range backends {
			d, err := b.open(c, 0)
			if err != nil {
				found = append(found, backendInfo{Name: b.name, Reason: sentence(err.Error())})
				continue
			}
			info := infoOf(d.Info())
			if !o.Measure {
				found = append(found, info)
			} else {
				found = append(found, measuredInfo{info.Name, info.Available, info.Adapter, info.Software, info.Reason, measured(c, d)})
			}
			d.Close()
		}
		return found, c.Err()
	}
}

// measuredInfo is a backendInfo with the speed: vert knows no embedded structs.
type measuredInfo struct {
	Name      string  `js:"name"`
	Available bool    `js:"available"`
	Adapter   string  `js:"adapter"`
	Software  bool    `js:"software"`
	Reason    string  `js:"reason"`
	GFLOPs    float64 `js:"gflops"`
}

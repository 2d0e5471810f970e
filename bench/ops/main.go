//go:build js && wasm

// Command ops runs plans of nets in a Worker, for bench/pages/ops-worker.js: what Fovea's public API does not time, a
// forward pass without a picture's way through the API, and the making of a module.
//
// It defines foveaOps with open(options), a promise of what was made, and run(n), a promise of n runs having been done.
package main

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

// options are what open gets.
type options struct {
	backend, text  string
	threads, batch int
	// ready leaves the input in the device's memory and the result there; otherwise each run takes and returns it.
	ready bool
}

// net is a plan on a device.
type net struct {
	exec   plan.Executable
	inputs []plan.Tensor
	ready  bool
	queue  bool // runs are done when their results are there
}

func main() {
	var n *net
	ops := js.Global().Get("Object").New()
	ops.Set("open", js.FuncOf(func(_ js.Value, args []js.Value) any {
		o := args[0]
		return promise(func() (result map[string]any, err error) {
			n, result, err = open(context.Background(), options{
				backend: o.Get("backend").String(), text: o.Get("text").String(), ready: o.Get("ready").Truthy(),
				threads: o.Get("threads").Int(), batch: o.Get("batch").Int(),
			})
			return result, err
		})
	}))
	ops.Set("run", js.FuncOf(func(_ js.Value, args []js.Value) any {
		times := args[0].Int()
		return promise(func() (map[string]any, error) { return nil, n.run(context.Background(), times) })
	}))
	js.Global().Set("foveaOps", ops)
	select {}
}

// promise does work that waits, which a function called from JavaScript must not.
func promise(work func() (map[string]any, error)) js.Value {
	var executor js.Func
	executor = js.FuncOf(func(_ js.Value, args []js.Value) any {
		go func() {
			defer executor.Release()
			if result, err := work(); err != nil {
				args[1].Invoke(js.Global().Get("Error").New(err.Error()))
			} else {
				args[0].Invoke(result)
			}
		}()
		return nil
	})
	return js.Global().Get("Promise").New(executor)
}

// open builds a net's forward pass and makes it runnable. Its times are in milliseconds.
func open(ctx context.Context, o options) (*net, map[string]any, error) {
	d, err := device(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	began := time.Now()
	text, err := spec.Parse(o.text)
	if err != nil {
		return nil, nil, err
	}
	g := graph.New()
	shape := append(graph.Shape{o.batch}, text.InputShape()...)
	var x *graph.Value
	if o.ready {
		x = g.State("x", graph.F32, shape, graph.Init{})
	} else {
		x = g.Input("x", graph.F32, shape)
	}
	logits, _, err := text.Build(layer.NewBuilder(g), x)
	if err != nil {
		return nil, nil, err
	}
	g.Output("logits", logits)
	p := plan.Build(g, plan.Options{Fused: d.Info().Fused})
	planned := time.Now()

	store, err := d.NewStore()
	if err != nil {
		return nil, nil, err
	}
	parameters, noise := 0, newNoise()
	for _, v := range g.Values {
		switch v.Role {
		case graph.Parameter:
			parameters += v.Shape.Elems()
			err = errors.Join(err, store.Write(v.Name, plan.Float32s(v.Shape, noise.weights(v)...)))
		case graph.State:
			err = errors.Join(err, store.Write(v.Name, plan.Float32s(v.Shape, noise.state(v, x)...)))
		}
	}
	if err != nil {
		return nil, nil, err
	}
	written := time.Now()
	exec, err := d.Compile(ctx, p, store)
	if err != nil {
		return nil, nil, err
	}
	compiled := time.Now()
	n := &net{exec: exec, ready: o.ready, queue: d.Info().Queue > 0}
	if !o.ready {
		n.inputs = []plan.Tensor{plan.Float32s(shape, noise.pixels(shape)...)}
	}
	ms := func(d time.Duration) float64 { return d.Seconds() * 1000 }
	return n, map[string]any{
		"on": d.Info().Adapter, "parameters": parameters, "steps": len(p.Steps),
		"planMs": ms(planned.Sub(began)), "compileMs": ms(compiled.Sub(written)),
	}, nil
}

func device(ctx context.Context, o options) (plan.Device, error) {
	switch o.backend {
	case "simd":
		return simd.Open(ctx, simd.Options{Threads: o.threads})
	case "webgpu":
		return webgpu.Open(ctx, webgpu.Options{})
	case "cpu":
		return cpu.New(o.threads), nil
	}
	return nil, fmt.Errorf("there is no backend %q", o.backend)
}

func (n *net) run(ctx context.Context, times int) error {
	for range times {
		if err := n.exec.Run(n.inputs...); err != nil {
			return err
		}
		if n.ready {
			continue
		}
		if _, err := n.exec.Fetch("logits")(ctx); err != nil {
			return err
		}
	}
	if n.ready && n.queue {
		_, err := n.exec.Fetch("logits")(ctx)
		return err
	}
	return nil
}

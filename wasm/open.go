//go:build js && wasm

package main

import (
	"context"
	"syscall/js"
	"time"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/webgpu"
)

// chunk is how much of a file is fetched from the browser at a time: more would be garbage beside it.
const chunk = 4 << 20

// readBlob reads a Blob.
func readBlob(ctx context.Context, blob js.Value) ([]byte, error) {
	b := make([]byte, blob.Get("size").Int())
	for at := 0; at < len(b); at += chunk {
		part, err := webgpu.Await(ctx, func() js.Value { return blob.Call("slice", at, min(at+chunk, len(b))).Call("arrayBuffer") })
		if err != nil {
			return nil, &apiError{Code: "file", Message: "the file cannot be read: " + err.Error()}
		}
		js.CopyBytesToGo(b[at:], js.Global().Get("Uint8Array").New(part))
	}
	return b, nil
}

func init() {
	handlers["open"] = func(c *call) (any, error) {
		var o struct {
			Backend string   `js:"backend"`
			Classes []string `js:"classes"`
			Size    []int    `js:"size"`
			Zoo     string   `js:"zoo"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		b, err := readBlob(c, c.args.Get("file"))
		if err != nil {
			return nil, err
		}
		how, err := preprocessOf(c.args.Get("preprocess"))
		if err != nil {
			return nil, err
		}
		options := nn.OpenOptions{Size: o.Size, Classes: o.Classes, Zoo: o.Zoo, Seed: 1, Preprocess: how, Read: func(path string) ([]byte, error) {
			part := c.args.Get("files").Get(path)
			if !part.Truthy() {
				return nil, &apiError{Code: "needs-file", Message: path}
			}
			return readBlob(c, part)
		}}
		named := o.Backend != "" && o.Backend != "auto"
		first := o.Backend
		if !named {
			first = "simd"
		}
		dev, err := openBackend(c, first, 0)
		if err != nil && !named {
			dev, err = cpu.New(0), nil
		}
		if err != nil {
			return nil, err
		}
		net, err := nn.Open(dev, b, options)
		if err != nil {
			dev.Close()
			return nil, err
		}
		n := &openNet{Net: net, dev: dev}
		if !named {
			n.settle(c)
		}
		answer := c.added(n.Net, n.dev)
		if s, err := nn.Inspect(b); err == nil {
			answer["saved"] = savedOf(s)
		}
		return answer, nil
	}
}

// preprocessOf reads how pictures are prepared: a name, or all of it.
func preprocessOf(v js.Value) (*preprocess.Preprocess, error) {
	var p preprocess.Preprocess
	var err error
	switch v.Type() {
	case js.TypeUndefined, js.TypeNull:
		return nil, nil
	case js.TypeString:
		if v.String() == "bytes" {
			return nil, nil
		}
		p, err = preprocess.Named(v.String())
	default:
		p, err = preprocess.Parse([]byte(js.Global().Get("JSON").Call("stringify", v).String()))
	}
	if err != nil {
		return nil, &apiError{Code: "argument", Message: "preprocess: " + sentence(err.Error())}
	}
	return &p, nil
}

// settle moves a net that was opened on SIMD to a GPU, if there is one and it predicts faster.
func (n *openNet) settle(ctx context.Context) {
	gpu, err := openBackend(ctx, "webgpu", 0)
	if err != nil {
		return
	}
	if gpu.Info().Software {
		gpu.Close()
		return
	}
	x := make([]float32, graph.Shape(n.Summary.Input).Elems())
	timed := func() time.Duration {
		best := time.Duration(1<<63 - 1)
		for range 4 {
			start := time.Now()
			if _, err := n.PredictValues(ctx, x); err != nil {
				return 1<<63 - 1
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	simd := timed()
	if n.move(ctx, gpu) != nil || timed() < simd {
		return
	}
	if back, err := openBackend(ctx, "simd", 0); err == nil {
		_ = n.move(ctx, back) // it stays where it is otherwise
	}
}

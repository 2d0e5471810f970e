//go:build js && wasm

package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"syscall/js"
	"time"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/train"
)

type prediction struct {
	Index       int     `js:"index"`
	Label       string  `js:"label"`
	Probability float64 `js:"probability"`
}

type classScore struct {
	Label    string  `js:"label"`
	Count    int     `js:"count"`
	Accuracy float64 `js:"accuracy"`
}

func init() {
	handlers["classify"] = classify
	handlers["predict"] = predict
	handlers["features"] = features
	handlers["evaluate"] = func(c *call) (any, error) {
		n, err := c.net()
		if err != nil {
			return nil, err
		}
		d, err := c.dataset("dataset")
		if err != nil {
			return nil, err
		}
		s, err := n.EvaluateWith(c, d, train.EvaluateOptions{Batch: n.batchFor(d), Yield: yielder()})
		if err != nil {
			return nil, err
		}
		return evaluationOf(s, n.Classes), nil
	}
}

func evaluationOf(s train.Score, classes []string) fields {
	per, confusion := list{}, list{}
	for i, of := range s.PerClass() {
		per = append(per, classScore{classes[i], of.Support, of.Recall})
		confusion = append(confusion, raw{intArray(s.Confusion[i])})
	}
	return fields{"loss": s.Loss, "accuracy": s.Accuracy, "count": s.Count, "perClass": per, "confusion": confusion}
}

func classify(c *call) (any, error) {
	n, err := c.net()
	if err != nil {
		return nil, err
	}
	var o struct {
		Top     int    `js:"top"`
		Prepare string `js:"prepare"`
	}
	if err := c.assign(&o); err != nil {
		return nil, err
	}
	start := time.Now()
	var seen []byte
	var probs []float32
	if bitmap := c.args.Get("bitmap"); bitmap.Truthy() && o.Prepare != "digit" && n.Preprocess == nil {
		probs, err = n.predictBitmap(c, bitmap)
		if probs != nil || err != nil {
			bitmap.Call("close")
		}
	}
	if probs == nil && err == nil {
		if seen, err = n.prepared(c.args, o.Prepare); err == nil {
			probs, err = again(c, n, func() ([]float32, error) { return n.Predict(c, seen) })
		}
	}
	if err != nil {
		return nil, err
	}
	if o.Top <= 0 {
		o.Top = 3
	}
	if len(probs) != len(n.Classes) {
		return nil, &apiError{Code: "argument", Message: fmt.Sprintf("this net tells a class at each of %d places; use predict", len(probs)/len(n.Classes))}
	}
	best := list{}
	for _, p := range n.Top(probs, o.Top) {
		best = append(best, prediction{p.Class, p.Name, float64(p.Probability)})
	}
	answer := fields{"predictions": best, "shape": raw{intArray(n.Summary.Input)}, "ms": float64(time.Since(start).Microseconds()) / 1000,
		"backend": infoOf(n.Info())}
	if seen != nil {
		answer["seen"] = seen
	}
	return answer, nil
}

// again is a computation that outlives a lost device: with no training there to move the net, it does.
func again[T any](ctx context.Context, n *openNet, f func() (T, error)) (v T, err error) {
	v, err = f()
	if !errors.Is(err, graph.ErrDeviceLost) || n.training != nil {
		return v, err
	}
	dev, err := n.reopen(ctx)
	if err != nil {
		return v, err
	}
	if err := n.Move(ctx, dev); err != nil {
		return v, err
	}
	return f()
}

// predictBitmap classifies an ImageBitmap that stays on the GPU. It returns nothing where the net's device takes none, where the
// device is lost, and for nets of other than one or three channels: the way through pixels then tells what is wrong.
func (n *openNet) predictBitmap(ctx context.Context, bitmap js.Value) ([]float32, error) {
	probs, err := n.PredictPicture(ctx, bitmap, bitmap.Get("width").Int(), bitmap.Get("height").Int())
	var shape *graph.ShapeError
	if errors.Is(err, graph.ErrUnsupported) || errors.Is(err, graph.ErrDeviceLost) || errors.As(err, &shape) {
		return nil, nil
	}
	return probs, err
}

// predict gives the probabilities of all classes for numbers.
func predict(c *call) (any, error) {
	n, err := c.net()
	if err != nil {
		return nil, err
	}
	samples, err := n.numbers(c)
	if err != nil {
		return nil, err
	}
	var out []float32
	for _, x := range samples {
		probs, err := again(c, n, func() ([]float32, error) { return n.PredictValues(c, x) })
		if err != nil {
			return nil, err
		}
		out = append(out, probs...)
	}
	shape := slices.Concat([]int{len(samples)}, n.Summary.Places, []int{len(n.Classes)})
	return fields{"bytes": floatBytes(out), "shape": raw{intArray(shape)}}, nil
}

func features(c *call) (any, error) {
	n, err := c.net()
	if err != nil {
		return nil, err
	}
	x, err := n.oneSample(c)
	if err != nil {
		return nil, err
	}
	v, err := again(c, n, func() ([]float32, error) { return n.Vector(c, x, c.args.Get("layer").String()) })
	if err != nil {
		return nil, err
	}
	return floatBytes(v), nil
}

// oneSample returns the numbers or the picture of args, as the net takes it.
func (n *openNet) oneSample(c *call) ([]float32, error) {
	if c.args.Get("numbers").Truthy() {
		samples, err := n.numbers(c)
		if err != nil {
			return nil, err
		}
		if len(samples) != 1 {
			return nil, &apiError{Code: "argument", Message: fmt.Sprintf("the input has %d samples, want one", len(samples))}
		}
		return samples[0], nil
	}
	seen, err := n.prepared(c.args, "")
	if err != nil {
		return nil, err
	}
	x := make([]float32, len(seen))
	for i, b := range seen {
		x[i] = float32(b)
	}
	return x, nil
}

// numbers returns the samples of args, each in the order of the net's input.
func (n *openNet) numbers(c *call) ([][]float32, error) {
	var o struct {
		Pixels bool   `js:"pixels"`
		Shape  []int  `js:"shape"`
		Layout string `js:"layout"`
	}
	if err := c.assign(&o); err != nil {
		return nil, err
	}
	b, err := bytesOf(c.args.Get("numbers"))
	if err != nil {
		return nil, err
	}
	var x []float32
	if o.Pixels {
		x = make([]float32, len(b))
		for i, v := range b {
			x[i] = float32(v)
		}
	} else {
		x = make([]float32, len(b)/4)
		for i := range x {
			x[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
	}
	in := n.Summary.Input
	want := in
	if o.Layout == "NCHW" {
		want = slices.Concat(in[len(in)-1:], in[:len(in)-1])
	}
	each := graph.Shape(in).Elems()
	count := len(x) / each
	fits := len(o.Shape) == 0 || slices.Equal(o.Shape, want) && count == 1 || slices.Equal(o.Shape, slices.Concat([]int{count}, want))
	if count == 0 || count*each != len(x) || !fits {
		return nil, &apiError{Code: "argument", Message: fmt.Sprintf("the input has %d numbers%s; the net takes %v, %d numbers a sample, one or several",
			len(x), ofShape(o.Shape), want, each)}
	}
	samples := make([][]float32, count)
	for i := range samples {
		samples[i] = x[i*each : (i+1)*each]
		if o.Layout == "NCHW" {
			samples[i] = channelsLast(samples[i], in[len(in)-1])
		}
		if j := slices.IndexFunc(samples[i], func(v float32) bool { return v-v != 0 }); j >= 0 {
			return nil, &apiError{Code: "argument", Message: fmt.Sprintf("number %d of sample %d is %g, want finite numbers", j, i, samples[i][j])}
		}
	}
	return samples, nil
}

func ofShape(shape []int) string {
	if len(shape) == 0 {
		return ""
	}
	return fmt.Sprintf(" of shape %v", shape)
}

// channelsLast puts planes of channels between each other.
func channelsLast(x []float32, channels int) []float32 {
	y, plane := make([]float32, len(x)), len(x)/channels
	for ch := range channels {
		for i := range plane {
			y[i*channels+ch] = x[ch*plane+i]
		}
	}
	return y
}

// floatBytes are numbers as a Float32Array has them.
func floatBytes(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

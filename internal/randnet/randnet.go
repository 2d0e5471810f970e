// Package randnet draws small random networks for property tests of the planner and the backends.
package randnet

import (
	"fmt"
	"math"

	"pgregory.net/rapid"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/train"
)

// Net is a program with numbers for all that it takes.
type Net struct {
	Graph *graph.Graph
	Given map[string]*op.Tensor // inputs, parameters and states
	About string                // what was drawn, for messages
}

// Generator draws nets of one to four blocks (convolutions, activations, poolings, residual additions, gates, shared
// filters) with a classifier and its loss, most with gradients and an optimiser's step.
//
// Kinks are met with probability 0, but for one kind: windows without a positive number behind a ReLU tie at 0. There
// every way of writing the gradient yields 0.
func Generator() *rapid.Generator[*Net] { return rapid.Custom(draw) }

type drawer struct {
	t       *rapid.T
	g       *graph.Graph
	given   map[string]*op.Tensor
	about   string
	x       *graph.Value
	numeric uint32 // seed of the numbers
}

func (d *drawer) pick(what string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(d.t, what) }
func (d *drawer) maybe(what string) bool           { return rapid.Bool().Draw(d.t, what) }

// numbers gives v uniform numbers in [lo, hi).
func (d *drawer) numbers(v *graph.Value, lo, hi float64) *graph.Value {
	t := op.NewTensor(v.Shape)
	for i := range t.Data {
		x := lo + (hi-lo)*float64(op.Uniform(d.numeric, 1, v.ID, i))
		if v.Type != graph.F32 {
			x = math.Floor(x)
		}
		t.Data[i] = float64(float32(x))
	}
	d.given[v.Name] = t
	return v
}

// param adds a parameter with numbers that keep the size of activations.
func (d *drawer) param(kind string, fanIn int, shape ...int) *graph.Value {
	lim := math.Sqrt(3 / float64(max(1, fanIn)))
	return d.numbers(d.g.Param(fmt.Sprintf("%s%d", kind, len(d.g.Values)), shape, graph.Init{}), -lim, lim)
}

func (d *drawer) say(format string, args ...any) { d.about += fmt.Sprintf(format, args...) + "; " }

func draw(t *rapid.T) *Net {
	d := &drawer{t: t, g: graph.New(), given: map[string]*op.Tensor{}, numeric: rapid.Uint32().Draw(t, "numbers")}
	n := d.pick("n", 1, 5)
	d.input(n)
	for range d.pick("blocks", 1, 4) {
		d.block()
	}
	loss := d.classify(n)
	d.g.Output("loss", loss)
	d.train(loss)
	return &Net{d.g, d.given, d.about}
}

// input is given as it is, or gathered from bytes that lie on the device.
func (d *drawer) input(n int) {
	shape := graph.Shape{n, d.pick("h", 3, 11), d.pick("w", 3, 11), d.pick("c", 1, 5)}
	d.say("input %v", shape)
	if !d.maybe("bytes") {
		d.x = d.numbers(d.g.Input("x", graph.F32, shape), -1, 1)
		return
	}
	d.say("from bytes")
	table := d.numbers(d.g.State("pictures", graph.U8, append(graph.Shape{7}, shape[1:]...), graph.Init{}), 0, 256)
	index := d.numbers(d.g.Input("index", graph.I32, graph.Shape{n}), 0, 7)
	scaled := expr.New(expr.Sub, expr.New(expr.Mul, expr.V(0), expr.C(1.0/128)), expr.C(1))
	d.x = op.Map(d.g, scaled, op.Gather(d.g, table, index))
}

func (d *drawer) block() {
	switch d.pick("kind", 0, 7) {
	case 0, 1:
		d.conv()
		d.bias()
		d.activation()
	case 2:
		d.conv()
		d.bias()
		d.activation()
		d.pool()
	case 3:
		d.pool()
	case 4:
		d.residual()
	case 5:
		d.shared()
	case 6:
		d.gate()
	default:
		d.dropout()
	}
}

func (d *drawer) conv() {
	s := d.x.Shape
	win := op.Window{}
	for i := range 2 {
		k := d.pick("kernel", 1, min(5, s[1+i]))
		dil := 1
		if k > 1 && 2*(k-1)+1 <= s[1+i] && d.pick("dilated", 0, 4) == 0 {
			dil = 2
		}
		win.Kernel = append(win.Kernel, k)
		win.Stride = append(win.Stride, max(1, d.pick("stride", 0, 2)))
		win.Dilation = append(win.Dilation, dil)
		win.Pads = append(win.Pads, [2]int{d.pick("before", 0, k), d.pick("after", 0, k)})
	}
	groups := 1
	if d.pick("grouped", 0, 3) == 0 {
		groups = []int{1, s[3], largestDivisor(s[3])}[d.pick("groups", 0, 2)]
	}
	f := groups * d.pick("filters", 1, 6/min(groups, 6)+1)
	d.say("conv %v groups %d to %d", win, groups, f)
	w := d.param("filters", win.Kernel[0]*win.Kernel[1]*s[3]/groups, win.Kernel[0], win.Kernel[1], s[3]/groups, f)
	d.apply(op.Conv, op.ConvAttrs{Window: win, Groups: groups}, w)
}

func largestDivisor(n int) int {
	for k := n / 2; k > 1; k-- {
		if n%k == 0 {
			return k
		}
	}
	return 1
}

func (d *drawer) apply(name string, attrs any, more ...*graph.Value) {
	out, err := op.Apply(d.g, name, attrs, append([]*graph.Value{d.x}, more...)...)
	if err != nil {
		d.t.Skip(err)
	}
	d.x = out[0]
}

func (d *drawer) bias() {
	if d.pick("bias", 0, 4) > 0 {
		b := d.param("bias", 4, d.x.Shape[3])
		d.x = op.Map(d.g, expr.New(expr.Add, expr.V(0), expr.V(1)), d.x, b)
	}
}

var activations = map[string]*expr.Expr{
	"relu": expr.ReLU(expr.V(0)), "sigmoid": expr.New(expr.Sigmoid, expr.V(0)), "tanh": expr.New(expr.Tanh, expr.V(0)),
	"leaky": expr.New(expr.Max, expr.V(0), expr.New(expr.Mul, expr.V(0), expr.C(0.1))),
	"none":  expr.V(0),
}

func (d *drawer) activation() {
	name := rapid.SampledFrom([]string{"relu", "relu", "relu", "sigmoid", "tanh", "leaky", "none"}).Draw(d.t, "activation")
	d.say("%s", name)
	if name != "none" {
		d.x = op.Map(d.g, activations[name], d.x)
	}
}

func (d *drawer) pool() {
	a := op.PoolAttrs{Kind: op.PoolKind(d.pick("pool", 0, 2) / 2), Ceil: d.maybe("ceil"), CountPad: d.maybe("count pad")}
	for i := range 2 {
		k := d.pick("window", 1, min(3, d.x.Shape[1+i]))
		a.Kernel, a.Stride = append(a.Kernel, k), append(a.Stride, d.pick("pool stride", 1, 3))
		a.Dilation = append(a.Dilation, 1)
		p := min(k-1, d.pick("pool pad", 0, 1))
		a.Pads = append(a.Pads, [2]int{p, min(k-1, d.pick("pool pad", 0, 1))})
	}
	d.say("pool %v %v ceil %v", a.Kind, a.Window, a.Ceil)
	d.apply(op.Pool, a)
}

// residual adds a convolution of x to x.
func (d *drawer) residual() {
	old := d.x
	c := old.Shape[3]
	d.say("residual")
	d.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1}, d.param("filters", 9*c, 3, 3, c, c))
	d.bias()
	d.x = op.Map(d.g, expr.New(expr.Add, expr.V(0), expr.New(expr.Mul, expr.V(1), expr.C(0.5))), d.x, old)
	d.activation()
}

// shared applies one convolution twice.
func (d *drawer) shared() {
	c := d.x.Shape[3]
	d.say("shared")
	w := d.param("shared", 9*c, 3, 3, c, c)
	for range 2 {
		d.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1}, w)
		d.x = op.Map(d.g, activations["tanh"], d.x)
	}
}

// gate multiplies by values that are stretched over some axes: parameters, or means of x.
func (d *drawer) gate() {
	s := d.x.Shape
	kind := d.pick("gate", 0, 3)
	d.say("gate %d", kind)
	by := d.x
	switch kind {
	case 0:
		by = d.param("scale", 3, s[3])
	case 1:
		by = d.param("scale", 3, s[1], 1, s[3])
	case 2:
		by = d.param("scale", 3, 1, s[2], 1)
	case 3: // squeeze and excitation
		a := op.ReduceAttrs{Axes: []int{1, 2}, Keep: true, Expr: expr.New(expr.Mul, expr.V(0), expr.C(1/float64(s[1]*s[2])))}
		out, err := op.Apply(d.g, op.ReduceOp, a, d.x)
		if err != nil {
			d.t.Fatal(err)
		}
		by = out[0]
	}
	d.x = op.Map(d.g, expr.New(expr.Mul, expr.V(0), expr.New(expr.Sigmoid, expr.V(1))), d.x, by)
}

func (d *drawer) dropout() {
	d.say("dropout")
	rng := d.g.Find("rng")
	if rng == nil {
		rng = d.g.Input("rng", graph.I32, graph.Shape{2})
		d.given["rng"] = &op.Tensor{Shape: rng.Shape, Data: []float64{float64(d.numeric % 1000), 3}}
	}
	u := op.Random(d.g, rng, len(d.g.Nodes), d.x.Shape)
	keep := expr.New(expr.Select, expr.New(expr.Greater, expr.C(0.3), expr.V(1)), expr.C(0), expr.New(expr.Mul, expr.V(0), expr.C(1/0.7)))
	d.x = op.Map(d.g, keep, d.x, u)
}

// classify ends in the mean cross-entropy with labels, one of which may have to be ignored.
func (d *drawer) classify(n int) *graph.Value {
	classes := d.pick("classes", 2, 6)
	flat := d.x.Shape[1:].Elems()
	d.x = op.Reshape(d.g, d.x, graph.Shape{n, flat})
	if d.maybe("hidden") {
		h := d.pick("units", 1, 9)
		d.say("hidden %d", h)
		d.apply(op.MatMul, op.MatMulAttrs{TransB: true}, d.param("hidden", flat, h, flat))
		d.x = op.Map(d.g, expr.ReLU(expr.New(expr.Add, expr.V(0), expr.V(1))), d.x, d.param("bias", 2, h))
		flat = h
	}
	d.apply(op.MatMul, op.MatMulAttrs{}, d.param("linear", flat, flat, classes))
	d.x = op.Map(d.g, expr.New(expr.Add, expr.V(0), expr.V(1)), d.x, d.param("bias", 2, classes))
	labels := d.numbers(d.g.Input("labels", graph.I32, graph.Shape{n}), 0, float64(classes)+0.2)
	each, err := op.CrossEntropy(d.g, d.x, labels)
	if err != nil {
		d.t.Fatal(err)
	}
	if d.maybe("logits") {
		d.g.Output("logits", d.x)
	}
	return op.Mean(d.g, each)
}

func (d *drawer) train(loss *graph.Value) {
	optimizer := rapid.SampledFrom([]string{"", "none", "sgd", "momentum", "nesterov", "adam", "adamw", "adagrad", "adadelta", "rmsprop", "lamb"}).Draw(d.t, "optimizer")
	if optimizer == "" {
		return
	}
	wrt := d.g.Params()
	if x := d.g.Find("x"); x != nil && d.maybe("input gradient") {
		wrt = append(wrt, x)
	}
	params := len(d.g.Params())
	grads, err := op.Gradients(d.g, loss, wrt)
	if err != nil {
		d.t.Fatal(err)
	}
	all := optimizer == "none" || d.maybe("read gradients")
	for i, v := range grads {
		if v != nil && (all || i >= params) {
			d.g.Output("d "+wrt[i].Name, v)
		}
	}
	d.say("optimizer %s", optimizer)
	if optimizer == "none" {
		return
	}
	o := train.Optimizer{Kind: optimizer, WeightDecay: float64(d.pick("decay", 0, 1)) * 0.01, ClipNorm: float64(d.pick("clip", 0, 1)) * 0.1,
		Average: float64(d.pick("average", 0, 1)) * 0.9, Accumulate: d.pick("accumulate", 1, 2)}
	if o, err = o.Defaults(); err != nil {
		d.t.Fatal(err)
	}
	hyper := train.HyperInputs(d.g)
	for _, v := range hyper {
		d.numbers(v, 0.1, 1)
	}
	o.Update(d.g, wrt[:params], grads[:params], hyper)
	for _, v := range d.g.Values {
		if v.Role == graph.State && v.Type == graph.F32 {
			d.numbers(v, 0.1, 1) // so that adam does not divide by almost 0
		}
	}
	if d.pick("read parameter", 0, 3) == 0 { // what an output names is the old value
		d.g.Output("old", wrt[0])
	}
}

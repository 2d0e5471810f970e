package plan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/null"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
)

// net makes graphs in few words; every input is f32 and named x0, x1, … in the order of its making.
type net struct {
	*graph.Graph
	given map[string]*op.Tensor
}

func (n *net) in(shape ...int) *graph.Value {
	name := "x" + string(rune('0'+len(n.given)))
	n.given[name] = opcases.F(shape...).Draw(uint32(len(n.given) + 1))
	return n.Input(name, graph.F32, shape)
}

func (n *net) apply(name string, attrs any, in ...*graph.Value) *graph.Value {
	out, err := op.Apply(n.Graph, name, attrs, in...)
	if err != nil {
		panic(err)
	}
	return out[0]
}

func (n *net) conv(x *graph.Value, kernel, stride, filters int) *graph.Value {
	win := op.Square(2, kernel, stride, kernel/2)
	return n.apply(op.Conv, op.ConvAttrs{Window: win, Groups: 1}, x, n.in(kernel, kernel, x.Shape[3], filters))
}

func (n *net) pool(kind op.PoolKind, x *graph.Value, size int) *graph.Value {
	return n.apply(op.Pool, op.PoolAttrs{Window: op.Square(2, size, size, 0), Kind: kind}, x)
}

func (n *net) sum(x *graph.Value) *graph.Value {
	axes := make([]int, len(x.Shape))
	for i := range axes {
		axes[i] = i
	}
	return op.Sum(n.Graph, x, axes...)
}

func (n *net) mul(a, b *graph.Value) *graph.Value {
	return op.Map(n.Graph, expr.New(expr.Mul, expr.V(0), expr.V(1)), a, b)
}
func (n *net) add(a, b *graph.Value) *graph.Value {
	return op.Map(n.Graph, expr.New(expr.Add, expr.V(0), expr.V(1)), a, b)
}
func (n *net) tanh(x *graph.Value) *graph.Value {
	return op.Map(n.Graph, expr.New(expr.Tanh, expr.V(0)), x)
}
func (n *net) relu(x *graph.Value) *graph.Value { return op.Map(n.Graph, expr.ReLU(expr.V(0)), x) }
func (n *net) out(name string, v *graph.Value)  { n.Output(name, v) }

// grads outputs the gradients with respect to wrt where a given one arrives at y.
func (n *net) grads(y *graph.Value, wrt ...*graph.Value) {
	g, err := op.GradientsFrom(n.Graph, y, n.in(y.Shape...), wrt)
	if err != nil {
		panic(err)
	}
	for i, d := range g {
		n.out("d"+wrt[i].Name, d)
	}
}

// manyInputs adds up k inputs in a chain of maps.
func manyInputs(n *net, x *graph.Value, k int) *graph.Value {
	for range k {
		x = n.add(n.tanh(x), n.in(x.Shape...))
	}
	return x
}

var patternCases = []struct {
	pattern, name string
	build         func(n *net)
	want          string // the steps' primitives
}{
	{"merge-maps", "chain", func(n *net) { n.out("y", n.tanh(n.relu(n.tanh(n.in(2, 3))))) }, "Map"},
	{"merge-maps", "broadcast operand", func(n *net) { n.out("y", n.add(n.tanh(n.in(2, 3)), n.in(3))) }, "Map"},
	{"merge-maps", "into several outputs", func(n *net) {
		out := op.Maps(n.Graph, opcases.Momentum(), n.tanh(n.in(4)), n.in(4))
		n.out("a", out[0])
		n.out("b", out[1])
	}, "Map"},
	{"merge-maps", "second use", func(n *net) {
		y := n.tanh(n.in(2, 3))
		n.out("y", n.add(n.relu(y), n.sum(y)))
	}, "Map Reduce Map"},
	{"merge-maps", "used twice by one map", func(n *net) { y := n.tanh(n.in(2, 3)); n.out("y", n.mul(y, y)) }, "Map Map"},
	{"merge-maps", "kept", func(n *net) { y := n.tanh(n.in(2, 3)); n.out("a", y); n.out("b", n.relu(y)) }, "Map Map"},
	{"merge-maps", "stretched", func(n *net) { n.out("y", n.add(n.tanh(n.in(3)), n.in(2, 3))) }, "Map Map"},
	{"merge-maps", "too many inputs", func(n *net) { n.out("y", manyInputs(n, n.in(5), 7)) }, "Map Map"},

	{"map-into-reduce", "product", func(n *net) { n.out("y", op.Sum(n.Graph, n.mul(n.in(4, 3), n.in(3)), 0)) }, "Reduce"},
	{"map-into-reduce", "stretched first", func(n *net) { n.out("y", op.Sum(n.Graph, n.mul(n.in(4, 1), n.in(3)), 0)) }, "Reduce"},
	{"map-into-reduce", "second use", func(n *net) {
		y := n.tanh(n.in(4, 3))
		n.out("y", n.add(y, op.Sum(n.Graph, y, 0)))
	}, "Map Reduce Map"},
	{"map-into-reduce", "kept", func(n *net) { y := n.tanh(n.in(4)); n.out("a", y); n.out("b", n.sum(y)) }, "Map Reduce"},
	{"map-into-reduce", "stretched behind", func(n *net) {
		n.out("y", n.apply(op.ReduceOp, op.ReduceAttrs{Axes: []int{0}, Expr: expr.New(expr.Mul, expr.V(0), expr.V(1))}, n.tanh(n.in(3)), n.in(4, 3)))
	}, "Map Reduce"},

	{"epilogue", "bias and activation", func(n *net) { n.out("y", n.relu(n.add(n.conv(n.in(2, 5, 5, 3), 3, 1, 4), n.in(4)))) }, "Conv"},
	{"epilogue", "residual", func(n *net) { x := n.in(2, 5, 5, 3); n.out("y", n.add(n.tanh(n.conv(x, 3, 1, 3)), x)) }, "Conv"},
	{"epilogue", "computed later", func(n *net) {
		x := n.in(2, 5, 5, 3)
		y := n.conv(x, 3, 1, 3)
		z := n.sum(n.conv(x, 3, 1, 3))
		n.out("y", n.mul(y, z))
	}, "Conv Reduce Conv"},
	{"epilogue", "matrix product", func(n *net) {
		n.out("y", n.add(n.apply(op.MatMul, op.MatMulAttrs{}, n.in(3, 4), n.in(4, 5)), n.in(5)))
	}, "MatMul"},
	{"epilogue", "pooling with places", func(n *net) {
		y := n.pool(op.PoolMax, n.in(1, 4, 4, 2), 2)
		n.out("y", n.tanh(y))
		n.out("at", op.Map(n.Graph, expr.New(expr.Mul, expr.V(0), expr.C(2)), y.Node.Out[1]))
	}, "Pool Map"},
	{"epilogue", "reads the places too", func(n *net) {
		y := n.pool(op.PoolMax, n.in(1, 4, 4, 2), 2)
		n.out("y", n.mul(y, y.Node.Out[1]))
	}, "Pool Map"},
	{"epilogue", "second use", func(n *net) { y := n.conv(n.in(2, 5, 5, 3), 3, 1, 4); n.out("y", n.add(n.tanh(y), n.sum(y))) }, "Conv Map Reduce Map"},
	{"epilogue", "kept", func(n *net) { y := n.conv(n.in(2, 5, 5, 3), 3, 1, 4); n.out("a", y); n.out("b", n.tanh(y)) }, "Conv Map"},
	{"epilogue", "stretched", func(n *net) { n.out("y", n.add(n.conv(n.in(1, 5, 5, 3), 3, 1, 4), n.in(2, 5, 5, 4))) }, "Conv Map"},
	{"epilogue", "too many inputs", func(n *net) { n.out("y", manyInputs(n, n.conv(n.in(1, 3, 3, 1), 1, 1, 1), 5)) }, "Conv Map"},
	{"epilogue", "several outputs", func(n *net) {
		out := op.Maps(n.Graph, opcases.Momentum(), n.apply(op.MatMul, op.MatMulAttrs{}, n.in(3, 4), n.in(4, 5)), n.in(3, 5))
		n.out("a", out[0])
		n.out("b", out[1])
	}, "MatMul Map"},
	{"epilogue", "update", func(n *net) { // the map can write in place, a product cannot
		w := n.Param("w", graph.Shape{4, 5}, graph.Init{})
		n.given["w"] = opcases.F(4, 5).Draw(9)
		n.Assign(w, n.add(n.apply(op.MatMul, op.MatMulAttrs{TransA: true}, n.in(3, 4), n.in(3, 5)), w))
	}, "MatMul Map"},

	{"conv-pool", "max", func(n *net) { n.out("y", n.pool(op.PoolMax, n.conv(n.in(2, 6, 6, 3), 3, 1, 4), 2)) }, "ConvPool"},
	{"epilogue conv-pool", "bias and activation", func(n *net) {
		n.out("y", n.pool(op.PoolMax, n.relu(n.add(n.conv(n.in(2, 6, 6, 3), 3, 1, 4), n.in(4))), 2))
	}, "ConvPool"},
	{"conv-pool", "average", func(n *net) { n.out("y", n.pool(op.PoolAvg, n.conv(n.in(2, 6, 6, 3), 3, 1, 4), 2)) }, "Conv Pool"},
	{"conv-pool", "second use", func(n *net) {
		y := n.conv(n.in(2, 6, 6, 3), 3, 1, 4)
		n.out("y", n.add(n.pool(op.PoolMax, y, 2), n.sum(y)))
	}, "Conv Pool Reduce Map"},
	{"conv-pool", "kept", func(n *net) {
		y := n.conv(n.in(2, 6, 6, 3), 3, 1, 4)
		n.out("a", y)
		n.out("b", n.pool(op.PoolMax, y, 2))
	}, "Conv Pool"},
	{"epilogue conv-pool", "activation behind", func(n *net) { n.out("y", n.tanh(n.pool(op.PoolMax, n.conv(n.in(2, 6, 6, 3), 3, 1, 4), 2))) }, "Conv Pool"},
	{"epilogue conv-pool", "residual of every image", func(n *net) {
		x := n.in(2, 6, 6, 3)
		n.out("y", n.pool(op.PoolMax, n.add(n.conv(x, 3, 1, 3), x), 2))
	}, "Conv Pool"},
	{"epilogue conv-pool", "residual of all images", func(n *net) {
		n.out("y", n.pool(op.PoolMax, n.add(n.conv(n.in(2, 6, 6, 3), 3, 1, 3), n.in(1, 6, 6, 3)), 2))
	}, "ConvPool"},

	{"relu-grad-behind-pool", "relu", func(n *net) { x := n.in(2, 6, 6, 3); n.grads(n.pool(op.PoolMax, n.relu(x), 2), x) }, "Map Pool Map PoolGrad"},
	{"relu-grad-behind-pool", "average", func(n *net) { x := n.in(2, 6, 6, 3); n.grads(n.pool(op.PoolAvg, n.relu(x), 2), x) }, "Map PoolGrad Map"},
	{"relu-grad-behind-pool", "tanh", func(n *net) { x := n.in(2, 6, 6, 3); n.grads(n.pool(op.PoolMax, n.tanh(x), 2), x) }, "Map Pool PoolGrad Map"},
	{"relu-grad-behind-pool", "second use", func(n *net) {
		x := n.in(2, 6, 6, 3)
		y := n.relu(x)
		n.grads(n.add(n.pool(op.PoolMax, y, 2), n.sum(y)), x)
	}, "Map Pool Reduce Map PoolGrad Map Map"},
	{"relu-grad-behind-pool", "kept", func(n *net) {
		x := n.in(2, 6, 6, 3)
		y := n.relu(x)
		n.grads(n.pool(op.PoolMax, y, 2), x, y)
	}, "Map Pool PoolGrad Map"},

	{"sum-of-pool-grad", "bias", func(n *net) {
		b := n.in(3)
		n.grads(n.pool(op.PoolMax, n.add(n.in(2, 6, 6, 3), b), 2), b)
	}, "Reduce"},
	{"sum-of-pool-grad", "average", func(n *net) {
		b := n.in(3)
		n.grads(n.pool(op.PoolAvg, n.add(n.in(2, 6, 6, 3), b), 2), b)
	}, "PoolGrad Reduce"},
	{"sum-of-pool-grad", "one image", func(n *net) { // the sum leaves the samples apart
		b := n.in(2, 1, 1, 3)
		n.grads(n.pool(op.PoolMax, n.add(n.in(2, 6, 6, 3), b), 2), b)
	}, "Map Pool PoolGrad Reduce"},
	{"sum-of-pool-grad", "over channels", func(n *net) {
		b := n.in(1)
		n.grads(n.pool(op.PoolMax, n.add(n.in(2, 6, 6, 3), b), 2), b)
	}, "Map Pool PoolGrad Reduce"},

	{"sparse-conv-grads", "2x2", func(n *net) {
		x := n.in(2, 6, 6, 3)
		y := n.conv(x, 3, 1, 4)
		n.grads(n.pool(op.PoolMax, y, 2), x, y.Node.In[1])
	}, "Conv Pool ConvGradWeightPooled ConvGradInputPooled"},
	{"sparse-conv-grads", "average", func(n *net) {
		x := n.in(2, 6, 6, 3)
		y := n.conv(x, 3, 1, 4)
		n.grads(n.pool(op.PoolAvg, y, 2), x, y.Node.In[1])
	}, "PoolGrad ConvGradWeight ConvGradInput"},
	{"sparse-conv-grads", "most elements win", func(n *net) {
		x := n.in(2, 6, 6, 3)
		y := n.conv(x, 3, 1, 4)
		p := n.apply(op.Pool, op.PoolAttrs{Window: op.Square(2, 2, 1, 0), Kind: op.PoolMax}, y)
		n.grads(p, x, y.Node.In[1])
	}, "Conv Pool PoolGrad ConvGradWeight ConvGradInput"},
	{"sparse-conv-grads", "groups", func(n *net) {
		x, w := n.in(2, 6, 6, 4), n.in(3, 3, 2, 4)
		y := n.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 2}, x, w)
		n.grads(n.pool(op.PoolMax, y, 2), x, w)
	}, "Conv Pool PoolGrad ConvGradWeight ConvGradInput"},
	{"sparse-conv-grads", "1-D", func(n *net) {
		x, w := n.in(2, 9, 3), n.in(3, 3, 4)
		y := n.apply(op.Conv, op.ConvAttrs{Window: op.Square(1, 3, 1, 1), Groups: 1}, x, w)
		n.grads(n.apply(op.Pool, op.PoolAttrs{Window: op.Square(1, 3, 3, 0)}, y), x, w)
	}, "Conv Pool PoolGrad ConvGradWeight ConvGradInput"},

	{"conv-grad-input-as-conv", "same", func(n *net) { x := n.in(2, 6, 6, 3); n.grads(n.conv(x, 3, 1, 4), x) }, "Copy Conv"},
	{"conv-grad-input-as-conv", "dilated, uneven padding", func(n *net) {
		x := n.in(2, 9, 8, 3)
		win := op.Window{Kernel: []int{3, 2}, Stride: []int{1, 1}, Dilation: []int{2, 3}, Pads: [][2]int{{1, 3}, {0, 2}}}
		n.grads(n.apply(op.Conv, op.ConvAttrs{Window: win, Groups: 1}, x, n.in(3, 2, 3, 4)), x)
	}, "Copy Conv"},
	{"conv-grad-input-as-conv", "1-D", func(n *net) {
		x := n.in(2, 9, 3)
		n.grads(n.apply(op.Conv, op.ConvAttrs{Window: op.Square(1, 4, 1, 1), Groups: 1}, x, n.in(4, 3, 4)), x)
	}, "Copy Conv"},
	{"conv-grad-input-as-conv", "stride", func(n *net) { x := n.in(2, 6, 6, 3); n.grads(n.conv(x, 3, 2, 4), x) }, "ConvGradInput"},
	{"conv-grad-input-as-conv", "groups", func(n *net) {
		x := n.in(2, 6, 6, 4)
		n.grads(n.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 4}, x, n.in(3, 3, 1, 4)), x)
	}, "ConvGradInput"},
	{"conv-grad-input-as-conv", "padding beyond the kernel", func(n *net) {
		x := n.in(1, 3, 3, 2)
		n.grads(n.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 3, 1, 4), Groups: 1}, x, n.in(3, 3, 2, 2)), x)
	}, "ConvGradInput"},
}

// TestPatterns applies patterns alone and compares the steps with what is expected, and their numbers with those of the
// graph as it was.
func TestPatterns(t *testing.T) {
	tested := map[string]bool{"integer-stage": true} // by TestIntegerStage, as pure Go does not have it
	for _, c := range patternCases {
		t.Run(c.pattern+"/"+c.name, func(t *testing.T) {
			n := &net{graph.New(), map[string]*op.Tensor{}}
			c.build(n)
			names := strings.Fields(c.pattern)
			for _, name := range names {
				tested[name] = true
			}
			p := plan.BuildOnly(n.Graph, names...)
			if got := ops(p); got != c.want {
				t.Errorf("steps: got %s, want %s\n%v", got, c.want, p)
			}
			if err := null.Check(p); err != nil {
				t.Errorf("%v\n%v", err, p)
			}
			vals, err := op.Interpret(n.Graph, n.given)
			if err != nil {
				t.Fatal(err)
			}
			got, err := plantest.RunOnce(cpu.New(1), p, n.given)
			if err != nil {
				t.Fatalf("%v\n%v", err, p)
			}
			for i, o := range n.Outputs {
				if r := approx.Compare(got[i].F32, vals[o.Value.ID].Data, 1e-4, 1e-4); !r.OK() {
					t.Errorf("output %s%v\n%v", o.Name, r, p)
				}
			}
		})
	}
	for _, name := range plan.PatternNames() {
		if !tested[name] {
			t.Errorf("pattern %s has no test", name)
		}
	}
}

func ops(p *plan.Program) string {
	var names []string
	for _, s := range p.Steps {
		names = append(names, s.Node.Op)
	}
	return strings.Join(names, " ")
}

// TestLongChains: a chain of maps that read their input several times does not grow without bound.
func TestLongChains(t *testing.T) {
	n := &net{graph.New(), map[string]*op.Tensor{}}
	y := n.in(2, 3)
	swish := expr.New(expr.Mul, expr.V(0), expr.New(expr.Sigmoid, expr.V(0)))
	for range 40 {
		y = op.Map(n.Graph, swish, y)
	}
	n.out("y", n.sum(y))
	n.grads(y, n.Find("x0"))
	p := plan.Build(n.Graph, plan.Options{})
	if err := null.Check(p); err != nil || len(p.Steps) > 85 {
		t.Errorf("%d steps, %v", len(p.Steps), err)
	}
}

// TestPatternsAreOptional: a device without the fused primitives gets none.
func TestPatternsAreOptional(t *testing.T) {
	n := &net{graph.New(), map[string]*op.Tensor{}}
	x := n.in(2, 6, 6, 3)
	y := n.conv(x, 3, 1, 4)
	n.grads(n.pool(op.PoolMax, y, 2), x, y.Node.In[1])
	for _, c := range []struct {
		fused []string
		want  bool
	}{{null.Fused, true}, {nil, false}, {[]string{op.ConvPool}, false}} {
		p := plan.Build(n.Graph, plan.Options{Fused: c.fused})
		has := slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return s.Node.Op == op.ConvGradWeightPooled })
		if has != c.want {
			t.Errorf("device with %v: sparse gradients %v, want %v\n%v", c.fused, has, c.want, p)
		}
	}
}

// TestIntegerStage: a product of 8-bit numbers becomes one step with bias and quantisation, unless somebody reads what is
// between them.
func TestIntegerStage(t *testing.T) {
	for _, watched := range []bool{false, true} {
		n := &net{graph.New(), map[string]*op.Tensor{}}
		bytes := op.QuantizeAttrs{Scale: 0.25, Zero: 3, Type: graph.U8}
		a := op.ConvIntegerAttrs{ConvAttrs: op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1}, Zero: 3}
		x := n.apply(op.QuantizeOp, bytes, n.in(2, 6, 6, 3))
		y := n.add(n.apply(op.ConvIntegerOp, a, x, n.Input("w", graph.I8, graph.Shape{3, 3, 3, 4})), n.in(4))
		want := "Quantize IntegerStage MatMulInteger"
		if watched {
			n.Output("y", y)
			want = "Quantize ConvInteger Quantize MatMulInteger"
		}
		flat := op.Reshape(n.Graph, n.apply(op.QuantizeOp, bytes, y), graph.Shape{2, 144})
		n.Output("z", n.apply(op.MatMulIntegerOp, op.MatMulIntegerAttrs{Zero: 3}, flat, n.Input("m", graph.I8, graph.Shape{144, 5})))
		p := plan.Build(n.Graph, plan.Options{Fused: []string{op.IntegerStage}})
		if got := ops(p); got != want {
			t.Errorf("got steps %s, want %s\n%v", got, want, p)
		}
		if err := null.Check(p); err != nil {
			t.Error(err)
		}
	}
}

//go:build !js

package webgpu

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/shaders"
)

var update = flag.Bool("update", false, "rewrite testdata/golden")

// goldenCases are single steps with the sizes of the MNIST net that the site trains, and one of each other kind.
var goldenCases = []struct {
	name  string
	build func(b *builder)
}{
	{"conv_5x5_bias_relu", func(b *builder) {
		y := b.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 5, 1, 2), Groups: 1}, b.in(64, 14, 14, 8), b.in(5, 5, 8, 16))
		b.mapped(expr.ReLU(expr.New(expr.Add, expr.V(0), expr.V(1))), y, b.in(16))
	}},
	{"conv_5x5_one_channel", func(b *builder) {
		b.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 5, 1, 2), Groups: 1}, b.in(64, 28, 28, 1), b.in(5, 5, 1, 8))
	}},
	{"conv_depthwise_stride_2", func(b *builder) {
		b.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 3, 2, 1), Groups: 6}, b.in(1, 9, 9, 6), b.in(3, 3, 1, 6))
	}},
	{"conv_grad_weight", func(b *builder) {
		b.apply(op.ConvGradWeight, op.ConvAttrs{Window: op.Square(2, 5, 1, 2), Groups: 1}, b.in(64, 14, 14, 8), b.in(64, 14, 14, 16))
	}},
	{"conv_grad_input", func(b *builder) {
		a := op.ConvAttrs{Window: op.Square(2, 5, 2, 2), Groups: 1, Input: graph.Shape{14, 14, 8}}
		b.apply(op.ConvGradInput, a, b.in(64, 7, 7, 16), b.in(5, 5, 8, 16))
	}},
	{"conv_grad_input_stride_1", func(b *builder) {
		a := op.ConvAttrs{Window: op.Square(2, 5, 1, 2), Groups: 1, Input: graph.Shape{14, 14, 8}}
		b.apply(op.ConvGradInput, a, b.in(64, 14, 14, 16), b.in(5, 5, 8, 16))
	}},
	{"matmul_bias", func(b *builder) {
		y := b.apply(op.MatMul, op.MatMulAttrs{}, b.in(64, 256), b.in(256, 10))
		b.mapped(expr.New(expr.Add, expr.V(0), expr.V(1)), y, b.in(10))
	}},
	{"conv_integer_bias_relu", func(b *builder) {
		a := op.ConvIntegerAttrs{ConvAttrs: op.ConvAttrs{Window: op.Square(2, 5, 1, 2), Groups: 1}, Zero: 3}
		y := b.apply(op.ConvIntegerOp, a, b.typed(graph.U8, 64, 14, 14, 8), b.typed(graph.I8, 5, 5, 8, 16))
		b.mapped(expr.ReLU(expr.New(expr.Add, expr.New(expr.Mul, expr.V(0), expr.V(1)), expr.V(2))), y, b.in(16), b.in(16))
	}},
	{"conv_integer_groups", func(b *builder) {
		a := op.ConvIntegerAttrs{ConvAttrs: op.ConvAttrs{Window: op.Square(2, 3, 2, 1), Groups: 3}, Zero: -3}
		b.apply(op.ConvIntegerOp, a, b.typed(graph.I8, 2, 9, 9, 6), b.typed(graph.I8, 3, 3, 2, 9))
	}},
	{"matmul_integer_packed", func(b *builder) {
		b.apply(op.MatMulIntegerOp, op.MatMulIntegerAttrs{Zero: 3}, b.typed(graph.U8, 64, 256), b.typed(graph.I8, 256, 10))
	}},
	{"quantize", func(b *builder) {
		b.apply(op.QuantizeOp, op.QuantizeAttrs{Scale: 0.1, Zero: 7, Type: graph.U8}, b.in(64, 14, 14, 8))
	}},
	{"map_bytes", func(b *builder) {
		b.mapped(expr.New(expr.Mul, expr.V(0), expr.V(1)), b.typed(graph.I8, 5, 7), b.typed(graph.U8, 7))
	}},
	{"map_bytes_fours", func(b *builder) {
		b.mapped(expr.New(expr.Mul, expr.V(0), expr.V(1)), b.typed(graph.I8, 5, 8), b.typed(graph.U8, 8))
	}},
	{"conv_tiled", func(b *builder) {
		y := b.apply(op.Conv, op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1}, b.in(16, 14, 14, 64), b.in(3, 3, 64, 64))
		b.mapped(expr.ReLU(expr.New(expr.Add, expr.V(0), expr.V(1))), y, b.in(64))
	}},
	{"conv_grad_weight_tiled", func(b *builder) {
		b.apply(op.ConvGradWeight, op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1}, b.in(16, 14, 14, 64), b.in(16, 14, 14, 64))
	}},
	{"conv_grad_input_tiled", func(b *builder) {
		a := op.ConvAttrs{Window: op.Square(2, 3, 2, 1), Groups: 1, Input: graph.Shape{14, 14, 32}}
		b.apply(op.ConvGradInput, a, b.in(16, 7, 7, 64), b.in(3, 3, 32, 64))
	}},
	{"matmul_tiled", func(b *builder) {
		y := b.apply(op.MatMul, op.MatMulAttrs{TransA: true}, b.in(250, 100), b.in(250, 30))
		b.mapped(expr.New(expr.Add, expr.V(0), expr.V(1)), y, b.in(30))
	}},
	{"matmul_tiled_half", func(b *builder) { b.apply(op.MatMul, op.MatMulAttrs{}, b.in(64, 256), b.in(256, 100)) }},
	{"matmul_half", func(b *builder) { b.apply(op.MatMul, op.MatMulAttrs{}, b.in(5, 64), b.in(64, 10)) }},
	{"map_half", func(b *builder) { b.mapped(expr.New(expr.Add, expr.V(0), expr.V(1)), b.in(5, 7), b.in(5, 7)) }},
	{"matmul_transposed", func(b *builder) {
		b.apply(op.MatMul, op.MatMulAttrs{TransA: true}, b.in(64, 256), b.in(64, 12))
	}},
	{"pool_max", func(b *builder) {
		b.apply(op.Pool, op.PoolAttrs{Window: op.Square(2, 2, 2, 0)}, b.in(64, 28, 28, 8))
	}},
	{"pool_avg", func(b *builder) {
		b.apply(op.Pool, op.PoolAttrs{Window: op.Square(2, 3, 2, 1), Kind: op.PoolAvg}, b.in(2, 7, 7, 3))
	}},
	{"pool_grad_max", func(b *builder) {
		a := op.PoolAttrs{Window: op.Square(2, 3, 3, 0), Input: graph.Shape{14, 14, 16}}
		b.apply(op.PoolGrad, a, b.in(64, 4, 4, 16), b.typed(graph.I32, 64, 4, 4, 16))
	}},
	{"pool_grad_overlapping", func(b *builder) {
		a := op.PoolAttrs{Window: op.Square(2, 3, 2, 1), Input: graph.Shape{14, 14, 16}}
		b.apply(op.PoolGrad, a, b.in(64, 7, 7, 16), b.typed(graph.I32, 64, 7, 7, 16))
	}},
	{"pool_grad_avg", func(b *builder) {
		a := op.PoolAttrs{Window: op.Square(2, 3, 2, 1), Kind: op.PoolAvg, CountPad: true, Input: graph.Shape{7, 7, 3}}
		b.apply(op.PoolGrad, a, b.in(2, 4, 4, 3))
	}},
	{"pool_sum", func(b *builder) {
		b.apply(op.Pool, op.PoolAttrs{Window: op.Square(2, 3, 2, 1), Kind: op.PoolSum}, b.in(2, 7, 7, 3))
	}},
	{"pool_grad_sum", func(b *builder) {
		a := op.PoolAttrs{Window: op.Square(2, 3, 2, 1), Kind: op.PoolSum, Input: graph.Shape{7, 7, 3}}
		b.apply(op.PoolGrad, a, b.in(2, 4, 4, 3))
	}},
	{"region_pool_avg_shared", func(b *builder) {
		b.apply(op.RegionPool, op.RegionPoolAttrs{Kind: op.PoolAvg}, b.in(2, 14, 14, 16), b.in(1, 1, 5, 2), b.in(1, 1, 4, 2))
	}},
	{"region_pool_max", func(b *builder) {
		b.apply(op.RegionPool, op.RegionPoolAttrs{}, b.in(64, 14, 14, 16), b.in(64, 16, 10, 2), b.in(64, 16, 10, 2))
	}},
	{"region_pool_grad_sum", func(b *builder) {
		a := op.RegionPoolAttrs{Kind: op.PoolSum, Input: graph.Shape{14, 14}}
		b.apply(op.RegionPoolGrad, a, b.in(2, 5, 4, 3), b.in(1, 1, 5, 2), b.in(2, 3, 4, 2))
	}},
	{"region_pool_grad_max", func(b *builder) {
		a := op.RegionPoolAttrs{Input: graph.Shape{14, 14}}
		b.apply(op.RegionPoolGrad, a, b.in(64, 10, 10, 16), b.in(1, 1, 10, 2), b.in(1, 1, 10, 2), b.typed(graph.I32, 64, 10, 10, 16))
	}},
	{"resample_linear", func(b *builder) {
		b.apply(op.ResampleOp, op.ResampleAttrs{Out: []int{28, 28}, Linear: true, Border: op.BorderClamp}, b.in(64, 14, 14, 16), b.in(1, 6))
	}},
	{"resample_nearest_own_maps", func(b *builder) {
		b.apply(op.ResampleOp, op.ResampleAttrs{Out: []int{28, 28}}, b.in(64, 28, 28, 1), b.in(64, 6))
	}},
	{"resample_grad_linear", func(b *builder) {
		a := op.ResampleAttrs{Out: []int{28, 28}, Linear: true, Border: op.BorderClamp, Input: []int{14, 14}}
		b.apply(op.ResampleGrad, a, b.in(64, 28, 28, 16), b.in(1, 6))
	}},
	{"resample_grad_nearest", func(b *builder) {
		a := op.ResampleAttrs{Out: []int{28, 28}, Input: []int{28, 28}}
		b.apply(op.ResampleGrad, a, b.in(64, 28, 28, 1), b.in(64, 6))
	}},
	{"reduce_bias_gradient", func(b *builder) { op.Sum(b.Graph, b.in(64, 28, 28, 8), 0, 1, 2) }},
	{"reduce_max_of_product", func(b *builder) {
		a := op.ReduceAttrs{Kind: op.ReduceMax, Axes: []int{1}, Expr: expr.New(expr.Mul, expr.V(0), expr.V(1))}
		b.apply(op.ReduceOp, a, b.in(4, 10), b.in(10))
	}},
	{"map_broadcast", func(b *builder) {
		e := expr.New(expr.Mul, expr.New(expr.Sigmoid, expr.New(expr.Add, expr.V(0), expr.V(1))), expr.New(expr.Tanh, expr.V(2)))
		b.mapped(e, b.in(4, 6, 8), b.in(8), b.in(4, 1, 1))
	}},
	{"map_every_operation", func(b *builder) {
		x, y := expr.V(0), expr.V(1)
		e := expr.C(0.5)
		for _, o := range []expr.Op{expr.Neg, expr.Abs, expr.Exp, expr.Log, expr.Sqrt, expr.Tanh, expr.Sigmoid, expr.Erf, expr.Floor, expr.Sin, expr.Cos} {
			e = expr.New(expr.Add, e, expr.New(o, x))
		}
		for _, o := range []expr.Op{expr.Sub, expr.Mul, expr.Div, expr.Max, expr.Min, expr.Pow, expr.Greater, expr.Equal} {
			e = expr.New(expr.Add, e, expr.New(o, x, y))
		}
		b.mapped(expr.New(expr.Select, x, e, y), b.in(3, 5), b.typed(graph.I32, 3, 1))
	}},
	{"map_update_in_place", func(b *builder) {
		w, v := b.Param("w", graph.Shape{5, 5, 8, 16}, graph.Init{}), b.State("v", graph.F32, graph.Shape{5, 5, 8, 16}, graph.Init{})
		step := expr.New(expr.Add, expr.New(expr.Mul, expr.C(0.9), expr.V(2)), expr.V(1))
		out := op.Maps(b.Graph, []*expr.Expr{expr.New(expr.Sub, expr.V(0), expr.New(expr.Mul, expr.V(3), step)), step}, w, b.in(5, 5, 8, 16), v, b.in())
		b.Assign(w, out[0])
		b.Assign(v, out[1])
	}},
	{"gather_bytes", func(b *builder) {
		y := b.apply(op.GatherOp, nil, b.typed(graph.U8, 60000, 28, 28, 1), b.typed(graph.I32, 64))
		b.mapped(expr.New(expr.Mul, expr.V(0), expr.C(1.0/255)), y)
	}},
	{"gather_labels", func(b *builder) {
		b.apply(op.GatherOp, nil, b.typed(graph.I32, 60000), b.typed(graph.I32, 64))
	}},
	{"random", func(b *builder) {
		b.apply(op.RandomOp, op.RandomAttrs{Shape: graph.Shape{3, 7}, Stream: 2}, b.typed(graph.I32, 2))
	}},
	{"copy_flipped_filters", func(b *builder) {
		b.apply(op.CopyOp, op.CopyAttrs{Shape: graph.Shape{5, 5, 16, 8}, Axes: []op.CopyAxis{
			{From: 0, Step: -1, Start: 4}, {From: 1, Step: -1, Start: 4}, {From: 3, Step: 1}, {From: 2, Step: 1}}}, b.in(5, 5, 8, 16))
	}},
	{"copy_padded", func(b *builder) {
		b.apply(op.CopyOp, op.CopyAttrs{Shape: graph.Shape{6}, Axes: []op.CopyAxis{{From: 0, Step: 1, Start: -1}}}, b.in(4))
	}},
	{"copy_spread", func(b *builder) {
		b.apply(op.CopyOp, op.CopyAttrs{Shape: graph.Shape{8}, Axes: []op.CopyAxis{{From: 0, Step: 1, Start: -1, Every: 3}}}, b.in(3))
	}},
	{"concat_channels", func(b *builder) {
		b.apply(op.ConcatOp, op.ConcatAttrs{Axis: 3}, b.in(64, 14, 14, 8), b.in(64, 14, 14, 12))
	}},
	{"concat_integers", func(b *builder) {
		b.apply(op.ConcatOp, op.ConcatAttrs{Axis: 0}, b.typed(graph.I32, 3), b.typed(graph.I32, 64))
	}},
	{"softmax_ce", func(b *builder) { b.apply(op.SoftmaxCE, nil, b.in(64, 10), b.typed(graph.I32, 64)) }},
	{"softmax_ce_grad", func(b *builder) {
		b.apply(op.SoftmaxCEGrad, nil, b.in(64, 10), b.typed(graph.I32, 64), b.in(64))
	}},
	{"argmax", func(b *builder) { op.ArgMax(b.Graph, b.in(64, 10)) }},
}

type builder struct{ *graph.Graph }

func (b *builder) typed(t graph.DType, shape ...int) *graph.Value {
	return b.Input(fmt.Sprintf("x%d", len(b.Values)), t, shape)
}
func (b *builder) in(shape ...int) *graph.Value { return b.typed(graph.F32, shape...) }
func (b *builder) apply(name string, attrs any, in ...*graph.Value) *graph.Value {
	out, err := op.Apply(b.Graph, name, attrs, in...)
	if err != nil {
		panic(err)
	}
	return out[0]
}
func (b *builder) mapped(e *expr.Expr, in ...*graph.Value) { op.Map(b.Graph, e, in...) }

// lowerAll plans the graph, of which everything that nothing else reads becomes an output, and lowers every step. half keeps
// the second input as numbers of 16 bits.
func lowerAll(t *testing.T, g *graph.Graph, tuning Tuning, half bool) []Dispatch {
	t.Helper()
	if len(g.Updates) == 0 && len(g.Outputs) == 0 {
		for _, v := range g.Nodes[len(g.Nodes)-1].Out {
			g.Output(fmt.Sprintf("y%d", len(g.Outputs)), v)
		}
	}
	p := plan.Build(g, plan.Options{})
	slots := len(p.Slots)
	var ds []Dispatch
	for _, s := range p.Steps {
		d, err := Lower(s, tuning, Memory{Half: func(slot int) bool { return half && slot == p.Inputs[1].Slot }, Scratch: func(bytes int) Ref {
			slots++
			return Ref{Slot: slots - 1, Scratch: true, Bytes: bytes}
		}})
		if err != nil {
			t.Fatalf("%v: %v", s, err)
		}
		ds = append(ds, d...)
	}
	return ds
}

// TestGolden compares the WGSL and the dispatches of each case with testdata/golden.
func TestGolden(t *testing.T) {
	used := map[string]bool{}
	for _, c := range goldenCases {
		b := &builder{graph.New()}
		c.build(b)
		var text strings.Builder
		tuning := Tuning{WorkGroup: 64}
		if strings.Contains(c.name, "_tiled") {
			tuning = DefaultTuning(false, 16<<10)
		}
		tuning.Packed = strings.HasSuffix(c.name, "_packed")
		half := strings.HasSuffix(c.name, "_half")
		if half {
			tuning.Fours = "f16"
		}
		for _, d := range lowerAll(t, b.Graph, tuning, half) {
			used[d.Shader] = true
			fmt.Fprintf(&text, "// %s: %d x %d workgroups, bindings", d.Shader, d.X, d.Y)
			for _, r := range d.Bindings {
				fmt.Fprintf(&text, " %d[%d]", r.Slot, r.Bytes)
			}
			fmt.Fprintf(&text, "\n%s\n", strings.TrimRight(d.Source, "\n"))
		}
		path := filepath.Join("testdata", "golden", c.name+".wgsl")
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%v (make golden writes it)", err)
			continue
		}
		if line, got, want := firstDifference(text.String(), string(want)); line > 0 {
			t.Errorf("%s:%d: got %q, want %q (make golden rewrites it; review the difference)", path, line, got, want)
		}
	}
	for _, name := range shaders.Names() {
		if !used[name] && name != "picture" { // which is no step's
			t.Errorf("shader %s is in no golden case", name)
		}
	}
}

func firstDifference(got, want string) (line int, g, w string) {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		g, w = "", ""
		if i < len(a) {
			g = a[i]
		}
		if i < len(b) {
			w = b[i]
		}
		if g != w || i >= len(a) || i >= len(b) {
			return i + 1, g, w
		}
	}
	return 0, "", ""
}

var bindingPattern = regexp.MustCompile(`@binding\((\d+)\) var<storage, (read|read_write)>`)

// checkDispatch checks what every adapter guarantees, and that the shader declares what is bound: each buffer once where
// it is written.
func checkDispatch(d Dispatch) error {
	if d.X < 1 || d.Y < 1 || d.X > maxGroups || d.Y > maxGroups {
		return fmt.Errorf("%s: %d x %d workgroups, want 1 to %d of each", d.Shader, d.X, d.Y, maxGroups)
	}
	if len(d.Bindings) > 8 {
		return fmt.Errorf("%s: %d bindings, want at most 8", d.Shader, len(d.Bindings))
	}
	found := bindingPattern.FindAllStringSubmatch(d.Source, -1)
	if len(found) != len(d.Bindings) {
		return fmt.Errorf("%s declares %d bindings and gets %d", d.Shader, len(found), len(d.Bindings))
	}
	written := map[int]bool{}
	for i, f := range found {
		if f[1] != fmt.Sprint(i) {
			return fmt.Errorf("%s: binding %s stands at place %d", d.Shader, f[1], i)
		}
		written[d.Bindings[i].Slot] = written[d.Bindings[i].Slot] || f[2] == "read_write"
	}
	for i, r := range d.Bindings {
		for k, q := range d.Bindings[:i] {
			if r.Slot == q.Slot && written[r.Slot] {
				return fmt.Errorf("%s: bindings %d and %d are one buffer, and it is written", d.Shader, k, i)
			}
		}
		if r.Bytes < 1 || r.Bytes%4 != 0 {
			return fmt.Errorf("%s: binding %d has %d bytes", d.Shader, i, r.Bytes)
		}
	}
	return nil
}

// TestLimits lowers every case of every primitive, and its gradient, for a GPU and for a software adapter.
func TestLimits(t *testing.T) {
	tiled := DefaultTuning(false, 32<<10)
	tiled.Least = 1
	for _, tuning := range []Tuning{{WorkGroup: 64}, DefaultTuning(true, 32<<10), DefaultTuning(false, 16<<10), tiled} {
		for _, c := range opcases.All() {
			if lowerings[c.Op] == nil && op.Lookup(c.Op).NoGrad != "made by the planner" && c.Op != op.ReshapeOp {
				t.Errorf("no lowering of %s", c.Op)
			}
			if lowerings[c.Op] == nil {
				continue
			}
			g, n, err := c.Build()
			if err != nil {
				t.Fatal(err)
			}
			if op.Lookup(c.Op).Grad != nil {
				var wrt []*graph.Value
				for _, v := range n.In {
					if v.Type == graph.F32 {
						wrt = append(wrt, v)
					}
				}
				grads, err := op.GradientsFrom(g, n.Out[0], g.Input("dy", graph.F32, n.Out[0].Shape), wrt)
				if err != nil {
					t.Fatal(err)
				}
				for i, d := range grads {
					if d != nil {
						g.Output("d"+wrt[i].Name, d)
					}
				}
			}
			for _, d := range lowerAll(t, g, tuning, false) {
				if err := checkDispatch(d); err != nil {
					t.Errorf("%v: %v", c, err)
				}
			}
		}
	}
}

// TestHugeMap: more than 65535 workgroups go into two dimensions, with few invocations too many.
func TestHugeMap(t *testing.T) {
	for _, n := range []int{65535 * 64 * 4, 65535*64*4 + 4, 70000 * 64 * 4, 70001 * 64} {
		b := &builder{graph.New()}
		b.mapped(expr.ReLU(expr.V(0)), b.in(n))
		d := lowerAll(t, b.Graph, Tuning{WorkGroup: 64}, false)[0]
		if err := checkDispatch(d); err != nil {
			t.Error(err)
		}
		invocations := n / 4
		if got := d.X * d.Y * 64; got < invocations || got > invocations+64*(d.Y+1) {
			t.Errorf("%d elements: %d x %d workgroups are %d invocations, want %d or a few more", n, d.X, d.Y, got, invocations)
		}
		if wantTwo := invocations > 65535*64; (d.Y > 1) != wantTwo {
			t.Errorf("%d elements: %d x %d workgroups", n, d.X, d.Y)
		}
	}
}

package op_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
)

func TestEveryPrimitiveHasCases(t *testing.T) {
	has := map[string]bool{}
	for _, c := range opcases.All() {
		has[c.Op] = true
	}
	for _, name := range op.Names() {
		if !has[name] {
			t.Errorf("%s: no case in opcases", name)
		}
	}
}

func TestShapeRuleAgreesWithReference(t *testing.T) {
	for _, c := range opcases.All() {
		g, n, err := c.Build()
		if err != nil {
			t.Errorf("%v: %v", c, err)
			continue
		}
		vals, err := op.Interpret(g, c.Given())
		if err != nil {
			t.Errorf("%v: %v", c, err)
			continue
		}
		for i, v := range n.Out {
			if got := vals[v.ID].Shape; !got.Equal(v.Shape) || len(vals[v.ID].Data) != v.Shape.Elems() {
				t.Errorf("%v: output %d: got %v, want %v", c, i, got, v.Shape)
			}
		}
	}
}

// largest is how many operations a case may take whose gradient is compared with differences.
const largest = 4_000_000

// TestGradients compares each primitive's gradient with central differences in float64.
func TestGradients(t *testing.T) {
	for _, c := range opcases.All() {
		if op.Lookup(c.Op).Grad == nil {
			continue
		}
		t.Run(c.String(), func(t *testing.T) {
			g, n, err := c.Build()
			if err != nil {
				t.Fatal(err)
			}
			if op.FLOPs(n) > largest {
				t.Skip("hundreds of runs of it would take too long; smaller cases have the same gradient")
			}
			// loss = Σ w · y0 with fixed weights w, so that no symmetry hides an error.
			y := n.Out[0]
			w := make([]float32, y.Shape.Elems())
			for i := range w {
				w[i] = 0.5 + op.Uniform(3, 3, 3, i)
			}
			weights := g.Const(y.Shape, w...)
			var wrt []*graph.Value
			for i, in := range c.In {
				if in.Type == graph.F32 && !in.Fixed {
					wrt = append(wrt, n.In[i])
				}
			}
			grads, err := op.GradientsFrom(g, y, weights, wrt)
			if err != nil {
				t.Fatal(err)
			}
			given := c.Given()
			vals, err := op.Interpret(g, given)
			if err != nil {
				t.Fatal(err)
			}
			fwd, node, _ := c.Build()
			loss := func() float64 {
				v, err := op.Interpret(fwd, given)
				if err != nil {
					t.Fatal(err)
				}
				s := 0.0
				for i, x := range v[node.Out[0].ID].Data {
					s += x * float64(w[i])
				}
				return s
			}
			for k, v := range wrt {
				x := given[v.Name].Data
				step := max(1, len(x)/11) // a sample of the elements, odd so that it hits all channels
				if step%2 == 0 {
					step++
				}
				for i := 0; i < len(x); i += step {
					const h = 1e-5
					old := x[i]
					x[i] = old + h
					hi := loss()
					x[i] = old - h
					lo := loss()
					x[i] = old
					want, got := (hi-lo)/(2*h), 0.0
					if grads[k] != nil {
						got = vals[grads[k].ID].Data[i]
					}
					if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
						t.Fatalf("d/d%s[%d]: got %g, want %g", v.Name, i, got, want)
					}
				}
			}
		})
	}
}

func TestSecondUseSums(t *testing.T) {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{1, 2})
	y, err := op.Apply(g, op.MatMul, op.MatMulAttrs{TransB: true}, x, x)
	if err != nil {
		t.Fatal(err)
	}
	grads, err := op.Gradients(g, op.Reshape(g, y[0], graph.Shape{}), []*graph.Value{x})
	if err != nil {
		t.Fatal(err)
	}
	vals, err := op.Interpret(g, map[string]*op.Tensor{"x": {Shape: graph.Shape{1, 2}, Data: []float64{3, -4}}})
	if err != nil {
		t.Fatal(err)
	}
	if d := vals[grads[0].ID].Data; d[0] != 6 || d[1] != -8 {
		t.Errorf("gradient of x·x at (3,-4): got %v, want [6 -8]", d)
	}
}

func TestConvErrors(t *testing.T) {
	for _, c := range []struct {
		x, w   graph.Shape
		win    op.Window
		groups int
		want   string
	}{
		{graph.Shape{1, 5, 5, 3}, graph.Shape{3, 3, 1, 4}, op.Square(2, 3, 1, 0), 2, "input channels: got 3, want a multiple of groups 2"},
		{graph.Shape{1, 5, 5, 4}, graph.Shape{3, 3, 2, 3}, op.Square(2, 3, 1, 0), 2, "filters: got 3, want a multiple of groups 2"},
		{graph.Shape{1, 2, 5, 3}, graph.Shape{3, 3, 3, 4}, op.Square(2, 3, 1, 0), 1, "height does not fit: input 2 with padding 0+0 is smaller than the window 3; pad by 1 more or use a smaller kernel"},
		{graph.Shape{1, 5, 5, 3}, graph.Shape{3, 3, 3, 4}, op.Square(2, 3, 0, 0), 1, "stride: got 0, want 1 to 1048576"},
		{graph.Shape{5, 5, 3}, graph.Shape{3, 3, 3, 4}, op.Square(2, 3, 1, 0), 1, "input: got [5,5,3], want 4 axes (samples, 1 to 3 spatial, channels)"},
	} {
		g := graph.New()
		_, err := op.Apply(g, op.Conv, op.ConvAttrs{Window: c.win, Groups: c.groups}, g.Input("x", graph.F32, c.x), g.Input("w", graph.F32, c.w))
		if fmt.Sprint(err) != c.want {
			t.Errorf("conv of %v with %v: got %v, want %s", c.x, c.w, err, c.want)
		}
	}
}

// TestPhilox pins the generator to the vectors that its authors publish (Random123, kat_vectors).
func TestPhilox(t *testing.T) {
	for _, c := range []struct {
		ctr  [4]uint32
		key  [2]uint32
		want [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, [2]uint32{0xffffffff, 0xffffffff}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0}, [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := op.Philox(c.ctr, c.key); got != c.want {
			t.Errorf("Philox(%x, %x): got %x, want %x", c.ctr, c.key, got, c.want)
		}
	}
}

package opcases

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// given is an f32 input of these values that is not differentiated.
func given(s graph.Shape, values ...float64) Input {
	return Input{Shape: s, Values: values, Fixed: true}
}

func init() {
	for _, axis := range []int{0, 1, 2} {
		s := func(n int) []int {
			s := []int{2, 3, 4}
			s[axis] = n
			return s
		}
		add(Case{Op: op.ConcatOp, Name: "axis " + string(rune('0'+axis)), Attrs: op.ConcatAttrs{Axis: axis}, In: []Input{F(s(1)...), F(s(5)...), F(s(4)...)}})
	}
	nine := make([]Input, 9) // more than a dispatch can bind
	for i := range nine {
		nine[i] = F(2, 3, 3, i+1)
	}
	add(Case{Op: op.ConcatOp, Name: "nine", Attrs: op.ConcatAttrs{Axis: 3}, In: nine},
		Case{Op: op.ConcatOp, Name: "one", Attrs: op.ConcatAttrs{Axis: 0}, In: []Input{F(3)}},
		Case{Op: op.ConcatOp, Name: "integers", Attrs: op.ConcatAttrs{Axis: 0}, In: []Input{I(9, 3), I(9, 4)}})

	adaptive := func(in, out int) Input {
		var b []float64
		for i := range out {
			b = append(b, float64(i*in/out), float64(((i+1)*in+out-1)/out))
		}
		return given(graph.Shape{1, 1, out, 2}, b...)
	}
	perChannel := given(graph.Shape{2, 2, 2, 2}, 0, 3, 2, 5, 1, 4, 3, 6, 0, 2, 5, 6, -3, 2, 4, 99)
	for _, kind := range []op.PoolKind{op.PoolMax, op.PoolAvg, op.PoolSum} {
		for _, c := range []struct {
			name       string
			x          Input
			rows, cols Input
		}{
			{"adaptive 7x5 to 3x2", F(2, 7, 5, 4), adaptive(7, 3), adaptive(5, 2)},
			{"adaptive 2x3 to 5x4", F(1, 2, 3, 3), adaptive(2, 5), adaptive(3, 4)},
			{"own bounds for each channel", F(2, 6, 6, 2), perChannel, adaptive(6, 3)},
			{"empty region", F(1, 3, 3, 1), given(graph.Shape{1, 1, 1, 2}, 2, 2), given(graph.Shape{1, 1, 1, 2}, 9, 0)},
		} {
			a := op.RegionPoolAttrs{Kind: kind}
			fwd := Case{Op: op.RegionPool, Name: kind.String() + " " + c.name, Attrs: a, In: []Input{c.x, c.rows, c.cols}}
			add(fwd)
			_, n, err := fwd.Build()
			if err != nil {
				panic(err)
			}
			a.Input = c.x.Shape[1:3]
			in := []Input{F(n.Out[0].Shape...), c.rows, c.cols}
			if kind == op.PoolMax {
				g := fwd.Given()
				out := op.Lookup(op.RegionPool).Ref(n, []*op.Tensor{g["x0"], g["x1"], g["x2"]})
				in = append(in, Input{Shape: n.Out[1].Shape, Type: graph.I32, Values: out[1].Data})
			}
			add(Case{Op: op.RegionPoolGrad, Name: fwd.Name, Attrs: a, In: in})
		}
	}

	for _, c := range []struct {
		name    string
		x       graph.Shape
		p, q    int
		samples int
		maps    []float64
	}{
		{"identity", graph.Shape{2, 4, 5, 3}, 4, 5, 1, []float64{1, 0, 0, 0, 1, 0}},
		{"twice as large", graph.Shape{1, 3, 4, 4}, 6, 8, 1, []float64{0.5, 0, -0.25, 0, 0.5, -0.25}},
		{"smaller", graph.Shape{1, 7, 5, 2}, 3, 4, 1, []float64{7.0 / 3, 0, 0, 0, 5.0 / 4, 0}},
		{"mirrored and shifted", graph.Shape{2, 5, 5, 2}, 5, 5, 2, []float64{1, 0, 1, 0, -1, 4, 1, 0, -2, 0, 1, 0.5}},
		{"turned", graph.Shape{1, 6, 7, 3}, 7, 6, 1, []float64{0.8, -0.6, 1.7, 0.6, 0.8, -0.9}},
		{"flattened", graph.Shape{1, 4, 4, 1}, 4, 4, 1, []float64{0, 0, 1.5, 0, 1, 0}},
		{"far away", graph.Shape{1, 3, 3, 1}, 2, 2, 1, []float64{1, 0, 50, 0, 1, -50}},
	} {
		maps := given(graph.Shape{c.samples, 6}, c.maps...)
		for i := range 4 {
			a := op.ResampleAttrs{Out: []int{c.p, c.q}, Linear: i&1 == 1, Border: op.Border(i >> 1)}
			name := c.name + map[bool]string{true: " linear "}[a.Linear] + " " + a.Border.String()
			add(Case{Op: op.ResampleOp, Name: name, Attrs: a, In: []Input{F(c.x...), maps}})
			a.Input = c.x[1:3]
			add(Case{Op: op.ResampleGrad, Name: name, Attrs: a, In: []Input{F(c.x[0], c.p, c.q, c.x[3]), maps}})
		}
	}
}

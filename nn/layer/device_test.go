package layer_test

import (
	"math"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// checkPlans runs the graph on the processor, planned with every pattern and with none, and compares its outputs with
// what the references compute.
func (n *built) checkPlans(t *testing.T, vals []*op.Tensor) {
	t.Helper()
	dev := cpu.New(1)
	defer dev.Close()
	for _, opt := range []plan.Options{{Fused: dev.Info().Fused}, {Plain: true}} {
		p := plan.Build(n.g, opt)
		st, err := dev.NewStore()
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		for _, b := range p.Persistent {
			if err := st.Write(b.Name, n.tensor(n.g.Find(b.Name))); err != nil {
				t.Fatal(err)
			}
		}
		e, err := dev.Compile(t.Context(), p, st)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		var in []plan.Tensor
		for _, b := range p.Inputs {
			in = append(in, n.tensor(n.g.Find(b.Name)))
		}
		if err := e.Run(in...); err != nil {
			t.Fatal(err)
		}
		for _, o := range n.g.Outputs {
			got, err := e.Fetch(o.Name)(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := vals[o.Value.ID].Data
			largest := 0.0
			for _, w := range want {
				largest = max(largest, math.Abs(w))
			}
			// Sums of some ten float32 numbers of either sign, some behind a division by a deviation.
			for i, w := range want {
				if d := math.Abs(float64(got[0].F32[i]) - w); !(d <= 2e-5*(largest+1)) {
					t.Fatalf("plain %v: %s[%d]: got %g, want %g", opt.Plain, o.Name, i, got[0].F32[i], w)
				}
			}
		}
	}
}

// tensor gives v's numbers to a device.
func (n *built) tensor(v *graph.Value) plan.Tensor {
	out := plan.Tensor{Shape: v.Shape, Type: v.Type}
	for _, x := range n.given[v.Name].Data {
		if v.Type == graph.I32 {
			out.I32 = append(out.I32, int32(x))
		} else {
			out.F32 = append(out.F32, float32(x))
		}
	}
	return out
}

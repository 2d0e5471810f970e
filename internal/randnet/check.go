package randnet

import (
	"context"
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Result is every output and every updated value after a run, by name.
type Result map[string][]float64

// Reference computes the result in float64 by the primitives' references.
func (n *Net) Reference() (Result, error) {
	vals, err := op.Interpret(n.Graph, n.Given)
	if err != nil {
		return nil, err
	}
	r := Result{}
	for _, o := range n.Graph.Outputs {
		r["output "+o.Name] = vals[o.Value.ID].Data
	}
	for _, u := range n.Graph.Updates {
		r["value "+u.Target.Name] = vals[u.Value.ID].Data
	}
	return r, nil
}

// Run runs p, planned from the net, once from the net's numbers.
func (n *Net) Run(dev plan.Device, p *plan.Program) (Result, error) {
	ctx := context.Background()
	st, err := dev.NewStore()
	if err != nil {
		return nil, err
	}
	defer st.Close()
	for _, b := range p.Persistent {
		if err := st.Write(b.Name, tensor(n.Given[b.Name], b.Type)); err != nil {
			return nil, err
		}
	}
	e, err := dev.Compile(ctx, p, st)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	var in []plan.Tensor
	for _, b := range p.Inputs {
		in = append(in, tensor(n.Given[b.Name], b.Type))
	}
	if err := e.Run(in...); err != nil {
		return nil, err
	}
	r := Result{}
	for _, b := range p.Outputs {
		if err := r.read(ctx, "output "+b.Name, e.Fetch(b.Name)); err != nil {
			return nil, err
		}
	}
	for _, u := range n.Graph.Updates {
		if err := r.read(ctx, "value "+u.Target.Name, st.Fetch(u.Target.Name)); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r Result) read(ctx context.Context, name string, reading plan.Reading) error {
	ts, err := reading(ctx)
	if err != nil {
		return err
	}
	data := make([]float64, len(ts[0].F32))
	for i, v := range ts[0].F32 {
		data[i] = float64(v)
	}
	r[name] = data
	return nil
}

func tensor(t *op.Tensor, typ graph.Type) plan.Tensor {
	out := plan.Tensor{Shape: typ.Shape, Type: typ.Type}
	for _, v := range t.Data {
		switch typ.Type {
		case graph.F32:
			out.F32 = append(out.F32, float32(v))
		case graph.U8:
			out.U8 = append(out.U8, uint8(v))
		default:
			out.I32 = append(out.I32, int32(v))
		}
	}
	return out
}

// Differs returns an error if some number of got is further from want than rel times the largest of its tensor: errors
// of sums are of the size of their parts.
func Differs(got, want Result, rel float64) error {
	if len(got) != len(want) {
		return fmt.Errorf("got %d results, want %d", len(got), len(want))
	}
	for name, w := range want {
		largest := 0.0
		for _, v := range w {
			largest = max(largest, math.Abs(v))
		}
		if r := approx.Compare(got[name], w, rel*largest+rel/100, 0); !r.OK() {
			return fmt.Errorf("%s%v", name, r)
		}
	}
	return nil
}

package quant

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Range is where the numbers lie that a product reads. It holds 0, which padding is.
type Range struct{ Lo, Hi float32 }

// attrs quantises the range to bytes; 0 is one of their numbers exactly.
func (r Range) attrs() op.QuantizeAttrs {
	scale := (r.Hi - r.Lo) / 255
	if !(scale > 0) {
		scale = 1 // nothing but zeros
	}
	zero := int(math.RoundToEven(float64(-r.Lo / scale)))
	return op.QuantizeAttrs{Scale: scale, Zero: min(255, max(0, zero)), Type: graph.U8}
}

// Options say how a net is calibrated.
type Options struct {
	// Outliers is the share of numbers, at each end, that may lie outside the range and are cut off to its bounds; 0 keeps
	// all, which is best where a net has few layers: see the package's benchmark.
	Outliers float64
	// Float lists products, by the names of their weights, that stay as they are.
	Float []string
}

// Calibrate runs g, a prediction graph in floats whose parameters and states are given, on batches of its inputs and
// returns the ranges of what its products read, by the names of their weights.
//
// It fails with graph.ErrFormat where there is no batch or an activation is not finite, with the first error of batches, and as
// dev does.
func Calibrate(ctx context.Context, dev plan.Device, g *graph.Graph, weights map[string]plan.Tensor,
	batches iter.Seq2[[]plan.Tensor, error], o Options) (map[string]Range, error) {
	if !(o.Outliers >= 0 && o.Outliers < 0.5) {
		return nil, fmt.Errorf("quant: outliers: got %g, want 0 to 0.5: %w", o.Outliers, graph.ErrFormat)
	}
	watched := *g
	watched.Outputs = nil
	var names []string
	for i, p := range products(g) {
		if !slices.Contains(o.Float, p.In[1].Name) {
			watched.Output(fmt.Sprint(i), p.In[0])
			names = append(names, p.In[1].Name)
		}
	}
	ranges := map[string]Range{}
	if len(names) == 0 {
		return ranges, nil
	}
	p := plan.Build(&watched, plan.Options{Fused: dev.Info().Fused})
	st, err := dev.NewStore()
	if err != nil {
		return nil, err
	}
	defer st.Close()
	for _, b := range p.Persistent {
		if err := st.Write(b.Name, weights[b.Name]); err != nil {
			return nil, fmt.Errorf("quant: calibrate: %w", err)
		}
	}
	e, err := dev.Compile(ctx, p, st)
	if err != nil {
		return nil, fmt.Errorf("quant: calibrate: %w", err)
	}
	defer e.Close()
	for in, err := range batches {
		if err == nil {
			err = e.Run(in...)
		}
		if err != nil {
			return nil, fmt.Errorf("quant: calibrate: %w", err)
		}
		for i, out := range p.Outputs {
			t, err := e.Fetch(out.Name)(ctx)
			if err != nil {
				return nil, fmt.Errorf("quant: calibrate: %w", err)
			}
			r, err := rangeOf(t[0].F32, o.Outliers)
			if err != nil {
				return nil, fmt.Errorf("quant: calibrate: what %s multiplies: %w", names[i], err)
			}
			old := ranges[names[i]]
			ranges[names[i]] = Range{min(old.Lo, r.Lo), max(old.Hi, r.Hi)}
		}
	}
	if len(ranges) == 0 {
		return nil, fmt.Errorf("quant: calibration needs samples, at least one batch: %w", graph.ErrFormat)
	}
	return ranges, nil
}

// rangeOf is where all of x lies but for a share, below a half, at each end. It sorts x where that share is a number or more.
func rangeOf(x []float32, outliers float64) (Range, error) {
	var lo, hi float32
	if cut := int(outliers * float64(len(x))); cut > 0 {
		slices.Sort(x)
		lo, hi = x[cut], x[len(x)-1-cut]
	} else {
		lo, hi = slices.Min(x), slices.Max(x) // of what is not a number, if there is any
	}
	if !(hi-lo <= math.MaxFloat32) {
		return Range{}, fmt.Errorf("the numbers reach from %g to %g, not all of them finite: %w", lo, hi, graph.ErrFormat)
	}
	return Range{min(lo, 0), max(hi, 0)}, nil
}

package train

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Preview shows what training makes of the samples of a set before a net sees them.
type Preview struct {
	set   *data.Set
	stats map[string][]float32 // as for a session that trains on the set
}

// NewPreview looks at all of d, which takes a moment where it is large; what it shows of a sample does not.
func NewPreview(d *data.Set) *Preview { return &Preview{d, inputStats(d)} }

// Changed returns sample i as it would be in count steps of a training with a, in the units of the set, [count]+Shape flattened:
// changed by the same graph, standardised in the same way, with a new draw for each step. Mixing, which takes another sample of the
// batch, takes one at random. Nothing is clamped. dev stays the caller's.
//
// It returns a *graph.ShapeError for an index that the set does not have and fewer than one step, and an ErrSettings for changes
// that are out of range or not for samples of this shape.
func (p *Preview) Changed(ctx context.Context, dev plan.Device, a Augment, i, count int, seed uint32) ([]float32, error) {
	d := p.set
	if i < 0 || i >= d.Len() || count < 1 {
		return nil, graph.Shapef("augmentation: got sample %d, %d times, want a sample from 0 to %d, 1 time or more", i, count, d.Len()-1)
	}
	if n := graph.Shape(d.Shape).Elems(); n > maxFeatureBytes/4/count {
		return nil, fmt.Errorf("train: augmentation: %d samples of %d numbers take more than %d MiB; ask for fewer: %w", count, n, maxFeatureBytes>>20, graph.ErrOutOfMemory)
	}
	if err := a.check(d.Shape); err != nil {
		return nil, settingsError{err}
	}
	used := []int{i} // in the order of a table of their own, so that the whole set need not lie on the device
	for r := rand.New(rand.NewPCG(uint64(seed), uint64(i))); len(used) <= count; {
		used = append(used, r.IntN(d.Len()))
	}
	table, err := d.Subset(used)
	if err != nil {
		return nil, err
	}
	store, err := dev.NewStore()
	if err != nil {
		return nil, err
	}
	defer store.Close()
	if err := writeData(store, testPlace, table); err != nil {
		return nil, err
	}
	for name, v := range p.stats {
		if err := store.Write(name, plan.Float32s(graph.Shape{len(v)}, v...)); err != nil {
			return nil, err
		}
	}
	g, err := changingGraph(a, tableOf(testPlace, table), d.Shape)
	if err != nil {
		return nil, err
	}
	e, err := dev.Compile(ctx, plan.Build(g, plan.Options{Fused: dev.Info().Fused}), store)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	var all []float32
	for step := range count {
		in := []plan.Tensor{plan.Int32s(graph.Shape{2}, 0, int32(1+step)), plan.Int32s(graph.Shape{2}, int32(seed), int32(step))}
		if err := e.Run(append(in, a.inputs(seed, uint32(step))...)...); err != nil {
			return nil, err
		}
		t, err := e.Fetch("changed")(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, t[0].F32[:len(t[0].F32)/2]...)
	}
	mean, scale := p.stats[InputMean], p.stats[InputScale]
	for k, v := range all {
		all[k] = float32(float64(v)/float64(scale[k%len(scale)]) + float64(mean[k%len(mean)]))
	}
	return all, nil
}

// changingGraph changes two samples, the second only to be mixed with. Inputs: index i32 [2], rng i32 [2] = (seed, step), and those
// of a. Output: changed f32 [2]+shape.
func changingGraph(a Augment, d Table, shape graph.Shape) (*graph.Graph, error) {
	g := graph.New()
	index := g.Input("index", graph.I32, graph.Shape{2})
	b := layer.NewBuilder(g)
	b.Training, b.Random = true, g.Input("rng", graph.I32, graph.Shape{2})
	x, err := a.apply(b, standardise(g, d.gather(g, index, shape)))
	if err != nil {
		return nil, err
	}
	g.Output("changed", x)
	return g, nil
}

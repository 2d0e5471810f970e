package train

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Features are the activations of a layer, one vector a sample, row-major.
type Features struct {
	Count, Size int
	Values      []float32 // [Count,Size]
}

// Row returns the vector of sample i, which is not a copy.
func (f Features) Row(i int) []float32 { return f.Values[i*f.Size : (i+1)*f.Size] }

// maxFeatureBytes bounds what Features returns; see maxWeightBytes.
const maxFeatureBytes = 1 << 30

// Features returns what a layer gives for each sample of d, without dropout and the like. The layer is given by its
// number, counted from 1, by its name, or by what its parameters are called by, such as conv2. A map [H,W,C] becomes a
// vector of H·W·C, channels fastest.
//
// Source: Donahue et al., "DeCAF: a deep convolutional activation feature for generic visual recognition", ICML 2014.
func (s *Session) Features(ctx context.Context, d *data.Set, which string) (Features, error) {
	if err := s.checkShape(d); err != nil { // it may have other classes
		return Features{}, err
	}
	if err := d.CheckForm(); err != nil {
		return Features{}, fmt.Errorf("train: %w: %w", err, ErrData)
	}
	o, err := EvaluateOptions{}.defaults()
	if err != nil {
		return Features{}, err
	}
	f := Features{Count: d.Len()}
	purpose := fmt.Sprintf("features %s", which)
	err = eachBatch(ctx, d.Len(), o, func(index []int32) error {
		t, err := s.onSet(ctx, d, purpose, func() (*graph.Graph, error) {
			return featureGraph(s.model, which, o.Batch, tableOf(testPlace, d))
		}, []string{"features"}, plan.Int32s(graph.Shape{len(index)}, index...))
		if err != nil {
			return err
		}
		f.Size = t[0].Shape[1]
		f.Values = append(f.Values, t[0].F32[:min(o.Batch, f.Count-int(index[0]))*f.Size]...)
		return nil
	})
	return f, err
}

// featureGraph gives a layer's activations for a batch. Input: index i32 [batch]. Output: features f32 [batch,D].
func featureGraph(m Model, which string, batch int, d Table) (*graph.Graph, error) {
	g := graph.New()
	b := layer.NewBuilder(g)
	if _, _, err := batchLogits(b, m, g.Input("index", graph.I32, graph.Shape{batch}), d); err != nil {
		return nil, err
	}
	n, err := findLayer(g, which)
	if err != nil {
		return nil, err
	}
	v := n.Out[0]
	if v.Type != graph.F32 || len(v.Shape) < 2 || v.Shape[0] != batch {
		return nil, fmt.Errorf("train: features: %s gives %v, want numbers for each sample", n.Layer, v)
	}
	size := v.Shape[1:].Elems()
	if size > maxFeatureBytes/4/d.Count {
		return nil, fmt.Errorf("train: features: %d samples of %d numbers take more than %d MiB; use a later layer or fewer samples: %w", d.Count, size, maxFeatureBytes>>20, graph.ErrOutOfMemory)
	}
	g.Layer = "features"
	g.Output("features", op.Reshape(g, v, graph.Shape{batch, size}))
	return g, nil
}

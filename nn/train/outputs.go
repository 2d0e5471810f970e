package train

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Outputs returns what the model itself gives for each sample of d: scores before the softmax, or of a Part what a layer reads.
// A map [H,W,C] becomes a vector of H·W·C, channels fastest. d may have other classes than the model. Of o only Batch and Yield
// count.
//
// It returns an ErrData if d does not fit and graph.ErrOutOfMemory for more than 1 GiB of numbers.
func (s *Session) Outputs(ctx context.Context, d *data.Set, o EvaluateOptions) (Features, error) {
	o, err := o.defaults()
	if err != nil {
		return Features{}, err
	}
	if err := s.checkShape(d); err != nil {
		return Features{}, err
	}
	if err := d.CheckForm(); err != nil {
		return Features{}, fmt.Errorf("train: %w: %w", err, ErrData)
	}
	f := Features{Count: d.Len(), Size: s.places.Elems() * s.classes}
	if f.Size > maxFeatureBytes/4/f.Count {
		return Features{}, fmt.Errorf("train: outputs: %d samples of %d numbers take more than %d MiB; use fewer samples or a later layer: %w",
			f.Count, f.Size, maxFeatureBytes>>20, graph.ErrOutOfMemory)
	}
	f.Values = make([]float32, 0, f.Count*f.Size)
	err = eachBatch(ctx, f.Count, o, func(index []int32) error {
		t, err := s.onSet(ctx, d, fmt.Sprintf("outputs %d", o.Batch), func() (*graph.Graph, error) {
			return outputGraph(s.model, o.Batch, tableOf(testPlace, d))
		}, []string{"outputs"}, plan.Int32s(graph.Shape{len(index)}, index...))
		if err != nil {
			return err
		}
		f.Values = append(f.Values, t[0].F32[:min(o.Batch, f.Count-int(index[0]))*f.Size]...)
		return nil
	})
	return f, err
}

// outputGraph gives the model's outputs for a batch. Input: index i32 [batch]. Output: outputs f32 [batch,D].
func outputGraph(m Model, batch int, d Table) (*graph.Graph, error) {
	g := graph.New()
	g.Layer = "batch"
	x := standardise(g, d.gather(g, g.Input("index", graph.I32, graph.Shape{batch}), m.InputShape()))
	y, err := m.Logits(layer.NewBuilder(g), x)
	if err != nil {
		return nil, err
	}
	g.Layer = "outputs"
	g.Output("outputs", op.Reshape(g, y, graph.Shape{batch, y.Shape[1:].Elems()}))
	return g, nil
}

// InUse returns the model's parameters and states as Evaluate and Predict read them: averages, where these are used, under the
// names of what they are averages of.
func (s *Session) InUse(ctx context.Context) (map[string]plan.Tensor, error) {
	all, err := s.Weights(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	values, err := s.modelValues(all)
	if err != nil {
		return nil, err
	}
	for name, t := range maps.Clone(values) {
		if param, ok := strings.CutSuffix(name, averageSuffix); ok {
			delete(values, name)
			if !s.plain {
				values[param] = t
			}
		}
	}
	return values, nil
}

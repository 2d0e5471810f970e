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
	return s.everySample(ctx, d, o, "outputs", func(_ *layer.Builder, _, logits *graph.Value) (*graph.Value, error) { return logits, nil })
}

// Probabilities is Outputs behind the softmax: what PredictValues returns for each sample.
func (s *Session) Probabilities(ctx context.Context, d *data.Set, o EvaluateOptions) (Features, error) {
	return s.everySample(ctx, d, o, "probabilities", func(b *layer.Builder, _, logits *graph.Value) (*graph.Value, error) { return layer.Softmax(b, logits) })
}

// pick returns a value of a graph, which it may add, where the model makes logits of x.
type pick func(b *layer.Builder, x, logits *graph.Value) (*graph.Value, error)

// everySample returns a picked value as a vector for each sample of d. The name is what its program is kept by.
func (s *Session) everySample(ctx context.Context, d *data.Set, o EvaluateOptions, name string, of pick) (Features, error) {
	o, err := o.defaults()
	if err != nil {
		return Features{}, err
	}
	if err := s.checkShape(d); err != nil { // it may have other classes
		return Features{}, err
	}
	if err := d.CheckForm(); err != nil {
		return Features{}, fmt.Errorf("train: %w: %w", err, ErrData)
	}
	f := Features{Count: d.Len()}
	err = eachBatch(ctx, f.Count, o, func(index []int32) error {
		t, err := s.onSet(ctx, d, fmt.Sprintf("%s %d", name, o.Batch), func() (*graph.Graph, error) {
			return everySampleGraph(s.model, o.Batch, tableOf(testPlace, d), of)
		}, []string{"vectors"}, plan.Int32s(graph.Shape{len(index)}, index...))
		if err != nil {
			return err
		}
		if f.Size == 0 {
			f.Size = t[0].Shape[1]
			f.Values = make([]float32, 0, f.Count*f.Size)
		}
		f.Values = append(f.Values, t[0].F32[:min(o.Batch, f.Count-int(index[0]))*f.Size]...)
		return nil
	})
	return f, err
}

// everySampleGraph gives a picked value for a batch. Input: index i32 [batch]. Output: vectors f32 [batch,D].
func everySampleGraph(m Model, batch int, d Table, of pick) (*graph.Graph, error) {
	g := graph.New()
	g.Layer = "batch"
	b := layer.NewBuilder(g)
	x := standardise(g, d.gather(g, g.Input("index", graph.I32, graph.Shape{batch}), m.InputShape()))
	logits, err := m.Logits(b, x)
	if err != nil {
		return nil, err
	}
	g.Layer = "outputs"
	v, err := of(b, x, logits)
	if err != nil {
		return nil, err
	}
	if v.Type != graph.F32 || len(v.Shape) < 2 || v.Shape[0] != batch {
		return nil, fmt.Errorf("train: outputs: %s gives %v, want numbers for each sample: %w", v.Node.Layer, v, graph.ErrUnsupported)
	}
	size := v.Shape[1:].Elems()
	if size > maxFeatureBytes/4/d.Count {
		return nil, fmt.Errorf("train: outputs: %d samples of %d numbers take more than %d MiB; use a later layer or fewer samples: %w", d.Count, size, maxFeatureBytes>>20, graph.ErrOutOfMemory)
	}
	g.Output("vectors", op.Reshape(g, v, graph.Shape{batch, size}))
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

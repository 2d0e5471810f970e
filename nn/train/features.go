package train

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
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
// number, counted from 1, by its name, or by what its parameters are called by, such as conv2; "" is what the last layer with
// weights gets. A map [H,W,C] becomes a vector of H·W·C, channels fastest.
//
// Source: Donahue et al., "DeCAF: a deep convolutional activation feature for generic visual recognition", ICML 2014.
func (s *Session) Features(ctx context.Context, d *data.Set, which string) (Features, error) {
	return s.FeaturesWith(ctx, d, which, EvaluateOptions{})
}

// FeaturesWith is Features with options, as for Outputs.
func (s *Session) FeaturesWith(ctx context.Context, d *data.Set, which string, o EvaluateOptions) (Features, error) {
	return s.everySample(ctx, d, o, "features "+which, func(b *layer.Builder, x, logits *graph.Value) (*graph.Value, error) {
		return featureOf(b.G, x, logits, which)
	})
}

// featureOf returns the output of a layer, named as for Features, of a net that makes logits of x.
func featureOf(g *graph.Graph, x, logits *graph.Value, which string) (*graph.Value, error) {
	if which == "" {
		all := productsOf(g, x, logits)
		if len(all) == 0 {
			return nil, fmt.Errorf("train: features: no layer of this net has weights; name a layer: %w", graph.ErrUnsupported)
		}
		return all[len(all)-1].reads, nil
	}
	n, err := findLayer(g, which)
	if err != nil {
		return nil, err
	}
	return n.Out[0], nil
}

package standalone

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
)

// Names of the files that are not the same for all models.
const (
	moduleFile  = "model.wasm"
	relaxedFile = "model.relaxed.wasm"
	weightsFile = "weights.bin"
)

// Options say how a net is compiled. The zero value gives weights of 32 bits.
type Options struct {
	Name  string   // what the page calls the model
	Width nn.Width // of weights; 0 stands for nn.Float
}

// Files are the contents of the files, by their names.
type Files map[string][]byte

// Compile compiles the net with the weights that it has now. The answers of the files are those of the net on simd, to the bit:
// of the net itself or, with fewer bits, of one that was read from what nn.Net.SaveCompact wrote.
//
// The error is graph.ErrUnsupported of a net whose weights do not fit so few bits, and graph.ErrOutOfMemory of one that takes
// more than 4 GiB.
func Compile(ctx context.Context, n *nn.Net, o Options) (Files, error) {
	if o.Width == 0 {
		o.Width = nn.Float
	}
	g, tensors, err := n.Prediction(ctx, 1, o.Width)
	if err != nil {
		return nil, err
	}
	p := plan.Build(g, plan.Options{Fused: simd.Fused()})
	files := Files{}
	for name, relaxed := range map[string]bool{moduleFile: false, relaxedFile: true} {
		m, err := simd.NewStandalone(p, relaxed)
		if err != nil {
			return nil, fmt.Errorf("standalone: %w", err)
		}
		a, err := describe(n, p, m, o.Name)
		if err != nil {
			return nil, err
		}
		if files[weightsFile], a.Weights, err = pack(p, m, tensors); err != nil {
			return nil, err
		}
		a.Bytes = len(files[weightsFile])
		if files[name], err = a.appendTo(m.Code); err != nil {
			return nil, err
		}
	}
	return files, addFixed(files)
}

// describe tells of the module what the loader must know, without its weights.
func describe(n *nn.Net, p *plan.Program, m *simd.Standalone, name string) (about, error) {
	probs, ok := p.Output("probs")
	if !ok || len(p.Inputs) != 1 {
		return about{}, fmt.Errorf("standalone: the prediction has %d inputs: want one, and one output: %w",
			len(p.Inputs), graph.ErrUnsupported)
	}
	x := p.Inputs[0]
	return about{
		Name: name, Text: n.Summary.Text, Classes: n.Classes,
		Shape: x.Shape[1:], Output: probs.Shape[1:], Picture: pictureOf(n),
		At: ends{[2]int{m.At(x), x.Shape.Elems()}, [2]int{m.At(probs), probs.Shape.Elems()}},
	}, nil
}

package op

import (
	"math"

	"github.com/fovea-nn/fovea/nn/graph"
)

// SoftmaxCE is the cross-entropy of softmax(x) with a class label, one loss a sample, computed stably.
//
//	loss[n] = log Σ c exp(x[n,c] - m) + m - x[n,label[n]],   m = max c x[n,c]
//
// A label outside 0…C-1 is ignored: its loss and gradient are 0.
// Shapes: x [N…,C], labels i32 [N…], loss [N…].
const SoftmaxCE = "SoftmaxCE"

var _ = register(Primitive{
	Name: SoftmaxCE,
	Shape: func(_ any, in []graph.Type) ([]graph.Type, error) {
		if err := checkLogits(in); err != nil {
			return nil, err
		}
		return []graph.Type{{Shape: in[1].Shape.Clone()}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		loss := NewTensor(n.Out[0].Shape)
		eachRow(in, func(i int, x []float64, label int) {
			if label >= 0 && label < len(x) {
				m, sum := expSum(x)
				loss.Data[i] = math.Log(sum) + m - x[label]
			}
		})
		return []*Tensor{loss}
	},
	Grad: func(g *graph.Graph, n *graph.Node, dOut []*graph.Value, _ []bool) []*graph.Value {
		return []*graph.Value{apply(g, SoftmaxCEGrad, nil, n.In[0], n.In[1], dOut[0])[0], nil}
	},
	FLOPs: func(n *graph.Node) int { return 4 * n.In[0].Shape.Elems() },
})

// SoftmaxCEGrad is the gradient of SoftmaxCE with respect to the logits.
//
//	dx[n,c] = (softmax(x[n])[c] - [c = label[n]]) · dloss[n]
//
// Shapes: x [N…,C], labels i32 [N…], dloss [N…], dx [N…,C].
const SoftmaxCEGrad = "SoftmaxCEGrad"

var _ = register(Primitive{
	Name: SoftmaxCEGrad,
	Shape: func(_ any, in []graph.Type) ([]graph.Type, error) {
		if err := checkLogits(in); err != nil {
			return nil, err
		}
		if !in[2].Shape.Equal(in[1].Shape) {
			return nil, graph.Shapef("gradient of the loss: got %v, want %v", in[2].Shape, in[1].Shape)
		}
		return []graph.Type{{Shape: in[0].Shape.Clone()}}, nil
	},
	Ref: func(n *graph.Node, in []*Tensor) []*Tensor {
		dx := NewTensor(n.Out[0].Shape)
		eachRow(in, func(i int, x []float64, label int) {
			if label < 0 || label >= len(x) {
				return
			}
			m, sum := expSum(x)
			for c, v := range x {
				p := math.Exp(v-m) / sum
				if c == label {
					p--
				}
				dx.Data[i*len(x)+c] = p * in[2].Data[i]
			}
		})
		return []*Tensor{dx}
	},
	NoGrad: "second derivatives are not built",
	FLOPs:  func(n *graph.Node) int { return 5 * n.In[0].Shape.Elems() },
})

// CrossEntropy adds a SoftmaxCE.
func CrossEntropy(g *graph.Graph, logits, labels *graph.Value) (*graph.Value, error) {
	out, err := Apply(g, SoftmaxCE, nil, logits, labels)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

func checkLogits(in []graph.Type) error {
	x, labels := in[0].Shape, in[1].Shape
	if len(x) < 1 || !x[:len(x)-1].Equal(labels) || in[1].Type != graph.I32 {
		return graph.Shapef("cross-entropy: logits %v with labels %v %v: want labels i32 of the logits' shape without the last axis", x, in[1].Type, labels)
	}
	return nil
}

func eachRow(in []*Tensor, f func(i int, x []float64, label int)) {
	c := in[0].Shape[len(in[0].Shape)-1]
	for i, l := range in[1].Data {
		f(i, in[0].Data[i*c:(i+1)*c], int(l))
	}
}

func expSum(x []float64) (m, sum float64) {
	m = math.Inf(-1)
	for _, v := range x {
		m = max(m, v)
	}
	for _, v := range x {
		sum += math.Exp(v - m)
	}
	return m, sum
}

package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/whiten"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

const (
	// whitenEpsilon is added to the variances: those of the finest colours are next to nothing behind JPEG's halved chroma.
	whitenEpsilon = 2e-3
	// whitenPictures is how many pictures are looked at; each has nearly a thousand patches.
	whitenPictures = 1000
)

// whitenFilters sets the filters [K,K,C,2·K·K·C] of the layer to the principal components u of the patches K by K of the
// standardised training pictures, divided by their deviation, and the same with the other sign, which ReLU would lose:
//
//	w[…,i] = u[i]/√(λ[i] + ε),   w[…,D+i] = -w[…,i],   D = K·K·C
//
// Source: Keller Jordan, 2024, section 3.1; Page, "How to train your ResNet", 2018.
func whitenFilters(n *nn.Net, training *data.Set, name string) error {
	w, err := n.Weights(context.Background())
	if err != nil {
		return err
	}
	shape := w[name].Shape
	patches, err := patchesOf(training, shape[:3])
	if err != nil {
		return err
	}
	t, err := whiten.Fit(patches, whiten.Options{Epsilon: whitenEpsilon})
	if err != nil {
		return err
	}
	d := len(t.Variances)
	if shape[3] != 2*d {
		return fmt.Errorf("%s: got %d filters, want %d, two a component: %w", name, shape[3], 2*d, graph.ErrUnsupported)
	}
	filters := make([]float32, 0, shape.Elems())
	for k := range d {
		row := make([]float32, 2*d)
		for i, v := range t.Variances {
			row[i] = float32(t.Basis.At(k, i) / math.Sqrt(v+t.Epsilon))
			row[d+i] = -row[i]
		}
		filters = append(filters, row...)
	}
	_, err = n.Session.LoadByName(map[string]plan.Tensor{name: plan.Float32s(shape, filters...)})
	return err
}

// patchesOf are all squares of a shape [K,K,C] in standardised pictures.
func patchesOf(s *data.Set, shape []int) (*data.Set, error) {
	mean, deviation := s.ChannelStats()
	first := make([]int, min(whitenPictures, s.Len()))
	for i := range first {
		first[i] = i
	}
	pictures, err := s.Subset(first)
	if err != nil {
		return nil, err
	}
	if pictures, err = pictures.Standardise(mean, deviation); err != nil {
		return nil, err
	}
	p := &data.Set{Shape: shape, Classes: []string{"patch"}}
	high, wide, row := s.Shape[0], s.Shape[1], shape[1]*shape[2]
	for i := range pictures.Len() {
		x := pictures.Values(i)
		for top := range high - shape[0] + 1 {
			for left := range wide - shape[1] + 1 {
				for k := range shape[0] {
					at := ((top+k)*wide + left) * shape[2]
					p.Floats = append(p.Floats, x[at:at+row]...)
				}
				p.Labels = append(p.Labels, 0)
			}
		}
	}
	return p, nil
}

// passOn lets convolutions KxK start by passing on their input: of C channels, the first C filters are 1 at the middle of
// their own channel and 0 elsewhere. Filters beyond stay as they are.
//
// Source: Zagoruyko, Komodakis, "DiracNets", 2017, arXiv:1706.00388.
func passOn(n *nn.Net) error {
	w, err := n.Weights(context.Background())
	if err != nil {
		return err
	}
	changed := map[string]plan.Tensor{}
	for name, t := range w {
		if !strings.HasPrefix(name, "conv") || len(t.Shape) != 4 {
			continue
		}
		channels, filters := t.Shape[2], t.Shape[3]
		x := slices.Clone(t.F32)
		middle := t.Shape[0]/2*t.Shape[1] + t.Shape[1]/2
		for i := range x {
			if f := i % filters; f < channels {
				x[i] = 0
				if i/filters == middle*channels+f {
					x[i] = 1
				}
			}
		}
		changed[name] = plan.Float32s(t.Shape, x...)
	}
	_, err = n.Session.LoadByName(changed)
	return err
}

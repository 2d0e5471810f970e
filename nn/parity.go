package nn

import (
	"math"

	"github.com/fovea-nn/fovea/nn/train"
)

// Pair is what a layer of one net gives beside what a layer of another gives for the same sample.
type Pair struct {
	A, B string // the layers
	// Difference is the largest difference of two numbers as a share of the largest number; At is where, row-major.
	Difference float64
	At         int
	ValueA     float32
	ValueB     float32
	Shape      []int
	Unmatched  bool // the layer has no counterpart: only one of A and B is set
}

// Compare pairs the layers of two nets, in order, so that what they give differs least: nets that were converted have other
// names, and some layers more or less. The first pair that differs is where they part.
//
// Source: Needleman & Wunsch, "A general method applicable to the search for similarities in the amino acid sequence of two
// proteins", 1970, with a cost for pairs between 0 and 1, and a constant one for a layer without a counterpart.
func Compare(a, b []train.LayerOutput) []Pair {
	const alone = 0.6
	pairs := make([][]Pair, len(a)+1)
	cost := make([][]float64, len(a)+1)
	for i := range cost {
		cost[i], pairs[i] = make([]float64, len(b)+1), make([]Pair, len(b)+1)
	}
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			if i == len(a) || j == len(b) {
				cost[i][j] = alone * float64(len(a)-i+len(b)-j)
				continue
			}
			cost[i][j] = alone + min(cost[i+1][j], cost[i][j+1])
			if len(a[i].Values) != len(b[j].Values) {
				continue
			}
			p := pairOf(a[i], b[j])
			pairs[i][j] = p
			cost[i][j] = min(cost[i][j], cost[i+1][j+1]+min(1, p.Difference))
		}
	}
	var out []Pair
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && pairs[i][j].Shape != nil && cost[i][j] == cost[i+1][j+1]+min(1, pairs[i][j].Difference):
			out = append(out, pairs[i][j])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && cost[i][j] == alone+cost[i+1][j]:
			out = append(out, Pair{A: a[i].Layer, Shape: a[i].Shape, Unmatched: true})
			i++
		default:
			out = append(out, Pair{B: b[j].Layer, Shape: b[j].Shape, Unmatched: true})
			j++
		}
	}
	return out
}

func pairOf(a, b train.LayerOutput) Pair {
	p := Pair{A: a.Layer, B: b.Layer, Shape: a.Shape}
	largest, most := 0.0, -1.0
	for k, x := range a.Values {
		y := b.Values[k]
		largest = max(largest, math.Abs(float64(x)), math.Abs(float64(y)))
		d := math.Abs(float64(x) - float64(y))
		if math.IsNaN(d) {
			d = math.Inf(1)
		}
		if d > most {
			most, p.At, p.ValueA, p.ValueB = d, k, x, y
		}
	}
	if most > 0 {
		p.Difference = most / max(largest, math.SmallestNonzeroFloat32)
	}
	return p
}

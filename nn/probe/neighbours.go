package probe

import "fmt"

// Neighbours is a classifier that keeps all samples and lets the K nearest vote.
type Neighbours struct {
	samples Samples
	k       int
}

// NewNeighbours returns a classifier over samples, which it keeps. It returns an error unless 1 ≤ k ≤ the number of samples.
func NewNeighbours(s Samples, k int) (*Neighbours, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if k < 1 || k > len(s.Labels) {
		return nil, fmt.Errorf("probe: nearest neighbours: got %d, want 1 to %d, the number of samples", k, len(s.Labels))
	}
	return &Neighbours{s, k}, nil
}

// Predict returns the class that most of the K nearest samples have, by Euclidean distance. Of classes with equally many,
// it is that of the nearest sample; of samples equally near, the first is nearer.
//
// Source: Cover, Hart, "Nearest neighbor pattern classification", IEEE Trans. Information Theory 13, 1967.
func (c *Neighbours) Predict(x []float32) int {
	type neighbour struct {
		distance float64
		label    int
	}
	var nearest []neighbour // ascending
	for n, label := range c.samples.Labels {
		d := 0.0
		for i, v := range c.samples.Row(n) {
			e := float64(v) - float64(x[i])
			d += e * e
		}
		if len(nearest) == c.k && d >= nearest[c.k-1].distance {
			continue
		}
		if len(nearest) < c.k {
			nearest = append(nearest, neighbour{})
		}
		at := len(nearest) - 1
		for ; at > 0 && nearest[at-1].distance > d; at-- {
			nearest[at] = nearest[at-1]
		}
		nearest[at] = neighbour{d, label}
	}
	votes := make([]int, c.samples.Classes)
	for _, n := range nearest {
		votes[n.label]++
	}
	best := nearest[0].label
	for _, n := range nearest {
		if votes[n.label] > votes[best] {
			best = n.label
		}
	}
	return best
}

package spec

import (
	"errors"
	"slices"
)

var errCrossing = errors.New("the layers' connections cross, so that no text with branches describes them")

// decompose finds the items whose expansion is n.Layers: a layer that joins values becomes the end of a branch from
// the last layer that all of them depend on, its dominator.
//
// It returns an error if a layer would be written twice, which happens where the connections are not series-parallel.
//
// Source: Cooper, Harvey, Kennedy, "A simple, fast dominance algorithm", 2001, whose one pass suffices without loops.
func decompose(n *Net) ([]Item, error) {
	d := &decomposer{n: n, dominator: make([]int, len(n.Layers)), depth: make([]int, len(n.Layers)), used: make([]bool, len(n.Layers))}
	for i := range n.Layers {
		in := n.in(i)
		at := in[0]
		for _, j := range in[1:] {
			at = d.common(at, j)
		}
		d.dominator[i], d.depth[i] = at, d.depthOf(at)+1
	}
	d.heads = map[int][]Head{}
	for _, h := range n.Heads {
		from := d.dominator[h.To-1]
		for from >= h.From {
			from = d.dominator[from]
		}
		d.heads[from] = append(d.heads[from], h)
	}
	items, err := d.chain(-1, n.end())
	if err != nil {
		return nil, err
	}
	before, err := d.sides(-1)
	return append(before, items...), err
}

// in lists what layer i reads.
func (n *Net) in(i int) []int {
	if in := n.Layers[i].In; in != nil {
		return in
	}
	return []int{i - 1}
}

// end returns the net's last layer that belongs to no side head.
func (n *Net) end() int {
	last := len(n.Layers) - 1
	for k := len(n.Heads) - 1; k >= 0 && n.Heads[k].To == last+1; k-- {
		last = n.Heads[k].From - 1
	}
	return last
}

type decomposer struct {
	n                *Net
	dominator, depth []int
	heads            map[int][]Head // by the layer that they read
	used             []bool
	nested           int
}

func (d *decomposer) depthOf(i int) int {
	if i < 0 {
		return 0
	}
	return d.depth[i]
}

// common returns the nearest dominator of both a and b.
func (d *decomposer) common(a, b int) int {
	for a != b {
		if d.depthOf(a) < d.depthOf(b) {
			a, b = b, a
		}
		a = d.dominator[a]
	}
	return a
}

// chain returns the items that make to's output of from's.
func (d *decomposer) chain(from, to int) ([]Item, error) {
	if d.nested++; d.nested > maxDepth {
		return nil, errors.New("the layers branch too deep for a text")
	}
	defer func() { d.nested-- }()
	var items []Item // the last first
	for at := to; at != from; at = d.dominator[at] {
		if d.used[at] {
			return nil, errCrossing
		}
		d.used[at] = true
		sides, err := d.sides(at)
		if err != nil {
			return nil, err
		}
		slices.Reverse(sides)
		items = append(items, sides...)
		l := d.n.Layers[at]
		in := d.n.in(at)
		l.In = nil
		if findKind(l.Kind).merge == nil {
			items = append(items, Item{Layer: &l})
			continue
		}
		b := &Branch{Merge: l}
		for _, j := range in {
			path, err := d.chain(d.dominator[at], j)
			if err != nil {
				return nil, err
			}
			b.Paths = append(b.Paths, path)
		}
		items = append(items, Item{Branch: b})
	}
	slices.Reverse(items)
	return items, nil
}

// sides returns the side heads that read layer at.
func (d *decomposer) sides(at int) ([]Item, error) {
	var items []Item
	for _, h := range d.heads[at] {
		inner, err := d.chain(at, h.To-1)
		if err != nil {
			return nil, err
		}
		items = append(items, Item{Side: &Side{Items: inner, Weight: Num{Value: h.Weight}}})
	}
	return items, nil
}

package plan

import (
	"cmp"
	"slices"
)

// pack chooses the slots of blocks. Each slot is a buffer of its own (WebGPU does not let a step read one range of a
// buffer and write another), so a block that follows a larger one leaves part of its slot empty for a time. Of several
// quick ways to choose, the one that takes least memory wins.
//
// Source: Pisarchyk, Lee, "Efficient memory management for deep neural net inference", arXiv:2001.03288, 2020: the
// shared objects approach.
func pack(p *Program, blocks []*block) {
	var best []*shared
	least := 0
	for _, order := range orders {
		all := assign(blocks, order)
		bytes := 0
		for _, s := range all {
			bytes += s.elems * s.width
		}
		if best == nil || bytes < least {
			best, least = all, bytes
		}
	}
	// Number the slots by their first use.
	slices.SortFunc(best, func(a, b *shared) int { return cmp.Compare(a.first, b.first) })
	for _, s := range best {
		k := len(p.Slots)
		if b := blocks[s.first]; b.pinned {
			k = b.slot
		} else {
			p.Slots = append(p.Slots, Slot{Type: b.typ})
		}
		p.Slots[k].Elems = s.elems
		for _, b := range s.blocks {
			b.slot = k
		}
	}
}

// shared is a slot while blocks are given to it.
type shared struct {
	elems, width int // width: bytes of an element; integers may follow floats
	blocks       []*block
	first        int // place of its first block among all
}

// free reports whether nothing is in s while b is needed.
func (s *shared) free(b *block) bool {
	return s.blocks[0].typ == b.typ && !slices.ContainsFunc(s.blocks, func(o *block) bool { return o.from <= b.to && b.from <= o.to })
}

// orders are the sequences in which blocks may be given slots: the largest first, or as the steps come.
var orders = []func(a, b *block) int{
	func(a, b *block) int { return cmp.Compare(b.elems, a.elems) },
	func(a, b *block) int { return 0 },
}

// assign gives blocks slots in an order: the free one that fits best, else the free one that need grow least, else a
// new one.
func assign(blocks []*block, order func(a, b *block) int) []*shared {
	at := make([]int, len(blocks))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, k int) int { return order(blocks[i], blocks[k]) })
	var all []*shared
	for _, i := range at {
		b := blocks[i]
		var best *shared
		for _, s := range all {
			if s.free(b) && (best == nil || better(s.elems, best.elems, b.elems)) {
				best = s
			}
		}
		if best == nil {
			best = &shared{width: b.typ.Bytes(), first: i}
			all = append(all, best)
		}
		best.elems = max(best.elems, b.elems)
		best.blocks = append(best.blocks, b)
		best.first = min(best.first, i)
	}
	return all
}

// better reports whether a slot of size have fits a block of size need better than one of size best does.
func better(have, best, need int) bool {
	if have >= need {
		return best < need || have < best
	}
	return best < need && have > best
}

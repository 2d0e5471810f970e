package simd

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// windowAxis tells, along one spatial axis, which positions of a source go into position i of a result: first, first +
// step, … as far as they exist, taps at most. With i + shift = period·p + r they depend on p and on the residue r:
// first = advance·p + the residue's.
//
// A pooling has one residue and goes on by its stride. Its gradient, which reads the windows that hold a position, has as
// many as the stride: of 3x3 windows with stride 2, even positions lie in two and odd ones in one.
type windowAxis struct {
	size, source  int // positions of the result and of the source
	shift, period int
	advance, step int
	residues      []windowResidue
}

// windowResidue holds for r from start to below end.
type windowResidue struct{ start, end, first, taps int }

// forwardAxis is axis i of a pooling.
func forwardAxis(g *op.Geometry, i int) windowAxis {
	return windowAxis{
		size: g.Out[i], source: g.In[i], period: 1, advance: g.S[i], step: g.D[i],
		residues: []windowResidue{{0, 1, -g.Before[i], g.K[i]}},
	}
}

// paddedAxis is axis i of a pooling over its padded input.
func paddedAxis(g *op.Geometry, i int) windowAxis {
	a := forwardAxis(g, i)
	a.source += g.Before[i] + g.After[i]
	a.residues[0].first = 0
	return a
}

// gradientAxis is axis i of the gradient of a pooling: output o reaches input m - before by its tap k where
// m = o·stride + k·dilation.
func gradientAxis(g *op.Geometry, i int) windowAxis {
	s, d := g.S[i], g.D[i]
	if g.Out[i] == 1 && d == 1 {
		s = g.K[i] // it is not used: one that makes windows lie side by side has one residue for all taps
	}
	common := gcd(s, d)
	a := windowAxis{size: g.In[i], source: g.Out[i], shift: g.Before[i], period: s, advance: 1, step: d / common}
	for r := range s {
		x := windowResidue{start: r, end: r + 1}
		if r%common == 0 {
			k := 0 // the residue's first tap; the others follow s/common apart
			for (r-k*d)%s != 0 {
				k++
			}
			if k < g.K[i] {
				x.taps = ceilDiv(g.K[i]-k, s/common)
				x.first = (r-k*d)/s - (x.taps-1)*a.step
			}
		}
		if n := len(a.residues); n > 0 && a.residues[n-1].taps == x.taps && a.residues[n-1].first == x.first {
			a.residues[n-1].end++
		} else {
			a.residues = append(a.residues, x)
		}
	}
	return a
}

// ceilDiv is ⌈n/d⌉ where that is positive, else 0 or less.
func ceilDiv(n, d int) int { return (n + d - 1) / d }

// at returns the first of the source's positions that go into position i, and how many there are.
func (a *windowAxis) at(i int) (first, taps int) {
	p, r := (i+a.shift)/a.period, (i+a.shift)%a.period
	x := a.residues[slices.IndexFunc(a.residues, func(x windowResidue) bool { return r < x.end })]
	first = a.advance*p + x.first
	skip := max(0, ceilDiv(-first, a.step))
	first += skip * a.step
	return first, max(0, min(x.taps-skip, ceilDiv(a.source-first, a.step)))
}

// find emits at for a position that is known only when the code runs.
func (a *windowAxis) find(t *task, i wasmasm.I32) (first, taps wasmasm.I32) {
	if a.size == 1 {
		first, taps := a.at(0)
		return t.I32(first), t.I32(taps)
	}
	first, taps = t.LocalI32("first"), t.LocalI32("taps")
	t.Scope(func() {
		p, r := t.LocalI32("p"), t.LocalI32("r")
		p.Set(i.Add(t.I32(a.shift)))
		if a.period > 1 {
			r.Set(p.RemU(t.I32(a.period)))
			p.Set(p.DivU(t.I32(a.period)))
		}
		first.Set(p.Mul(t.I32(a.advance)).Add(t.I32(a.residues[0].first)))
		taps.Set(t.I32(a.residues[0].taps))
		for k, x := range a.residues[1:] {
			t.If(r.GeU(t.I32(x.start)), func() {
				first.Inc(x.first - a.residues[k].first)
				taps.Set(t.I32(x.taps))
			})
		}
		t.If(first.LtS(t.I32(0)), func() {
			skip := t.LocalI32("skip")
			skip.Set(t.I32(a.step - 1).Sub(first).DivU(t.I32(a.step)))
			first.Set(first.Add(skip.Mul(t.I32(a.step))))
			taps.Set(taps.Sub(skip))
		})
		room := t.LocalI32("room")
		room.Set(t.I32(a.source + a.step - 1).Sub(first).DivS(t.I32(a.step)))
		taps.Set(taps.Select(room, taps.LtS(room)))
		taps.Set(taps.Select(t.I32(0), taps.GtS(t.I32(0))))
	})
	return first, taps
}

// counts returns how many taps positions have, each number once, the most frequent first.
func (a *windowAxis) counts() []int {
	often := map[int]int{}
	for i := range a.size {
		_, n := a.at(i)
		often[n]++
	}
	var ns []int
	for n := range often {
		ns = append(ns, n)
	}
	slices.SortFunc(ns, func(x, y int) int {
		if often[x] != often[y] {
			return often[y] - often[x]
		}
		return y - x
	})
	return ns
}

// windowRun is a part of the result along an axis whose positions have equally many taps: in each of some periods, width
// positions side by side, that all read the same. The first is at position to, and reads from position first on.
type windowRun struct {
	to, periods, width int
	first, taps        int
	divisor            int
}

// runs cuts the result into runs; of the positions of a run divisor is the same.
func (a *windowAxis) runs(divisor func(i int) int) []windowRun {
	var runs []windowRun
	for _, x := range a.residues {
		for p := a.shift / a.period; p*a.period+x.start-a.shift < a.size; p++ {
			start, end := max(0, p*a.period+x.start-a.shift), min(a.size, p*a.period+x.end-a.shift)
			if start >= end {
				continue
			}
			run := windowRun{to: start, periods: 1, width: end - start, divisor: divisor(start)}
			run.first, run.taps = a.at(start)
			if n := len(runs); n > 0 && runs[n-1].goesOn(a, run) {
				runs[n-1].periods++
			} else {
				runs = append(runs, run)
			}
		}
	}
	return runs
}

// goesOn tells whether next is one more period of the run.
func (r *windowRun) goesOn(a *windowAxis, next windowRun) bool {
	return next.to == r.to+r.periods*a.period && next.first == r.first+r.periods*a.advance &&
		next.width == r.width && next.taps == r.taps && next.divisor == r.divisor
}

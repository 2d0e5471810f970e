package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// windows emits a pooling, or the gradient of one: each position of a result gathers those of a source that axes tell.
type windows struct {
	c        *compiler
	n        int // samples
	channels int
	axes     [3]windowAxis  // depth, height, width
	divisors *[3]windowAxis // of an average: the result is divided by how many taps these have
	tile     windowTile
	from, to []func(t *task) wasmasm.I32 // where the values begin that are read and written side by side
	numbered [2]bool                     // whether cursors into the source, and into the result, know their place
	flat     bool                        // channels have no meaning: where positions lie side by side they are more channels
	runs     []windowRun                 // of the width; nil where there would be too much code
}

// windowTask is how many taps a task has at least.
const windowTask = 1 << 14

// emit emits the phase, and the epilogue's where it cannot be done on the way.
func (w *windows) emit() {
	line := w.axes[2].source
	w.tile.steps = [3]int{w.axes[0].step * w.axes[1].source * line, w.axes[1].step * line, w.axes[2].step}
	w.findRuns()
	rows, taps := w.n, 1
	for _, a := range w.axes[:2] {
		rows *= a.size
	}
	for _, a := range w.axes {
		taps *= a.counts()[0]
	}
	w.c.phaseOf(rows, windowTask/max(1, taps*w.axes[2].size*w.channels), w.row)
	if !w.tile.ep.inRegisters() {
		w.c.after(w.tile.ep, w.c.output(0))
	}
}

// maxWindowCode is about how many taps are written out for all positions of a row.
const maxWindowCode = 64

func (w *windows) findRuns() {
	divisor := func(int) int { return 1 }
	if w.divisors != nil {
		divisor = func(i int) int {
			_, n := w.divisors[2].at(i)
			return n
		}
	}
	runs := w.axes[2].runs(divisor)
	code := 0
	for _, r := range runs {
		code += 1 + known(r.taps).written()
	}
	if code <= maxWindowCode {
		w.runs = runs
	}
}

// row emits one row of the result.
func (w *windows) row(t *task, row wasmasm.I32) {
	depth, height := &w.axes[0], &w.axes[1]
	n, d, h := t.LocalI32("n"), t.LocalI32("d"), t.LocalI32("h")
	h.Set(row.RemU(t.I32(height.size)))
	n.Set(row.DivU(t.I32(height.size)))
	d.Set(n.RemU(t.I32(depth.size)))
	n.Set(n.DivU(t.I32(depth.size)))
	firstD, tapsD := depth.find(t, d)
	firstH, tapsH := height.find(t, h)

	// The first line of the source that is read, and where the row begins, as numbers of positions.
	line, start := t.LocalI32("line"), t.LocalI32("start")
	line.Set(firstD.Mul(t.I32(height.source)).Add(firstH).Mul(t.I32(w.axes[2].source)))
	start.Set(d.Mul(t.I32(height.size)).Add(h).Mul(t.I32(w.axes[2].size)))
	from := w.cursor(t, w.from, w.numbered[0], n.Mul(t.I32(depth.source*height.source*w.axes[2].source)).Add(line), line)
	to := w.cursor(t, w.to, w.numbered[1], row.Mul(t.I32(w.axes[2].size)), start)

	var divisor wasmasm.I32
	if w.divisors != nil {
		divisor = t.LocalI32("divisor")
		_, nd := w.divisors[0].find(t, d)
		_, nh := w.divisors[1].find(t, h)
		divisor.Set(nd.Mul(nh))
	}
	columns := func(d, h extent) {
		if w.runs != nil {
			w.columns(t, from, to, d, h, divisor)
		} else {
			w.eachColumn(t, from, to, d, h, divisor)
		}
	}
	t.Block(func(done wasmasm.Label) {
		variants, all := w.variants()
		for k, v := range variants {
			if all && k == len(variants)-1 {
				columns(known(v[0]), known(v[1]))
				return
			}
			t.If(tapsD.Eq(t.I32(v[0])).And(tapsH.Eq(t.I32(v[1]))), func() {
				columns(known(v[0]), known(v[1]))
				t.Br(done)
			})
		}
		columns(unknown(tapsD), unknown(tapsH))
	})
}

// cursor stands at a position, as a number from the values' beginnings, which is place in its plane.
func (w *windows) cursor(t *task, values []func(t *task) wasmasm.I32, numbered bool, position, place wasmasm.I32) cursor {
	u := cursor{pixel: 4 * w.channels}
	offset := t.LocalI32("offset")
	offset.Set(position.Mul(t.I32(u.pixel)))
	for _, v := range values {
		at := t.LocalI32("at")
		at.Set(v(t).Add(offset))
		u.ptr = append(u.ptr, at)
	}
	if numbered {
		at := t.LocalI32("place")
		at.Set(place)
		u.place = []wasmasm.I32{at}
	}
	return u
}

// variants are the numbers of taps in depth and height for which there is code of its own; all tells whether rows have no
// others.
func (w *windows) variants() (variants [][2]int, all bool) {
	row, code := 0, 0
	for _, r := range w.runs {
		row += known(r.taps).written()
	}
	all = true
	for _, d := range w.axes[0].counts() {
		for _, h := range w.axes[1].counts() {
			if known(d).unrolled() && known(h).unrolled() && code+d*h*row <= maxWindowCode {
				variants = append(variants, [2]int{d, h})
				code += d * h * row
			} else {
				all = false
			}
		}
	}
	return variants, all
}

// columns emits a row run by run.
func (w *windows) columns(t *task, from, to cursor, d, h extent, divisor wasmasm.I32) {
	axis := &w.axes[2]
	for _, r := range w.runs {
		t.Scope(func() {
			src, dst := from.seek(t.Func, t.I32(r.first)), to.seek(t.Func, t.I32(r.to))
			channels, periods := w.channels, r.periods
			if w.flat && axis.period == 1 && axis.advance == 1 {
				channels, periods = channels*periods, 1
			}
			finish := w.divide(t, divisor, t.I32(r.divisor))
			t.repeat(periods, func(wasmasm.I32) {
				t.repeat(r.width, func(wasmasm.I32) {
					w.tile.position(t, src, dst, [3]extent{d, h, known(r.taps)}, channels, finish)
					dst.advance(1)
				})
				src.advance(axis.advance)
				dst.advance(axis.period - r.width)
			})
		})
	}
}

// eachColumn emits a row position by position.
func (w *windows) eachColumn(t *task, from, to cursor, d, h extent, divisor wasmasm.I32) {
	dst, i := to.behind(t.Func, t.I32(0)), t.LocalI32("i")
	t.For(i, t.I32(0), t.I32(w.axes[2].size), 1, func() {
		first, taps := w.axes[2].find(t, i)
		src := from.seek(t.Func, first)
		var own wasmasm.I32
		if w.divisors != nil {
			_, own = w.divisors[2].find(t, i)
		}
		w.tile.position(t, src, dst, [3]extent{d, h, unknown(taps)}, w.channels, w.divide(t, divisor, own))
		dst.advance(1)
	})
}

// divide returns what divides an average by the product of two counts; nil for others.
func (w *windows) divide(t *task, lines, columns wasmasm.I32) func(v wasmasm.V128) wasmasm.V128 {
	if w.divisors == nil {
		return nil
	}
	n := keep(t.Func, "count", lines.Mul(columns).F32ConvertS().F32x4Splat())
	return func(v wasmasm.V128) wasmasm.V128 { return v.F32x4Div(n) }
}

// mergeCovered walks over axes as one where the window sees all of those behind, as a global pooling does.
func mergeCovered(g op.Geometry) op.Geometry {
	covered := func() bool {
		return g.K[2] == g.In[2] && g.D[2] == 1 && g.Before[2] == 0 && g.After[2] == 0 && g.D[1] == 1
	}
	for range 2 {
		if !covered() {
			break
		}
		width := g.In[2]
		g.In[1], g.K[1], g.S[1], g.Before[1], g.After[1] = g.In[1]*width, g.K[1]*width, g.S[1]*width, g.Before[1]*width, g.After[1]*width
		for _, v := range []*[3]int{&g.In, &g.Out, &g.K, &g.S, &g.D} {
			*v = [3]int{1, v[0], v[1]}
		}
		for _, v := range []*[3]int{&g.Before, &g.After} {
			*v = [3]int{0, v[0], v[1]}
		}
	}
	return g
}

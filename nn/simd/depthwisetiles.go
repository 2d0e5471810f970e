package simd

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// correlation is what a depthwise convolution is for each channel, and so is its gradient: every position of the target
// sums products of the source's positions that the filter's taps reach, or that reach it.
type correlation struct {
	images, channels int
	flops            int
	rows             []spatialAxis // a row of the target is an image and a position on each of these
	cols             spatialAxis   // along a row
	tile             int           // positions whose sums stay in registers
	runs             []tileRun     // from the left end of a row to its right one
}

// spatialAxis tells which position of the source tap k brings to position o of the target. It is o·stride - before +
// k·dilation for a convolution and, transposed, for its gradient, the one that a window reads o from.
type spatialAxis struct {
	target, source, kernel, stride, dilation, before int
	transposed                                       bool
}

func (a spatialAxis) at(o, k int) (i int, ok bool) {
	if a.transposed {
		n := o + a.before - k*a.dilation
		return n / a.stride, n >= 0 && n%a.stride == 0 && n/a.stride < a.source
	}
	i = o*a.stride - a.before + k*a.dilation
	return i, i >= 0 && i < a.source
}

// find emits at. Where there is no such position the result, as an unsigned number, is not below that of the source.
func (a spatialAxis) find(t *task, o, k wasmasm.I32) wasmasm.I32 {
	i := t.LocalI32("i")
	switch {
	case !a.transposed:
		i.Set(o.Mul(t.I32(a.stride)).Add(k.Mul(t.I32(a.dilation))).Sub(t.I32(a.before)))
	case a.stride == 1:
		i.Set(o.Add(t.I32(a.before)).Sub(k.Mul(t.I32(a.dilation))))
	default:
		n := t.LocalI32("n")
		n.Set(o.Add(t.I32(a.before)).Sub(k.Mul(t.I32(a.dilation))))
		i.Set(t.I32(-1))
		t.If(n.GeS(t.I32(0)).And(n.RemS(t.I32(a.stride)).Eqz()), func() { i.Set(n.DivS(t.I32(a.stride))) })
	}
	return i
}

// tileRun is tiles side by side that differ in nothing but their place.
type tileRun struct {
	first, tiles int // their numbers
	width        int // positions of each
	tile
	step int // columns of the source from one to the next
}

// tile is what some positions of a row sum, for each row of the filter.
type tile struct {
	column int   // of the source, the first that is read
	taps   []tap // ordered by column
}

// tap says that position out takes the source's column, counted from the tile's, times weight k of the filter's row.
type tap struct{ column, out, k int }

// Rows whose tiles are of more kinds, or sum more, are not worth their code.
const (
	maxTileRuns = 12
	maxTaps     = 1024
)

// newCorrelation prepares the convolution, or the gradient of its input, on g.F channels. width is how many positions a
// tile may have.
func newCorrelation(g op.Geometry, transposed bool, width func(kernel int) int) *correlation {
	axes := make([]spatialAxis, 3)
	for i := range axes {
		a := spatialAxis{g.Out[i], g.In[i], g.K[i], g.S[i], g.D[i], g.Before[i], transposed}
		if transposed {
			a.target, a.source = g.In[i], g.Out[i]
		}
		axes[i] = a
	}
	r := &correlation{
		images: g.N, channels: g.F, flops: 2 * g.N * g.OutPlane() * g.F * g.KernelPlane(),
		rows: axes[:2], cols: axes[2],
	}
	if !r.cutRow(width(r.cols.kernel)) {
		// Slow, but for any window: each position is a row of its own.
		r.rows, r.cols = axes, spatialAxis{target: 1, source: 1, kernel: 1, stride: 1, dilation: 1}
		r.cutRow(1)
	}
	return r
}

// cutRow cuts a row into runs of tiles and tells whether they are few enough.
func (r *correlation) cutRow(width int) bool {
	unit := 1
	if r.cols.transposed && r.cols.stride <= width {
		unit = r.cols.stride // then tiles are alike
	}
	width = width / unit * unit
	count := ceilDiv(r.cols.target, width)
	r.tile = roundUp(ceilDiv(r.cols.target, count), unit)
	r.runs = nil
	taps := 0
	for first := 0; first < r.cols.target; first += r.tile {
		n := min(r.tile, r.cols.target-first)
		if n*r.cols.kernel > maxTaps {
			return false
		}
		t := r.newTile(first, n)
		if k := len(r.runs) - 1; k >= 0 && r.runs[k].goesOn(n, t) {
			r.runs[k].tiles++
			continue
		}
		r.runs = append(r.runs, tileRun{first: first / r.tile, tiles: 1, width: n, tile: t})
		if taps += len(t.taps); taps > maxTaps || len(r.runs) > maxTileRuns {
			return false
		}
	}
	return true
}

func (r *correlation) newTile(first, n int) tile {
	var t tile
	for out := range n {
		for k := range r.cols.kernel {
			if i, ok := r.cols.at(first+out, k); ok {
				t.taps = append(t.taps, tap{i, out, k})
			}
		}
	}
	slices.SortStableFunc(t.taps, func(a, b tap) int { return a.column - b.column })
	if len(t.taps) > 0 {
		t.column = t.taps[0].column
	}
	for i := range t.taps {
		t.taps[i].column -= t.column
	}
	return t
}

// goesOn tells whether the tile is like those of the run, and notes the step of a run that had one.
func (r *tileRun) goesOn(width int, t tile) bool {
	if r.width != width || !slices.Equal(r.taps, t.taps) {
		return false
	}
	if r.tiles == 1 {
		r.step = t.column - r.column
	}
	return t.column == r.column+r.tiles*r.step
}

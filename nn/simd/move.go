package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
)

// movement copies elements from one value to another, both walked through with strides. The last axes are a piece, for
// which there are inner loops; walk goes over the pieces.
type movement struct {
	walk *walk
	unit int      // bytes of an element
	run  moveAxis // the last axis
	side moveAxis // an axis along which source elements are neighbours, where the last is not one: pieces are transposed
	cut  int      // pieces into which run, or side where it is one, is cut
	part int      // elements of each; the last one may be shorter
}

// moveElems is how many elements a piece has at most, and about how many a task moves.
const moveElems = 8192

// sideElems is how many columns are transposed at a time: a line of the cache.
const sideElems = align / 4

func newMovement(from, to value, axes []moveAxis) *movement {
	axes = mergeAxes(axes)
	last := len(axes) - 1
	m := &movement{unit: from.Type.Type.Bytes(), run: axes[last], side: moveAxis{size: 1}}
	axes = axes[:last]
	cut, limit := &m.run, moveElems
	if m.run.from != 1 && m.run.from != 0 && m.run.size >= 4 && m.run.to == 1 && m.unit == 4 {
		for i, a := range axes {
			if a.from == 1 && a.size >= 4 {
				m.side = a
				axes = append(axes[:i:i], axes[i+1:]...)
				cut, limit = &m.side, sideElems
				break
			}
		}
	}
	m.part = min(cut.size, limit)
	m.cut = (cut.size + m.part - 1) / m.part
	axes = append(axes[:len(axes):len(axes)], moveAxis{m.cut, m.part * cut.from, m.part * cut.to}, moveAxis{size: 1})
	n := nest{stride: make([][]int, 2)}
	for _, a := range axes {
		n.size = append(n.size, a.size)
		n.stride[0] = append(n.stride[0], a.from)
		n.stride[1] = append(n.stride[1], a.to)
	}
	m.walk = &walk{from: []value{from, to}, nest: n, width: 1, rows: n.rows(), total: n.rows(), middle: m.cut}
	return m
}

// perTask is how many pieces a task moves.
func (m *movement) perTask() int {
	piece := m.part * max(m.run.size, m.side.size)
	if m.side.size == 1 {
		piece = m.part
	}
	return max(1, moveElems/piece)
}

func (m *movement) tasks() int { return (m.walk.rows + m.perTask() - 1) / m.perTask() }

// move emits a phase that does all movements.
func (c *compiler) move(all []*movement) {
	tasks := 0
	for _, m := range all {
		tasks += m.tasks()
	}
	c.phase(tasks, func(t *task) {
		first := 0
		for _, m := range all {
			index := t.LocalI32("index")
			index.Set(t.index.Sub(t.I32(first)))
			t.If(index.LtU(t.I32(m.tasks())), func() { m.emit(t.part(index)) })
			first += m.tasks()
		}
	})
}

func (m *movement) emit(t *task) {
	cut := m.run.size
	if m.side.size > 1 {
		cut = m.side.size
	}
	m.walk.eachRow(t, m.perTask(), func(ptr []wasmasm.I32, row, _ wasmasm.I32) {
		p := piece{t.Func, m.unit, ptr[0], ptr[1], t.I32(m.part), m.part}
		if cut%m.part != 0 {
			p.left, p.known = t.LocalI32("left"), dynamic
			p.left.Set(t.I32(cut).Sub(row.RemU(t.I32(m.cut)).Mul(t.I32(m.part))))
			atMost(p.left, t.I32(m.part))
		}
		switch r := m.run; {
		case m.side.size > 1:
			p.transpose(r, m.side.to)
		case r.to != 1 || m.unit != 4 && r.from != 1:
			p.scatter(r)
		case r.from == 1:
			p.copy()
		case r.from == 0:
			p.fill()
		case r.from == -1:
			p.reverse()
		default:
			p.scatter(r)
		}
	})
}

// piece is what is moved at a time: left elements, from and to where the locals point, which it may change.
type piece struct {
	f        *wasmasm.Func
	unit     int
	from, to wasmasm.I32
	left     wasmasm.I32
	known    int // see inSteps
}

func (p piece) moveOn(from, to int) {
	if from != 0 {
		p.from.Inc(p.unit * from)
	}
	p.to.Inc(p.unit * to)
}

// one moves an element by offsets in bytes.
func (p piece) one(from wasmasm.I32, fromOffset, toOffset int) {
	if p.unit == 1 {
		p.to.I32Store8(toOffset, from.I32Load8U(fromOffset))
	} else {
		p.to.I32Store(toOffset, from.I32Load(fromOffset))
	}
}

func (p piece) copy() {
	vector := 16 / p.unit
	inSteps(p.f, p.left, p.known, []int{4 * vector, vector, 1}, func(n int) {
		if n == 1 {
			p.one(p.from, 0, 0)
		}
		for k := range n / vector {
			p.to.V128Store(16*k, p.from.V128Load(16*k))
		}
		p.moveOn(n, n)
	})
}

// fill writes one element, of four bytes, again and again.
func (p piece) fill() {
	x := keep(p.f, "x", p.from.V128Load32Splat(0))
	inSteps(p.f, p.left, p.known, []int{16, 4, 1}, func(n int) {
		if n == 1 {
			p.to.V128Store32Lane(0, 0, x)
		}
		for k := range n / 4 {
			p.to.V128Store(16*k, x)
		}
		p.moveOn(0, n)
	})
}

// reverse copies elements, of four bytes, backwards.
func (p piece) reverse() {
	p.from.Inc(-12)
	inSteps(p.f, p.left, p.known, []int{4, 1}, func(n int) {
		if n == 1 {
			p.one(p.from, 12, 0)
		} else {
			x := keep(p.f, "x", p.from.V128Load(0))
			p.to.V128Store(0, x.I32x4Shuffle(x, [4]uint8{3, 2, 1, 0}))
		}
		p.moveOn(-n, n)
	})
}

// scatter copies elements that lie apart.
func (p piece) scatter(a moveAxis) {
	inSteps(p.f, p.left, p.known, []int{4, 1}, func(n int) {
		low, offset := p.spread(a.from, n)
		for k := range n {
			p.one(low, offset(k), p.unit*k*a.to)
		}
		p.moveOn(n*a.from, n*a.to)
	})
}

// spread returns where n source elements lie that are stride apart: offsets must not be negative.
func (p piece) spread(stride, n int) (low wasmasm.I32, offset func(k int) int) {
	if stride >= 0 || n == 1 {
		return p.from, func(k int) int { return p.unit * k * stride }
	}
	low = p.f.LocalI32("low")
	low.Set(p.from.Add(p.f.I32(p.unit * (n - 1) * stride)))
	return low, func(k int) int { return p.unit * (k - n + 1) * stride }
}

// transpose copies a matrix of run.size rows, run.from apart, of left elements each to columns: the rows of the target lie
// pitch apart.
func (p piece) transpose(run moveAxis, pitch int) {
	f := p.f
	inSteps(f, f.I32(run.size), run.size, []int{4, 1}, func(rows int) {
		q := p
		q.from, q.to = f.LocalI32("column"), f.LocalI32("row")
		q.from.Set(p.from)
		q.to.Set(p.to)
		inSteps(f, p.left, p.known, []int{4, 1}, func(columns int) {
			low, offset := q.spread(run.from, rows)
			q.tile(low, offset, rows, columns, pitch)
			q.moveOn(columns, columns*pitch)
		})
		p.moveOn(rows*run.from, rows)
	})
}

// tile transposes up to 4 rows of up to 4 columns.
func (p piece) tile(from wasmasm.I32, offset func(k int) int, rows, columns, pitch int) {
	switch {
	case columns == 1:
		for k := range rows {
			p.one(from, offset(k), 4*k)
		}
	case rows == 1:
		x := keep(p.f, "x", from.V128Load(0))
		for i := range columns {
			p.to.V128Store32Lane(4*pitch*i, i, x)
		}
	default:
		var x [4]wasmasm.V128
		for k := range x {
			x[k] = keep(p.f, "x", from.V128Load(offset(k)))
		}
		for i, y := range transpose4(p.f, x) {
			p.to.V128Store(4*pitch*i, y)
		}
	}
}

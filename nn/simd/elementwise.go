package simd

import (
	"strconv"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.MapOp] = func(c *compiler) {
		var from []value
		for i := range c.in {
			from = append(from, c.input(i))
		}
		c.elementwise(c.out[0].Shape, c.node.Attrs.(op.MapAttrs).Exprs, from, c.outputs())
	}
}

// value is an operand of an elementwise computation: its type and where it begins.
type value struct {
	graph.Type
	at func(t *task) wasmasm.I32
}

func (c *compiler) input(i int) value {
	return value{c.in[i], func(t *task) wasmasm.I32 { return t.in[i] }}
}

func (c *compiler) output(i int) value {
	return value{c.out[i], func(t *task) wasmasm.I32 { return t.out[i] }}
}

func (c *compiler) outputs() []value {
	var to []value
	for i := range c.out {
		to = append(to, c.output(i))
	}
	return to
}

// scratchValue is a f32 value in scratch memory.
func scratchValue(offset int, s graph.Shape) value {
	return value{graph.Type{Shape: s}, func(t *task) wasmasm.I32 { return t.scratch.Add(t.I32(offset)) }}
}

// elementwise emits phases that compute to[j] = exprs[j](from…) over a shape, to which from is broadcast.
func (c *compiler) elementwise(shape graph.Shape, exprs []*expr.Expr, from, to []value) {
	prog := expr.Compile(exprs...)
	w := c.newWalk(shape, from)
	perTask := max(1, taskElems/w.width)
	c.phase((w.rows+perTask-1)/perTask, func(t *task) {
		out := make([]wasmasm.I32, len(to))
		for j := range out {
			out[j] = t.LocalI32("out")
			out[j].Set(to[j].at(t).Add(t.index.Mul(t.I32(4 * perTask * w.width))))
		}
		w.each(t, perTask, func(in []element, n int) {
			results := evaluate(t.Func, prog, in)
			for j, r := range results {
				storeElements(out[j], 0, r, n)
				out[j].Inc(4 * n)
			}
		})
	})
}

// taskElems is about how many elements a task has: enough to make up for taking it.
const taskElems = 8192

// walk goes through a shape row by row, four elements at a time. The last row may be shorter than the others.
type walk struct {
	from   []value
	nest   nest
	total  int // elements
	width  int // of a row
	rows   int
	middle int // rows that lie along the last axis but one
}

// rowElems is about how long rows are made where the shape leaves it open.
const rowElems = 2048

// newWalk prepares the walk. Where short rows repeat a value, as the bias of three channels, phases are emitted that write
// it several times in a row, so that rows become longer and a multiple of four.
func (c *compiler) newWalk(shape graph.Shape, from []value) *walk {
	types := make([]graph.Type, len(from))
	for k, v := range from {
		types[k] = v.Type
	}
	w := &walk{from: from, nest: newNest(shape, types), total: shape.Elems()}
	w.width, w.rows = w.nest.width(), w.nest.rows()
	switch axes := len(w.nest.size); {
	case axes == 1:
		w.cut(rowElems)
	case axes == 2 && (w.width < 16 || w.width%4 != 0) && w.repeats():
		w.from = append([]value(nil), from...)
		period := w.width * 4 / gcd(w.width, 4)
		period *= max(1, min(rowElems/period, w.total/period))
		for k, v := range from {
			if w.nest.stride[k][0] == 0 && w.nest.stride[k][1] != 0 {
				w.from[k] = c.repeated(v, w.width, period)
			}
		}
		w.cut(period)
	}
	w.middle = w.rows
	if n := len(w.nest.size); n > 2 {
		w.middle = w.nest.size[n-2]
	}
	return w
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// repeats tells whether every value is as long as the shape, or one row again and again, or a single number.
func (w *walk) repeats() bool {
	for _, s := range w.nest.stride {
		if s[0] != 0 && (s[0] != w.width || s[1] != 1) {
			return false
		}
	}
	return true
}

// cut makes rows of the given length.
func (w *walk) cut(width int) {
	w.width = min(width, w.total)
	w.rows = (w.total + w.width - 1) / w.width
	w.nest.size = []int{w.rows, w.width}
	for k, s := range w.nest.stride {
		last := s[len(s)-1]
		if len(s) == 2 && s[0] == 0 {
			w.nest.stride[k] = []int{0, last}
		} else {
			w.nest.stride[k] = []int{last * w.width, last}
		}
	}
}

// repeated emits a phase that writes the width elements of v, as f32, again and again until there are n.
func (c *compiler) repeated(v value, width, n int) value {
	to := c.alloc(4 * n)
	c.phase(1, func(t *task) {
		at, out, i := t.LocalI32("at"), t.LocalI32("out"), t.LocalI32("i")
		at.Set(v.at(t))
		out.Set(t.scratch.Add(t.I32(to)))
		t.For(i, t.I32(0), t.I32(width), 1, func() {
			storeElements(out, 0, keep(t.Func, "x", loadElements(t.Func, v.Type.Type, at, 0, 1)), 1)
			at.Inc(v.Type.Type.Bytes())
			out.Inc(4)
		})
		at.Set(t.scratch.Add(t.I32(to)))
		t.For(i, t.I32(width), t.I32(n), 1, func() {
			out.I32Store(0, at.I32Load(0))
			at.Inc(4)
			out.Inc(4)
		})
	})
	return scratchValue(to, graph.Shape{n})
}

// element is a value at the place of the walk, in a local; what is the same along a row is not loaded again.
type element = wasmasm.V128

// each emits loops over the rows of the task, perTask at most, and calls body where in holds the next n elements, 4 or 1,
// of each value. It is called several times.
func (w *walk) each(t *task, perTask int, body func(in []element, n int)) {
	w.eachRow(t, perTask, func(ptr []wasmasm.I32, row, left wasmasm.I32) { w.eachElement(t, ptr, left, body) })
}

// eachRow emits a loop over the rows of the task. ptr are locals that begin at the row's elements; left holds how many
// elements the row has, and is a constant where that is the same for all.
func (w *walk) eachRow(t *task, perTask int, body func(ptr []wasmasm.I32, row, left wasmasm.I32)) {
	row, last, m := t.LocalI32("row"), t.partEnd(t.index, perTask, w.rows), t.LocalI32("m")
	start, ptr := make([]wasmasm.I32, len(w.from)), make([]wasmasm.I32, len(w.from))
	for k := range start {
		start[k], ptr[k] = t.LocalI32("start"+strconv.Itoa(k)), t.LocalI32("at"+strconv.Itoa(k))
	}
	row.Set(t.index.Mul(t.I32(perTask)))
	m.Set(row.RemU(t.I32(w.middle)))
	w.seek(t, start, row)
	left := t.I32(w.width)
	ragged := w.rows*w.width != w.total
	if ragged {
		left = t.LocalI32("left")
	}
	t.Loop(func(again wasmasm.Label) {
		if ragged {
			left.Set(t.I32(w.total).Sub(row.Mul(t.I32(w.width))))
			atMost(left, t.I32(w.width))
		}
		for k := range ptr {
			ptr[k].Set(start[k])
		}
		body(ptr, row, left)
		row.Inc(1)
		for k := range start {
			if s := w.pitch(k); s != 0 {
				start[k].Inc(s)
			}
		}
		if w.middle < w.rows {
			m.Inc(1)
			t.If(m.Eq(t.I32(w.middle)), func() {
				m.Set(t.I32(0))
				w.seek(t, start, row)
			})
		}
		t.BrIf(again, row.LtU(last))
	})
}

// pitch is how many bytes value k goes on from row to row.
func (w *walk) pitch(k int) int {
	n := len(w.nest.size)
	if n < 2 {
		return 0
	}
	return w.nest.stride[k][n-2] * w.from[k].Type.Type.Bytes()
}

// seek sets start to where each value's elements of the row lie.
func (w *walk) seek(t *task, start []wasmasm.I32, row wasmasm.I32) {
	for k, v := range w.from {
		start[k].Set(v.at(t))
	}
	rest := t.LocalI32("rest")
	rest.Set(row)
	for a := len(w.nest.size) - 2; a >= 0; a-- {
		for k, v := range w.from {
			if s := w.nest.stride[k][a] * v.Type.Type.Bytes(); s != 0 {
				i := rest
				if a > 0 {
					i = rest.RemU(t.I32(w.nest.size[a]))
				}
				start[k].Set(start[k].Add(i.Mul(t.I32(s))))
			}
		}
		if a > 0 {
			rest.Set(rest.DivU(t.I32(w.nest.size[a])))
		}
	}
}

// eachElement emits loops over the left elements of a row.
func (w *walk) eachElement(t *task, ptr []wasmasm.I32, left wasmasm.I32, body func(in []element, n int)) {
	fixed := make([]wasmasm.V128, len(ptr))
	axis := len(w.nest.size) - 1
	for k, v := range w.from {
		if w.nest.stride[k][axis] == 0 {
			fixed[k] = keep(t.Func, "fixed", loadElements(t.Func, v.Type.Type, ptr[k], 0, 1))
		}
	}
	known := w.width
	if w.rows*w.width != w.total {
		known = dynamic
	}
	inSteps(t.Func, left, known, []int{4, 1}, func(n int) {
		in := make([]element, len(ptr))
		for k, v := range w.from {
			in[k] = fixed[k]
			if w.nest.stride[k][axis] != 0 {
				in[k] = keep(t.Func, "x", loadElements(t.Func, v.Type.Type, ptr[k], 0, n))
			}
		}
		body(in, n)
		for k, v := range w.from {
			if w.nest.stride[k][axis] != 0 {
				ptr[k].Inc(n * v.Type.Type.Bytes())
			}
		}
	})
}

// loadElements emits the load of n elements, 4 or 1 (in all lanes), as f32.
func loadElements(f *wasmasm.Func, typ graph.DType, at wasmasm.I32, offset, n int) wasmasm.V128 {
	switch {
	case typ == graph.F32 && n == 4:
		return at.V128Load(offset)
	case typ == graph.F32:
		return at.V128Load32Splat(offset)
	case typ == graph.U8 && n == 4:
		return at.V128Load32Zero(offset).I16x8ExtendLowI8x16U().I32x4ExtendLowI16x8U().F32x4ConvertI32x4S()
	case typ == graph.U8:
		return at.I32Load8U(offset).F32ConvertS().F32x4Splat()
	case typ == graph.I8 && n == 4:
		return at.V128Load32Zero(offset).I16x8ExtendLowI8x16S().I32x4ExtendLowI16x8S().F32x4ConvertI32x4S()
	case typ == graph.I8:
		return at.I32Load8S(offset).F32ConvertS().F32x4Splat()
	case n == 4:
		return at.V128Load(offset).F32x4ConvertI32x4S()
	}
	return at.V128Load32Splat(offset).F32x4ConvertI32x4S()
}

// storeElements stores the first n elements, 4 or 1, of x.
func storeElements(at wasmasm.I32, offset int, x wasmasm.V128, n int) {
	if n == 4 {
		at.V128Store(offset, x)
	} else {
		at.V128Store32Lane(offset, 0, x)
	}
}

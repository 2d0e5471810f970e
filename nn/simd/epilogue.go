package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// epilogue is what is done to each element of a step's first output before it is stored.
type epilogue struct {
	prog  *expr.Program // nil where nothing is done
	extra []extra
	expr  *expr.Expr
	// quantize, where not nil, makes bytes of the results. Products of whole numbers alone do it.
	quantize *op.QuantizeAttrs
}

// extra is one of the epilogue's further inputs.
type extra struct {
	value
	kind extraKind
}

type extraKind int

// How an input lies beside the output: a number for each channel (of the output's last axis), one for all, one for each
// element, or in another way, which a kernel's registers are not made for.
const (
	perChannel extraKind = iota
	single
	perElement
	otherwise
)

// newEpilogue is that of an expression over an output of the given shape whose further inputs are c's from first on.
func (c *compiler) newEpilogue(e *expr.Expr, first int, shape graph.Shape) *epilogue {
	p := &epilogue{expr: e}
	if e == nil {
		return p
	}
	p.prog = expr.Compile(e)
	for i := first; i < len(c.in); i++ {
		x := extra{value: c.input(i), kind: otherwise}
		n := newNest(shape, []graph.Type{x.Type})
		switch channels := shape[max(0, len(shape)-1):].Elems(); {
		case x.Shape.Elems() == 1:
			x.kind = single
		case x.Type.Type != graph.F32:
		case x.Shape.Elems() == shape.Elems():
			x.kind = perElement
		case x.Shape.Elems() == channels && n.width() == channels && n.stride[0][len(n.size)-1] == 1:
			x.kind = perChannel
		}
		p.extra = append(p.extra, x)
	}
	return p
}

// inRegisters tells whether apply can be used; where not, the kernel stores its results as they are and calls after.
func (p *epilogue) inRegisters() bool {
	for _, x := range p.extra {
		if x.kind == otherwise {
			return false
		}
	}
	return true
}

// registers is p if it can be applied in registers, else an epilogue that does nothing.
func (p *epilogue) registers() *epilogue {
	if p.inRegisters() {
		return p
	}
	return &epilogue{}
}

// apply emits the epilogue for n elements, 4 or 1, of the output, which are in v: at element place + offset (place is in
// bytes from the output's beginning, offset too) and of channels channel + …, counted in bytes as well: 4 a channel.
func (p *epilogue) apply(t *task, v wasmasm.V128, n int, place wasmasm.I32, offset int, channel wasmasm.I32, channelOffset int) wasmasm.V128 {
	if p.prog == nil {
		return v
	}
	vars := []wasmasm.V128{v}
	for _, x := range p.extra {
		at, off, count := x.at(t), 0, n
		switch x.kind {
		case perChannel:
			at, off = at.Add(channel), channelOffset
		case perElement:
			at, off = at.Add(place), offset
		case single:
			count = 1
		}
		vars = append(vars, keep(t.Func, "extra", loadElements(t.Func, x.Type.Type, at, off, count)))
	}
	return evaluate(t.Func, p.prog, vars)[0]
}

// address is where the results go that have a place, in bytes of f32 from the beginning of out.
func (p *epilogue) address(t *task, out, place wasmasm.I32) wasmasm.I32 {
	if p.quantize != nil {
		return out.Add(place.ShrU(t.I32(2)))
	}
	return out.Add(place)
}

// store stores the first n lanes of a result at address to, a local, and an offset in bytes of f32.
func (p *epilogue) store(t *task, to wasmasm.I32, offset int, v wasmasm.V128, n int) {
	if p.quantize == nil {
		storeLanes(to, offset, v, n)
		return
	}
	bytes := keep(t.Func, "bytes", quantizedFour(t.Func, *p.quantize, v))
	if n == 4 {
		to.V128Store32Lane(offset/4, 0, bytes)
		return
	}
	for lane := range n {
		to.V128Store8Lane(offset/4+lane, lane, bytes)
	}
}

// after emits phases that apply the epilogue to the stored output.
func (c *compiler) after(p *epilogue, out value) {
	from := []value{out}
	for _, x := range p.extra {
		from = append(from, x.value)
	}
	c.elementwise(out.Shape, []*expr.Expr{p.expr}, from, []value{out})
}

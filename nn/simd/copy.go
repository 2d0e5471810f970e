package simd

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// A copy writes zeros where something of the output comes from nowhere, and then moves the rest.
func init() {
	kernels[op.CopyOp] = func(c *compiler) {
		from, to := c.input(0), c.output(0)
		axes, start, first := copyAxes(c.node.Attrs.(op.CopyAttrs), from.Shape)
		moved := 1
		for _, a := range axes {
			moved *= a.size
		}
		if bytes := to.Shape.Elems() * to.Type.Type.Bytes(); moved < to.Shape.Elems() {
			count, length := blocks(bytes, 4*taskElems, align)
			c.phase(count, func(t *task) {
				at, n := t.LocalI32("at"), t.LocalI32("n")
				at.Set(t.index.Mul(t.I32(length)))
				n.Set(t.I32(bytes).Sub(at))
				t.MemoryFill(t.out[0].Add(at), t.I32(0), n.Select(t.I32(length), n.LtU(t.I32(length))))
			})
		}
		if moved > 0 {
			c.move([]*movement{newMovement(from.skip(start), to.skip(first), axes)})
		}
	}
}

// skip is v from element n on.
func (v value) skip(n int) value {
	if n == 0 {
		return v
	}
	at := v.at
	v.at = func(t *task) wasmasm.I32 { return at(t).Add(t.I32(n * v.Type.Type.Bytes())) }
	return v
}

// copyAxes returns the loops over what a copy moves, and the first element of it in the input and in the output.
func copyAxes(a op.CopyAttrs, in graph.Shape) (axes []moveAxis, start, first int) {
	own, strides := a.Shape.Strides(), in.Strides()
	indices := make([]progression, len(a.Shape)) // of each output axis those that come from somewhere
	for i, d := range a.Shape {
		indices[i] = progression{0, 1, d}
	}
	fixed := progression{0, 1, 1}
	for k, ax := range a.Axes {
		p := &fixed
		if ax.From >= 0 {
			p = &indices[ax.From]
		}
		p.restrict(ax, in[k])
	}
	axes = append(axes, moveAxis{size: fixed.count})
	for i, p := range indices {
		axes = append(axes, moveAxis{size: p.count, to: p.step * own[i]})
		first += p.first * own[i]
	}
	for k, ax := range a.Axes {
		every := max(1, ax.Every)
		if ax.From < 0 {
			start += ax.Start / every * strides[k]
			continue
		}
		p := indices[ax.From]
		start += (p.first*ax.Step + ax.Start) / every * strides[k]
		axes[1+ax.From].from += p.step * ax.Step / every * strides[k]
	}
	return axes, start, first
}

// progression is the indices first, first + step, … of an axis, count of them.
type progression struct{ first, step, count int }

// restrict leaves those that come from an index 0…size-1 of an input axis.
func (p *progression) restrict(ax op.CopyAxis, size int) {
	every := max(1, ax.Every)
	for range every {
		if (p.first*ax.Step+ax.Start)%every == 0 {
			break
		}
		p.first, p.count = p.first+p.step, p.count-1
	}
	if p.count <= 0 || (p.first*ax.Step+ax.Start)%every != 0 {
		p.count = 0
		return
	}
	whole := every / gcd(every, max(p.step*ax.Step, -p.step*ax.Step)) // whole numbers come back after so many
	p.step, p.count = p.step*whole, (p.count+whole-1)/whole
	i, d := (p.first*ax.Step+ax.Start)/every, p.step*ax.Step/every
	if d < 0 {
		i, d = size-1-i, -d // from the other end
	}
	skip, end := 0, p.count
	switch {
	case d > 0:
		skip = max(0, (d-1-i)/d)
		end = min(end, (size-1-i+d)/d)
	case i < 0 || i >= size:
		end = 0
	}
	p.first, p.count = p.first+skip*p.step, max(0, end-skip)
}

// moveAxis is an axis of what is moved: how many elements it has, and how far neighbours lie apart.
type moveAxis struct{ size, from, to int }

// mergeAxes makes one of axes that can be walked through as one, and leaves out those of size 1.
func mergeAxes(axes []moveAxis) []moveAxis {
	var merged []moveAxis
	for _, a := range axes {
		if a.size == 1 {
			continue
		}
		if k := len(merged) - 1; k >= 0 && merged[k].from == a.size*a.from && merged[k].to == a.size*a.to {
			merged[k] = moveAxis{merged[k].size * a.size, a.from, a.to}
		} else {
			merged = append(merged, a)
		}
	}
	if len(merged) == 0 {
		merged = []moveAxis{{1, 1, 1}}
	}
	return slices.Clip(merged)
}

package webgpu

import (
	"strconv"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/shaders"
)

func init() {
	lowerings[op.QuantizeOp] = lowerQuantize
	lowerings[op.ConvIntegerOp] = lowerInteger
	lowerings[op.MatMulIntegerOp] = lowerInteger
}

func lowerQuantize(l *lowering) error {
	a, n := l.Node.Attrs.(op.QuantizeAttrs), l.Node.Out[0].Shape.Elems()
	lo, hi := a.Type.Range()
	p := shaders.Params{"N": n, "SCALE": "f32(" + strconv.FormatFloat(float64(a.Scale), 'g', -1, 32) + ")", "ZERO": a.Zero, "LO": lo, "HI": hi}
	return l.emit("quantize", (n+3)/4, p, l.input(0), l.output(0))
}

// lowerInteger puts four neighbours of each filter into a word, and of the channels where they are no multiple of four; then
// all is products of words.
func lowerInteger(l *lowering) error {
	g, n := op.ConvIntegerGeometry(l.Node), l.Node
	cg, fg := g.C/g.Groups, g.F/g.Groups
	words := (cg + 3) / 4
	x := l.input(0)
	if cg%4 != 0 {
		pixels := g.N * g.InPlane() * g.Groups
		x = l.scratch(4 * pixels * words)
		if err := l.words(l.input(0), x, pixels, cg, 1); err != nil {
			return err
		}
	}
	w := l.scratch(4 * g.KernelPlane() * words * g.F)
	if err := l.words(l.input(1), w, g.KernelPlane(), cg, g.F); err != nil {
		return err
	}
	p := window(g)
	zero, flip := op.IntegerZero(n), 0
	if n.In[0].Type == graph.U8 {
		zero, flip = zero-128, 0x80808080
	}
	tp, tf := largestDivisor(g.Out[2], 4), largestDivisor(fg, 4)
	if tp == 1 {
		tp = min(4, g.Out[2])
	}
	p["C"], p["CG"], p["F"], p["FG"], p["TP"], p["TF"] = g.Groups*words, words, g.F, fg, tp, tf
	p["ZERO"], p["FLIP"], p["ZERO4"], p["PACKED"] = zero, flip, int(uint8(zero))*0x01010101, l.Packed
	text, extra := l.epilogue(3, false)
	p["EPILOGUE"] = text
	invocations := g.N * g.Out[0] * g.Out[1] * ((g.Out[2] + tp - 1) / tp) * (g.F / tf)
	return l.emit("conv_integer", invocations, p, append([]Ref{x, w, l.output(0)}, extra...)...)
}

// words puts four neighbours along the middle axis of bytes [outer,length,inner] into a word.
func (l *lowering) words(from, to Ref, outer, length, inner int) error {
	count := outer * ((length + 3) / 4) * inner
	return l.emit("words", count, shaders.Params{"OUTER": outer, "LEN": length, "INNER": inner}, from, to)
}

package webgpu

import (
	"fmt"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/shaders"
)

func init() {
	lowerings[op.CopyOp] = lowerCopy
	lowerings[op.ConcatOp] = lowerConcat
}

// scalarNames are the element types in WGSL; a byte has none.
var scalarNames = map[graph.DType]string{graph.F32: "f32", graph.I32: "i32", graph.U32: "u32"}

func lowerCopy(l *lowering) error {
	a := l.Node.Attrs.(op.CopyAttrs)
	in, out := l.Node.In[0].Shape, l.Node.Out[0].Shape
	st, own := in.Strides(), out.Strides()
	inside, at := []string{"true"}, []string{"0"}
	for k, ax := range a.Axes {
		index := fmt.Sprint(ax.Start)
		lo, hi := ax.Start, ax.Start
		if ax.From >= 0 {
			index = fmt.Sprintf("(o / %d %% %d * %d + %d)", own[ax.From], out[ax.From], ax.Step, ax.Start)
			end := ax.Start + (out[ax.From]-1)*ax.Step
			lo, hi = min(lo, end), max(hi, end)
		}
		every := max(1, ax.Every)
		if lo < 0 || hi >= in[k]*every {
			inside = append(inside, fmt.Sprintf("%s >= 0 && %s < %d", index, index, in[k]*every))
		}
		if every > 1 {
			inside = append(inside, fmt.Sprintf("%s %% %d == 0", index, every))
			index += fmt.Sprintf(" / %d", every)
		}
		at = append(at, fmt.Sprintf("%s * %d", index, st[k]))
	}
	p := shaders.Params{"T": scalarNames[l.Node.Out[0].Type], "N": out.Elems(), "INSIDE": strings.Join(inside, " && "), "AT": strings.Join(at, " + ")}
	return l.emit("copy", out.Elems(), p, l.input(0), l.output(0))
}

func lowerConcat(l *lowering) error {
	parts := op.ConcatParts(l.Node)
	t, unit := scalarNames[l.Node.Out[0].Type], 4
	if t == "" {
		return fmt.Errorf("webgpu: concat of %v: %w", l.Node.Out[0].Type, graph.ErrUnsupported)
	}
	for _, p := range parts { // the starts and pitches are sums of lengths
		if p.Length%4 != 0 {
			unit = 1
		}
	}
	if unit == 4 {
		t = "vec4" + t[:1]
	}
	for k, p := range parts {
		q := shaders.Params{"T": t, "ROWS": p.Rows, "LENGTH": p.Length / unit}
		q["START"] = p.Start / unit
		if p.Rows > 1 {
			q["PITCH"] = p.Pitch / unit
		}
		if err := l.emit("concat", p.Rows*p.Length/unit, q, l.input(k), l.output(0)); err != nil {
			return err
		}
	}
	return nil
}

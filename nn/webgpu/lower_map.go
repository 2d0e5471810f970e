package webgpu

import (
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/shaders"
)

func init() {
	lowerings[op.MapOp] = lowerMap
	lowerings[op.ReduceOp] = lowerReduce
}

// declared collects the storage bindings of a generated shader. A slot that is read and written is bound once, since
// WebGPU refuses one buffer bound in both ways.
type declared struct {
	text  string
	refs  []Ref
	names []string
}

func (d *declared) add(r Ref, typ, access string) string {
	name := fmt.Sprintf("x%d", len(d.refs))
	d.text += fmt.Sprintf("@group(0) @binding(%d) var<storage, %s> %s: array<%s>;\n", len(d.refs), access, name, typ)
	d.refs, d.names = append(d.refs, r), append(d.names, name)
	return name
}

func lowerMap(l *lowering) error {
	n := l.Node
	shape := n.Out[0].Shape
	vec := allVectors(shape, n.In)
	t := typeName(vec)
	last := 1
	if len(shape) > 0 {
		last = shape[len(shape)-1]
	}
	if vec && last%4 != 0 { // the index along the last axis is no whole number of vectors then
		vec = !slices.ContainsFunc(n.In, func(v *graph.Value) bool { p := (source{v, shape}).period(); return p == last && p < shape.Elems() })
		t = typeName(vec)
	}
	var d declared
	outs := make([]string, len(n.Out))
	for j := range n.Out {
		outs[j] = d.add(l.output(j), t, "read_write")
	}
	reads := make([]string, len(n.In))
	exprs := n.Attrs.(op.MapAttrs).Exprs
	for i, v := range n.In {
		src := source{v, shape}
		if !slices.ContainsFunc(exprs, func(e *expr.Expr) bool { return e.Uses(i) }) {
			continue // what the shader does not read is not in its layout
		}
		if j := slices.Index(l.Out, l.In[i]); j >= 0 {
			reads[i] = outs[j] + "[i]"
			continue
		}
		typ, _ := src.element("", vec)
		_, reads[i] = src.element(d.add(l.input(i), typ, "read"), vec)
	}
	body, results := printExpr(expr.Compile(exprs...), t, func(i int) string { return reads[i] })
	unit := 1
	if vec {
		unit = 4
	}
	body = fmt.Sprintf("  let c = i %% %du;\n", max(1, last/unit)) + body
	for j, r := range results {
		body += fmt.Sprintf("  %s[i] = %s;\n", outs[j], r)
	}
	count := shape.Elems() / unit
	// The length comes from the binding, so that parameters of any size share one pipeline.
	p := shaders.Params{"DECLS": d.text, "BODY": body, "COUNT": "arrayLength(&" + outs[0] + ")"}
	return l.emit("map", count, p, d.refs...)
}

// reduceParts is how many elements a result one invocation sums before the work is cut into parts.
const reduceParts = 64

func lowerReduce(l *lowering) error {
	n := l.Node
	a, shape := n.Attrs.(op.ReduceAttrs), op.ReduceOver(n)
	count := n.Out[0].Shape.Elems()
	length := shape.Elems() / count
	parts := min(256, (length+reduceParts-1)/reduceParts)
	parts = (length + (length+parts-1)/parts - 1) / ((length + parts - 1) / parts) // none is empty

	var d declared
	reads := make([]string, len(n.In))
	last := 1
	if len(shape) > 0 {
		last = shape[len(shape)-1]
	}
	for i, v := range n.In {
		if !a.Expr.Uses(i) {
			continue
		}
		src := source{v, shape}
		typ, _ := src.element("", false)
		_, reads[i] = src.element(d.add(l.input(i), typ, "read"), false)
	}
	target := l.output(0)
	if parts > 1 {
		target = l.scratch(4 * parts * count)
	}
	result := d.add(target, "f32", "read_write")
	body, out := printExpr(expr.Compile(a.Expr), "f32", func(i int) string { return reads[i] })
	body = fmt.Sprintf("  let c = i %% %du;\n", last) + body + "  let v = " + out[0] + ";\n"
	combine := map[op.ReduceKind]string{op.ReduceSum: "s + v", op.ReduceMax: "max(s, v)"}[a.Kind]
	p := shaders.Params{"DECLS": d.text, "INDEX": reduceIndex(a, shape), "VALUE": body, "COUNT": count, "LENGTH": length,
		"PARTS": parts, "OP": combine, "RESULT": result}
	if err := l.emit("reduce", count*parts, p, d.refs...); err != nil || parts == 1 {
		return err
	}
	return l.sumParts(target, l.output(0), count, parts, combine)
}

// sumParts combines parts of n numbers each.
func (l *lowering) sumParts(from, to Ref, n, parts int, combine string) error {
	t, unit := "f32", 1
	if n%4 == 0 {
		t, unit = "vec4f", 4
	}
	return l.emit("sum_parts", n/unit, shaders.Params{"N": n / unit, "PARTS": parts, "T": t, "OP": combine}, from, to)
}

// reduceIndex writes the flat input index of result o and reduced element r. Neighbouring axes of one kind are taken
// together.
func reduceIndex(a op.ReduceAttrs, shape graph.Shape) string {
	text := ""
	own := shape.Strides()
	// From the last axis: how many results and reduced elements the axes seen so far hold.
	seen := map[bool]int{true: 1, false: 1}
	for i := len(shape) - 1; i >= 0; {
		reduced := slices.Contains(a.Axes, i)
		size, stride := 1, own[i]
		for ; i >= 0 && slices.Contains(a.Axes, i) == reduced; i-- {
			size *= shape[i]
		}
		name := map[bool]string{true: "r", false: "o"}[reduced]
		text += fmt.Sprintf("%s / %du %% %du * %du + ", name, seen[reduced], size, stride)
		seen[reduced] *= size
	}
	return text + "0u"
}

package webgpu

import (
	"errors"
	"fmt"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/shaders"
)

// Tuning tells what the kernels are made for.
type Tuning struct {
	// Software says that the adapter runs on a processor: there large register tiles win, on a GPU smaller ones that
	// leave more invocations.
	Software  bool
	WorkGroup int // invocations of a workgroup

	// Tiles are those of matrix products in workgroup memory that the adapter has room for, the largest first; none where
	// registers alone are faster, as on a processor. They serve products with Least rows, columns and terms or more. Groups
	// is how many workgroups keep the adapter busy.
	Tiles         []Tile
	Least, Groups int

	// Fours is the type in which tiles multiply and add up four products at a time, before the sum goes to the f32 one: "f16"
	// where the adapter computes with numbers of 16 bits and may. "" multiplies and adds one by one, as f32.
	Fours string

	// Packed says that WGSL has dot4I8Packed, the language feature packed_4x8_integer_dot_product.
	Packed bool
}

// DefaultTuning is for an adapter of which nothing is known but its kind and the bytes of its workgroup memory.
func DefaultTuning(software bool, workgroupMemory int) Tuning {
	t := Tuning{Software: software, WorkGroup: 64, Least: 8, Groups: 128}
	for _, x := range tiles {
		if !software && x.bytes() <= workgroupMemory {
			t.Tiles = append(t.Tiles, x)
		}
	}
	return t
}

// Dispatch is one call of a specialised shader.
type Dispatch struct {
	Shader, Source string
	Bindings       []Ref
	X, Y           int // workgroups
}

// Ref names a slot of the program or, with Scratch, a buffer of the executable's own; Bytes of it are bound.
type Ref struct {
	Slot    int
	Scratch bool
	Bytes   int
}

// Memory is where the values of a step lie.
type Memory struct {
	// Scratch makes a buffer for use within the step.
	Scratch func(bytes int) Ref
	// Half, where not nil, tells whether the f32 values of a slot lie there as numbers of 16 bits.
	Half func(slot int) bool
}

// lowering turns one step into dispatches.
type lowering struct {
	plan.Step
	Tuning
	memory     Memory
	dispatches []Dispatch
	wide       map[int]Ref // inputs from slots of 16 bits, once they were made wide
	failed     error
}

var lowerings = map[string]func(l *lowering) error{}

// Lower returns the dispatches of a step.
func Lower(s plan.Step, t Tuning, m Memory) ([]Dispatch, error) {
	f := lowerings[s.Node.Op]
	if f == nil {
		return nil, fmt.Errorf("webgpu: %s: %w", s.Node.Op, graph.ErrUnsupported)
	}
	l := &lowering{Step: s, Tuning: t, memory: m, wide: map[int]Ref{}}
	if err := errors.Join(f(l), l.failed); err != nil {
		return nil, err
	}
	return l.dispatches, nil
}

const maxGroups = 65535 // workgroups in one dimension that every adapter takes

// emit adds a dispatch of as many invocations.
func (l *lowering) emit(shader string, invocations int, p shaders.Params, bindings ...Ref) error {
	p["WG_SIZE"] = l.WorkGroup
	return l.dispatch(shader, (invocations+l.WorkGroup-1)/l.WorkGroup, p, bindings...)
}

// dispatch adds a dispatch of so many workgroups, in two dimensions where one does not hold them.
func (l *lowering) dispatch(shader string, groups int, p shaders.Params, bindings ...Ref) error {
	src, err := shaders.Source(shader, p)
	if err != nil {
		return err
	}
	x, y := groups, (groups+maxGroups-1)/maxGroups
	if y > 1 {
		x = (x + y - 1) / y
	}
	l.dispatches = append(l.dispatches, Dispatch{Shader: shader, Source: src, Bindings: bindings, X: x, Y: y})
	return nil
}

func bytesOf(v *graph.Value) int { return (v.Shape.Elems()*v.Type.Bytes() + 3) / 4 * 4 }

func (l *lowering) scratch(bytes int) Ref { return l.memory.Scratch(bytes) }

func (l *lowering) output(i int) Ref { return Ref{Slot: l.Out[i], Bytes: bytesOf(l.Node.Out[i])} }

func (l *lowering) half(i int) bool { return l.memory.Half != nil && l.memory.Half(l.In[i]) }

// input returns input i as numbers of 32 bits; what lies as 16 bits is widened by a dispatch before.
func (l *lowering) input(i int) Ref {
	if !l.half(i) {
		return Ref{Slot: l.In[i], Bytes: bytesOf(l.Node.In[i])}
	}
	r, done := l.wide[l.In[i]]
	if !done {
		n := l.Node.In[i].Shape.Elems()
		r = l.scratch(bytesOf(l.Node.In[i]))
		l.failed = errors.Join(l.failed, l.emit("widen", n, shaders.Params{"N": n, "WT": "f32", "WIDE": 1, "HALF": true, "STORED": "u32"}, r, l.narrow(i)))
		l.wide[l.In[i]] = r
	}
	return r
}

// narrow is input i as it lies, as 16 bits.
func (l *lowering) narrow(i int) Ref {
	return Ref{Slot: l.In[i], Bytes: halfBytes(l.Node.In[i].Shape.Elems())}
}

// weights returns input i for a shader that reads it through lib/weights, four numbers at a time or one, and sets the
// parameters of that.
func (l *lowering) weights(i int, vec bool, p shaders.Params) Ref {
	p["WT"], p["WIDE"] = vectorsOf(vec)
	p["HALF"], p["STORED"] = l.half(i), p["WT"]
	if !l.half(i) {
		delete(p, "WIDE")
		return l.input(i)
	}
	p["STORED"] = "u32"
	if vec {
		p["STORED"] = "vec2u"
	}
	return l.narrow(i)
}

// source is how a variable of an expression is read at element i of an output, in units of T (f32 or vec4f).
type source struct {
	v     *graph.Value
	shape graph.Shape // over which the expression is computed
}

func (s source) period() int { return graph.Period(s.v.Shape, s.shape) }

// vectors reports whether four neighbouring elements can be read at once.
func (s source) vectors() bool {
	p := s.period()
	return p == 1 || p > 0 && p%4 == 0
}

// element returns the array's element type and the text that reads element i; c is the index along the last axis.
func (s source) element(name string, vec bool) (typ, text string) {
	typ, width := "f32", 1
	if s.v.Type == graph.I32 {
		typ = "i32"
	}
	to := "f32"
	p, n := s.period(), s.shape.Elems()
	if vec {
		to = "vec4f"
		if p != 1 {
			typ, width = "vec4"+typ[:1], 4
		}
	}
	last := 1
	if len(s.shape) > 0 {
		last = s.shape[len(s.shape)-1]
	}
	var at string
	switch {
	case p == 1 && n > 1:
		at = "0"
	case p == n:
		at = "i"
	case p == last:
		at = "c"
	case p > 0:
		at = fmt.Sprintf("i %% %du", p/width)
	default:
		own := s.shape.Strides()
		for a, st := range graph.BroadcastStrides(s.v.Shape, s.shape) {
			if st != 0 {
				at += fmt.Sprintf("i / %du %% %du * %du + ", own[a], s.shape[a], st)
			}
		}
		at += "0u"
	}
	if s.v.Type == graph.U8 || s.v.Type == graph.I8 {
		return "u32", bytesText(name, at, s.v.Type, width, to)
	}
	text = name + "[" + at + "]"
	if typ != to {
		text = to + "(" + text + ")"
	}
	return typ, text
}

// bytesText reads width numbers of 8 bits, four of which lie in a word, as to (f32 or vec4f).
func bytesText(name, at string, t graph.DType, width int, to string) string {
	switch {
	case width == 4 && t == graph.U8:
		return fmt.Sprintf("vec4f((vec4u(%s[%s]) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u))", name, at)
	case width == 4:
		return fmt.Sprintf("vec4f(vec4i(vec4u(%s[%s]) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u))", name, at)
	case t == graph.U8:
		return fmt.Sprintf("%s(f32((%s[(%s) / 4u] >> ((%s) %% 4u * 8u)) & 255u))", to, name, at, at)
	}
	return fmt.Sprintf("%s(f32(i32(%s[(%s) / 4u] << (24u - (%s) %% 4u * 8u)) >> 24u))", to, name, at, at)
}

// allVectors reports whether an output of this shape can be computed four elements at a time from these inputs.
func allVectors(shape graph.Shape, in []*graph.Value) bool {
	if shape.Elems()%4 != 0 {
		return false
	}
	for _, v := range in {
		if !(source{v, shape}).vectors() {
			return false
		}
	}
	return true
}

// lastVectors is allVectors where each group of four must also lie within the last axis.
func lastVectors(shape graph.Shape, in []*graph.Value) bool {
	return len(shape) > 0 && shape[len(shape)-1]%4 == 0 && allVectors(shape, in)
}

// epilogue returns the WGSL of a step's epilogue as a function of the value, its flat index and the index along the
// last axis, all in units of T, with its bindings from number first on.
func (l *lowering) epilogue(first int, vec bool) (text string, bindings []Ref) {
	t := typeName(vec)
	n := l.Node
	e := expr.V(0)
	if n.Epilogue != nil {
		e = n.Epilogue
	}
	extra := n.In[n.Arity:]
	reads := make([]string, len(extra))
	for k, v := range extra {
		if !e.Uses(1 + k) {
			continue
		}
		name := fmt.Sprintf("e%d", k)
		typ, read := source{v, n.Out[0].Shape}.element(name, vec)
		text += fmt.Sprintf("@group(0) @binding(%d) var<storage, read> %s: array<%s>;\n", first+len(bindings), name, typ)
		reads[k] = read
		bindings = append(bindings, l.input(n.Arity+k))
	}
	body, out := printExpr(expr.Compile(e), t, func(i int) string {
		if i == 0 {
			return "v"
		}
		return reads[i-1]
	})
	return text + fmt.Sprintf("\nfn epilogue(v: %s, i: u32, c: u32) -> %s {\n%s  return %s;\n}", t, t, body, out[0]), bindings
}

func typeName(vec bool) string {
	if vec {
		return "vec4f"
	}
	return "f32"
}

// largestDivisor returns the largest number up to limit that divides n.
func largestDivisor(n, limit int) int {
	for d := min(n, limit); d > 1; d-- {
		if n%d == 0 {
			return d
		}
	}
	return 1
}

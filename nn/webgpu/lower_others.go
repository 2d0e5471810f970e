package webgpu

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/shaders"
)

func init() {
	lowerings[op.Pool] = lowerPool
	lowerings[op.PoolGrad] = lowerPool
	lowerings[op.SoftmaxCE] = func(l *lowering) error {
		return l.emit("softmax_ce", rowsOf(l), rowParams(l), l.input(0), l.input(1), l.output(0))
	}
	lowerings[op.SoftmaxCEGrad] = func(l *lowering) error {
		return l.emit("softmax_ce_grad", rowsOf(l), rowParams(l), l.input(0), l.input(1), l.input(2), l.output(0))
	}
	lowerings[op.ArgMaxOp] = func(l *lowering) error {
		return l.emit("argmax", rowsOf(l), rowParams(l), l.input(0), l.output(0))
	}
	lowerings[op.GatherOp] = lowerGather
	lowerings[op.RandomOp] = lowerRandom
}

func rowsOf(l *lowering) int {
	s := l.Node.In[0].Shape
	return s[:len(s)-1].Elems()
}

func rowParams(l *lowering) shaders.Params {
	s := l.Node.In[0].Shape
	return shaders.Params{"N": rowsOf(l), "C": s[len(s)-1]}
}

func lowerPool(l *lowering) error {
	a, g, n := l.Node.Attrs.(op.PoolAttrs), op.PoolGeometry(l.Node), l.Node
	isMax, isAvg := a.Kind == op.PoolMax, a.Kind == op.PoolAvg
	vec := g.C%4 == 0 && lastVectors(n.Out[0].Shape, n.In[n.Arity:])
	p := window(g)
	unit := 1
	p["T"], p["IT"], p["MAX"], p["AVG"] = typeName(vec), "i32", isMax, isAvg
	if vec {
		unit, p["IT"] = 4, "vec4i"
	}
	p["C"] = g.C / unit
	if isAvg {
		for i, axis := range []string{"D", "H", "W"} {
			lo, hi := 0, g.In[i]
			if a.CountPad {
				lo, hi = -g.Before[i], g.In[i]+g.After[i]
			}
			p["LO_"+axis], p["HI_"+axis] = lo, hi
		}
	}
	if n.Op == op.PoolGrad {
		refs := []Ref{l.input(0)}
		if isMax {
			refs = append(refs, l.input(1))
		} else {
			delete(p, "IT")
		}
		refs = append(refs, l.output(0))
		text, extra := l.epilogue(len(refs), vec)
		p["EPILOGUE"] = text
		refs = append(refs, extra...)
		if apart(g) && !isAvg {
			for _, name := range []string{"AVG", "SD", "SH", "SW", "DD", "DH", "DW", "PF", "PT", "PL"} {
				delete(p, name)
			}
			windows := g.N * g.C / unit
			for i, size := range g.In {
				windows *= (size + g.K[i] - 1) / g.K[i]
			}
			return l.emit("pool_grad_apart", windows, p, refs...)
		}
		for i, axis := range []string{"D", "H", "W"} {
			first, step := "0", 1
			if g.D[i] == 1 && g.S[i] > 1 {
				first = fmt.Sprintf("(%s + %d) %% %d", [...]string{"d", "h", "w"}[i], g.Before[i], g.S[i])
				step = g.S[i]
			}
			p["FIRST_"+axis], p["STEP_"+axis] = first, step
		}
		return l.emit("pool_grad", g.N*g.InPlane()*g.C/unit, p, refs...)
	}
	refs := []Ref{l.input(0), l.output(0)}
	small := g.KernelPlane() <= maxTaps
	p["UNROLL"] = small
	if small {
		p["INSIDE"] = inside(g)
		if isMax && !inside(g) {
			p["BT"] = map[bool]string{true: "vec4<bool>", false: "bool"}[vec]
		}
	}
	p["PLACES"] = len(n.Out) > 1
	if len(n.Out) > 1 {
		refs = append(refs, l.output(1))
	}
	text, extra := l.epilogue(len(refs), vec)
	p["EPILOGUE"] = text
	return l.emit("pool", g.N*g.OutPlane()*g.C/unit, p, append(refs, extra...)...)
}

// maxTaps is how many taps of a pool's window are written out one by one.
const maxTaps = 16

// apart reports whether windows lie side by side, without padding and small enough to write out.
func apart(g op.Geometry) bool {
	return g.K == g.S && g.D == [3]int{1, 1, 1} && g.Before == [3]int{} && g.KernelPlane() <= maxTaps
}

// inside reports whether every window lies in the input as a whole.
func inside(g op.Geometry) bool {
	for i, size := range g.In {
		if g.Before[i] > 0 || (g.Out[i]-1)*g.S[i]+(g.K[i]-1)*g.D[i] >= size {
			return false
		}
	}
	return true
}

func lowerGather(l *lowering) error {
	n := l.Node
	table := n.In[0]
	rows, row, count := table.Shape[0], table.Shape[1:].Elems(), n.In[1].Shape.Elems()
	out := n.Out[0]
	vec := out.Type == graph.F32 && row%4 == 0 && lastOf(out.Shape)%4 == 0 && allVectors(out.Shape, n.In[n.Arity:])
	// A picture of one channel has rows of four, though its last axis has one: without an epilogue along it that is enough.
	if out.Type == graph.F32 && row%4 == 0 && n.Epilogue != nil && len(n.In) == n.Arity || n.Epilogue == nil && out.Type == graph.F32 && row%4 == 0 {
		vec = true
	}
	p := shaders.Params{"ROWS": rows, "N": count, "BYTES": 0}
	unit := 1
	t, tt := "f32", "f32"
	switch {
	case vec:
		unit, t, tt = 4, "vec4f", "vec4f"
	case out.Type != graph.F32:
		t, tt = "i32", "i32"
	}
	if table.Type == graph.U8 {
		tt = "u32"
		p["BYTES"] = unit
	}
	p["T"], p["TT"], p["ROW"], p["LAST"] = t, tt, row/unit, max(1, lastOf(out.Shape)/unit)
	var extra []Ref
	if out.Type == graph.F32 {
		p["EPILOGUE"], extra = l.epilogue(3, vec)
	} else {
		p["EPILOGUE"] = "fn epilogue(v: i32, i: u32, c: u32) -> i32 {\n  return v;\n}"
	}
	return l.emit("gather", count*row/unit, p, append([]Ref{l.input(0), l.input(1), l.output(0)}, extra...)...)
}

func lastOf(s graph.Shape) int {
	if len(s) == 0 {
		return 1
	}
	return s[len(s)-1]
}

func lowerRandom(l *lowering) error {
	n := l.Node.Out[0].Shape.Elems()
	text, extra := l.epilogue(2, false)
	p := shaders.Params{"N": n, "STREAM": l.Node.Attrs.(op.RandomAttrs).Stream, "EPILOGUE": text, "LAST": lastOf(l.Node.Out[0].Shape)}
	return l.emit("random", (n+3)/4, p, append([]Ref{l.input(0), l.output(0)}, extra...)...)
}

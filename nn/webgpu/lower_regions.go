package webgpu

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/shaders"
)

func init() {
	lowerings[op.RegionPool] = lowerRegionPool
	lowerings[op.RegionPoolGrad] = lowerRegionPool
	lowerings[op.ResampleOp] = lowerResample
	lowerings[op.ResampleGrad] = lowerResample
}

// planes returns the sizes that a picture x [N,H,W,C] and what is made of it, y [N,P,Q,C], need in a shader; with vec
// four channels are one element.
func planes(x, y graph.Shape, vec bool) shaders.Params {
	c := x[3]
	if vec {
		c /= 4
	}
	return shaders.Params{"N": x[0], "H": x[1], "W": x[2], "C": c, "P": y[1], "Q": y[2], "T": typeName(vec)}
}

// sharedStride is stride, or 0 if there is but one to be shared.
func sharedStride(count, stride int) int {
	if count == 1 {
		return 0
	}
	return stride
}

func lowerRegionPool(l *lowering) error {
	n, kind := l.Node, l.Node.Attrs.(op.RegionPoolAttrs).Kind
	x, y := n.In[0].Shape, n.Out[0].Shape
	if n.Op == op.RegionPoolGrad {
		x, y = y, x
	}
	rows, cols := n.In[1].Shape, n.In[2].Shape
	vec := x[3]%4 == 0 && rows[1] == 1 && cols[1] == 1
	p := planes(x, y, vec)
	p["MAX"], p["AVG"] = kind == op.PoolMax, kind == op.PoolAvg
	p["ROW_N"], p["ROW_C"] = sharedStride(rows[0], rows[1:].Elems()), sharedStride(rows[1], rows[2:].Elems())
	p["COL_N"], p["COL_C"] = sharedStride(cols[0], cols[1:].Elems()), sharedStride(cols[1], cols[2:].Elems())
	refs := []Ref{l.input(0), l.input(1), l.input(2)}
	if kind == op.PoolMax {
		delete(p, "AVG")
		p["IT"] = "i32"
		if vec {
			p["IT"] = "vec4i"
		}
	}
	if n.Op == op.RegionPoolGrad {
		if kind == op.PoolMax {
			refs = append(refs, l.input(3))
		}
		return l.emit("region_pool_grad", n.Out[0].Shape.Elems()/x[3]*p["C"].(int), p, append(refs, l.output(0))...)
	}
	refs = append(refs, l.output(0))
	if kind == op.PoolMax {
		refs = append(refs, l.output(1))
	}
	return l.emit("region_pool", n.Out[0].Shape.Elems()/x[3]*p["C"].(int), p, refs...)
}

func lowerResample(l *lowering) error {
	n, a := l.Node, l.Node.Attrs.(op.ResampleAttrs)
	x, y, shader := n.In[0].Shape, n.Out[0].Shape, "resample"
	if n.Op == op.ResampleGrad {
		x, y, shader = y, x, "resample_grad"
	}
	p := planes(x, y, x[3]%4 == 0)
	p["LINEAR"], p["CLAMP"] = a.Linear, a.Border == op.BorderClamp
	p["MAP_N"] = sharedStride(n.In[1].Shape[0], 6)
	if n.Op == op.ResampleOp {
		p["TAPS"] = 1
		if a.Linear {
			p["TAPS"] = 2
		}
	}
	return l.emit(shader, n.Out[0].Shape.Elems()/x[3]*p["C"].(int), p, l.input(0), l.input(1), l.output(0))
}

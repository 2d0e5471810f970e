package plan

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// pattern is one rewriting of the graph. Patterns run in the order of the lists below, each once over the whole graph.
type pattern struct {
	name  string
	needs fusedSet // fused primitives that it makes; the device must have all of them
	apply func(r *rewriter)
}

type fusedSet []string

func (s fusedSet) in(have []string) bool {
	for _, f := range s {
		if !slices.Contains(have, f) {
			return false
		}
	}
	return true
}

// gradientPatterns settle what the backward pass reads, and fusingPatterns what becomes one step.
var (
	gradientPatterns = []pattern{reluGradBehindPool, sumOfPoolGrad, sparseConvGrads, convGradInputAsConv}
	fusingPatterns   = []pattern{mergeMaps, mapIntoReduce, epilogue, convPool, integerStage}
)

// mergeMaps: a chain of elementwise operations becomes one.
var mergeMaps = pattern{name: "merge-maps", apply: func(r *rewriter) {
	for i := 0; i < len(r.nodes); i++ {
		n := r.nodes[i]
		if n.Op != op.MapOp || len(n.Out) != 1 {
			continue
		}
		user := sole(n.Out[0], r.uses(), r.kept())
		if user == nil || user.Op != op.MapOp || !user.Out[0].Shape.Equal(n.Out[0].Shape) {
			continue
		}
		a := user.Attrs.(op.MapAttrs)
		exprs := make([]*expr.Expr, len(a.Exprs))
		var in []*graph.Value
		for k, e := range a.Exprs {
			exprs[k], in = inline(e, user.In, n, in)
		}
		if len(in) > maxStepInputs || tooLong(exprs...) {
			continue
		}
		user.Attrs, user.Arity = op.MapAttrs{Exprs: exprs, Shape: user.Out[0].Shape}, len(in)
		r.setIn(user, in)
		r.remove(n)
		i--
	}
}}

// mapIntoReduce: what a reduction sums is computed on the way.
var mapIntoReduce = pattern{name: "map-into-reduce", apply: func(r *rewriter) {
	for i := 0; i < len(r.nodes); i++ {
		n := r.nodes[i]
		if n.Op != op.MapOp || len(n.Out) != 1 {
			continue
		}
		user := sole(n.Out[0], r.uses(), r.kept())
		if user == nil || user.Op != op.ReduceOp || !op.ReduceOver(user).Equal(n.Out[0].Shape) {
			continue
		}
		a := user.Attrs.(op.ReduceAttrs)
		a.Shape = n.Out[0].Shape
		e, in := inline(a.Expr, user.In, n, nil)
		if len(in) > maxStepInputs || tooLong(e) {
			continue
		}
		a.Expr = e
		user.Attrs, user.Arity = a, len(in)
		r.setIn(user, in)
		r.remove(n)
		i--
	}
}}

// tooLong reports whether expressions have grown beyond what is worth computing in one step. They are trees: where one
// reads its variable twice, each merge doubles it.
func tooLong(es ...*expr.Expr) bool {
	cost := 0
	for _, e := range es {
		cost += e.Cost()
	}
	return cost > 150
}

// inline writes the expression of map n in place of its result in e, an expression over vars, and returns e over in,
// which is extended by what it reads.
func inline(e *expr.Expr, vars []*graph.Value, n *graph.Node, in []*graph.Value) (*expr.Expr, []*graph.Value) {
	variable := func(v *graph.Value) *expr.Expr {
		k := slices.Index(in, v)
		if k < 0 {
			k = len(in)
			in = append(in, v)
		}
		return expr.V(k)
	}
	inner := n.Attrs.(op.MapAttrs).Exprs[0]
	e = e.Substitute(func(i int) *expr.Expr {
		if vars[i] == n.Out[0] {
			return inner.Substitute(func(k int) *expr.Expr { return variable(n.In[k]) })
		}
		return variable(vars[i])
	})
	return e, in
}

// takesEpilogue lists the primitives whose kernels apply an elementwise expression before they store.
var takesEpilogue = []string{op.Conv, op.ConvGradInput, op.MatMul, op.ConvIntegerOp, op.MatMulIntegerOp, op.GatherOp, op.PoolGrad, op.RandomOp, op.Pool}

// epilogue: bias, activation, residual add or gate become part of the step before them; not an update, which a map can
// write in place.
var epilogue = pattern{name: "epilogue", apply: func(r *rewriter) {
	for i := 0; i < len(r.nodes); i++ {
		n := r.nodes[i]
		if !slices.Contains(takesEpilogue, n.Op) || n.Out[0].Type != graph.F32 {
			continue
		}
		m := sole(n.Out[0], r.uses(), r.kept())
		if m == nil || m.Op != op.MapOp || len(m.Out) != 1 || !m.Out[0].Shape.Equal(n.Out[0].Shape) ||
			slices.Contains(m.In, n.Out[len(n.Out)-1]) && len(n.Out) > 1 || len(n.In)+len(m.In)-1 > maxStepInputs {
			continue
		}
		if slices.ContainsFunc(r.updates, func(u graph.Update) bool { return u.Value == m.Out[0] }) {
			continue
		}
		if len(n.Out) > 1 && len(r.uses()[n.Out[1]]) > 0 && before(r, n.Out[1], m) {
			continue // the node would move behind a reader of its other output
		}
		own := expr.V(0)
		if n.Epilogue != nil {
			own = n.Epilogue
		}
		extra := n.In[n.Arity:]
		e := m.Attrs.(op.MapAttrs).Exprs[0].Substitute(func(k int) *expr.Expr {
			if m.In[k] == n.Out[0] {
				return own
			}
			at := slices.Index(extra, m.In[k])
			if at < 0 {
				at = len(extra)
				extra = append(extra[:at:at], m.In[k])
			}
			return expr.V(1 + at)
		})
		if tooLong(e) {
			continue
		}
		n.Epilogue = e
		r.setIn(n, append(n.In[:n.Arity:n.Arity], extra...))
		old := n.Out[0]
		n.Out[0] = m.Out[0]
		n.Out[0].Node = n
		old.Node = nil
		// What the epilogue reads may be computed after n stood: take the map's place.
		r.takePlace(n, m)
		i--
	}
}}

// before reports whether some reader of v stands before m.
func before(r *rewriter, v *graph.Value, m *graph.Node) bool {
	at := slices.Index(r.nodes, m)
	for _, u := range r.uses()[v] {
		if slices.Index(r.nodes, u) < at {
			return true
		}
	}
	return false
}

// maxStepInputs keeps a step within the eight storage buffers that WebGPU guarantees: two are for outputs.
const maxStepInputs = 6

// convPool: convolution and the max-pooling behind it become one step; the map between them never exists. Backends work
// image by image, so what the epilogue reads must be the same for all images.
var convPool = pattern{name: "conv-pool", needs: fusedSet{op.ConvPool}, apply: func(r *rewriter) {
	for i := 0; i < len(r.nodes); i++ {
		n := r.nodes[i]
		if n.Op != op.Conv {
			continue
		}
		p := sole(n.Out[0], r.uses(), r.kept())
		if p == nil || p.Op != op.Pool || p.Epilogue != nil || p.Attrs.(op.PoolAttrs).Kind != op.PoolMax {
			continue
		}
		perImage := func(v *graph.Value) bool { return len(v.Shape) == len(n.Out[0].Shape) && v.Shape[0] > 1 }
		if slices.ContainsFunc(n.In[n.Arity:], perImage) {
			continue
		}
		p.Op, p.Arity, p.Layer = op.ConvPool, len(n.In), n.Layer
		r.setIn(p, n.In)
		p.Attrs = op.ConvPoolAttrs{Conv: n.Attrs.(op.ConvAttrs), Pool: p.Attrs.(op.PoolAttrs), Epilogue: n.Epilogue}
		r.remove(n)
		i--
	}
}}

package plan

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// reluGradBehindPool: y = relu(z), p, at = maxpool(y). The gradient select(y > 0, poolgrad(d, at), 0) equals
// poolgrad(select(p > 0, d, 0), at), for the winner's value is p. So y need not be kept, and the gate works on the
// smaller map.
var reluGradBehindPool = pattern{name: "relu-grad-behind-pool", apply: func(r *rewriter) {
	for _, m := range slices.Clone(r.nodes) {
		gate, grad := matchGate(m)
		if grad == nil || grad.Node == nil || grad.Node.Op != op.PoolGrad || len(r.uses()[grad]) != 1 || r.kept()[grad] {
			continue
		}
		pg := grad.Node
		if pg.Attrs.(op.PoolAttrs).Kind != op.PoolMax || pg.In[1].Node == nil {
			continue
		}
		pool := pg.In[1].Node
		if pool.Op != op.Pool || pool.In[0] != gate {
			continue
		}
		e := expr.New(expr.Select, expr.New(expr.Greater, expr.V(1), expr.C(0)), expr.V(0), expr.C(0))
		r.scratch.Layer = m.Layer
		gated := op.Map(r.scratch, e, pg.In[0], pool.Out[0])
		r.insert(pg, gated.Node)
		r.setIn(pg, []*graph.Value{gated, pg.In[1]})
		r.replace(m.Out[0], grad)
		r.remove(m)
	}
}}

// matchGate recognises the gradient of a ReLU: a map select(gate > 0, grad, 0).
func matchGate(m *graph.Node) (gate, grad *graph.Value) {
	if m.Op != op.MapOp || len(m.Out) != 1 || len(m.In) != 2 || !m.In[0].Shape.Equal(m.In[1].Shape) {
		return nil, nil
	}
	e := m.Attrs.(op.MapAttrs).Exprs[0]
	if e.Op != expr.Select || e.Args[0].Op != expr.Greater {
		return nil, nil
	}
	zero := func(x *expr.Expr) bool { return x.Op == expr.Const && x.Value == 0 }
	g, d := e.Args[0].Args[0], e.Args[1]
	if g.Op != expr.Var || d.Op != expr.Var || g.Index == d.Index || !zero(e.Args[0].Args[1]) || !zero(e.Args[2]) {
		return nil, nil
	}
	return m.In[g.Index], m.In[d.Index]
}

// sumOfPoolGrad: the gradient of a max-pooling puts each number in one place, so its sum over the plane (the gradient
// of a bias) is the sum over the smaller map.
var sumOfPoolGrad = pattern{name: "sum-of-pool-grad", apply: func(r *rewriter) {
	for _, n := range r.nodes {
		if n.Op != op.ReduceOp || len(n.In) != 1 || n.In[0].Node == nil || n.In[0].Node.Op != op.PoolGrad {
			continue
		}
		pg, a := n.In[0].Node, n.Attrs.(op.ReduceAttrs)
		spatial := len(pg.Out[0].Shape) - 1 // axes 0 … C-1 must all be summed
		if pg.Attrs.(op.PoolAttrs).Kind != op.PoolMax || a.Kind != op.ReduceSum || a.Keep || a.Expr.Op != expr.Var || len(a.Axes) != spatial || a.Axes[spatial-1] != spatial-1 {
			continue
		}
		a.Shape = nil
		n.Attrs = a
		r.setIn(n, pg.In[:1])
	}
}}

// sparseConvGrads: behind a max-pooling the gradients of a convolution are sums over the winners alone.
var sparseConvGrads = pattern{name: "sparse-conv-grads", needs: fusedSet{op.ConvGradWeightPooled, op.ConvGradInputPooled}, apply: func(r *rewriter) {
	for _, n := range r.nodes {
		from := map[string]int{op.ConvGradWeight: 1, op.ConvGradInput: 0}
		k, ok := from[n.Op]
		if !ok || n.In[k].Node == nil || n.In[k].Node.Op != op.PoolGrad {
			continue
		}
		pg := n.In[k].Node
		pool := pg.Attrs.(op.PoolAttrs)
		conv := n.Attrs.(op.ConvAttrs)
		// Dense kernels are faster where most of the map wins.
		if g := op.PoolGeometry(pg); pool.Kind != op.PoolMax || g.InPlane() < 3*g.OutPlane() || len(pool.Kernel) != 2 || conv.Groups != 1 {
			continue
		}
		r.setIn(n, slices.Concat(n.In[:k], pg.In, n.In[k+1:]))
		n.Op, n.Arity, n.Attrs = n.Op+"Pooled", len(n.In), op.ConvPoolAttrs{Conv: conv, Pool: pool}
	}
}}

// convGradInputAsConv: with stride 1 the gradient of the input is the convolution of dy with the filters turned round.
var convGradInputAsConv = pattern{name: "conv-grad-input-as-conv", apply: func(r *rewriter) {
	for _, n := range slices.Clone(r.nodes) {
		if n.Op != op.ConvGradInput {
			continue
		}
		a, g := n.Attrs.(op.ConvAttrs), op.ConvGeometry(n)
		axes := len(a.Kernel)
		win := op.Window{Kernel: a.Kernel, Stride: a.Stride, Dilation: a.Dilation, Pads: make([][2]int, axes)}
		fits := a.Groups == 1
		for i := range axes {
			k := i + 3 - axes
			span := g.D[k] * (g.K[k] - 1)
			before := span - g.Before[k]
			after := g.In[k] - g.Out[k] - before + span
			win.Pads[i] = [2]int{before, after}
			fits = fits && g.S[k] == 1 && before >= 0 && after >= 0
		}
		if !fits {
			continue
		}
		w := n.In[1]
		flip := op.CopyAttrs{Shape: append(w.Shape[:axes].Clone(), w.Shape[axes+1], w.Shape[axes])}
		for i := range axes {
			flip.Axes = append(flip.Axes, op.CopyAxis{From: i, Step: -1, Start: w.Shape[i] - 1})
		}
		flip.Axes = append(flip.Axes, op.CopyAxis{From: axes + 1, Step: 1}, op.CopyAxis{From: axes, Step: 1})
		r.scratch.Layer = n.Layer
		out, err := op.Apply(r.scratch, op.CopyOp, flip, w)
		if err != nil {
			panic("plan: flipped filters: " + err.Error())
		}
		r.insert(n, out[0].Node)
		n.Op, n.Attrs = op.Conv, op.ConvAttrs{Window: win, Groups: 1}
		r.setIn(n, []*graph.Value{n.In[0], out[0]})
	}
}}

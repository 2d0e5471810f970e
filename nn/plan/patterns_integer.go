package plan

import "github.com/fovea-nn/fovea/nn/op"

// integerStage: a product of 8-bit numbers that is quantised again writes bytes at once.
var integerStage = pattern{name: "integer-stage", needs: fusedSet{op.IntegerStage}, apply: func(r *rewriter) {
	for i := 0; i < len(r.nodes); i++ {
		n := r.nodes[i]
		if n.Op != op.ConvIntegerOp && n.Op != op.MatMulIntegerOp {
			continue
		}
		q := sole(n.Out[0], r.uses(), r.kept())
		if q == nil || q.Op != op.QuantizeOp {
			continue
		}
		q.Attrs = op.IntegerStageAttrs{Product: n.Attrs, Epilogue: n.Epilogue, Quantize: q.Attrs.(op.QuantizeAttrs)}
		q.Op, q.Arity, q.Layer = op.IntegerStage, len(n.In), n.Layer
		r.setIn(q, n.In)
		r.remove(n)
		i--
	}
}}

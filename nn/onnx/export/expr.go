package export

import (
	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
)

// v0 and v1 are the first variables of patterns.
var v0, v1 = expr.V(0), expr.V(1)

// printer writes expressions as nodes. Equal parts are written once.
type printer struct {
	*exporter
	variable func(i int) string
	in       []*value
	shape    graph.Shape
	memo     map[string]string
}

// operators of expressions by the nodes that compute them; comparisons yield truth values.
var operators = map[expr.Op]string{
	expr.Add: "Add", expr.Sub: "Sub", expr.Mul: "Mul", expr.Div: "Div", expr.Max: "Max", expr.Min: "Min", expr.Pow: "Pow",
	expr.Neg: "Neg", expr.Abs: "Abs", expr.Exp: "Exp", expr.Log: "Log", expr.Sqrt: "Sqrt", expr.Tanh: "Tanh",
	expr.Sigmoid: "Sigmoid", expr.Erf: "Erf", expr.Floor: "Floor", expr.Sin: "Sin", expr.Cos: "Cos", expr.Greater: "Greater",
	expr.Equal: "Equal",
}

// number writes e as a tensor of numbers.
func (p *printer) number(e *expr.Expr) string {
	switch e.Op {
	case expr.Const:
		return p.scalar(e.Value)
	case expr.Var:
		return p.variable(e.Index)
	}
	key := e.String()
	if p.memo[key] == "" {
		p.memo[key] = p.node(e)
	}
	return p.memo[key]
}

func (p *printer) node(e *expr.Expr) string {
	if name := p.named(e); name != "" {
		return name
	}
	switch e.Op {
	case expr.Select:
		return p.emit("Where", []string{p.truth(e.Args[0]), p.number(e.Args[1]), p.number(e.Args[2])})
	case expr.Greater, expr.Equal:
		return p.emit("Cast", []string{p.truth(e)}, onnxir.IntAttribute("to", int64(onnxir.Float)))
	}
	return p.plain(e)
}

func (p *printer) plain(e *expr.Expr) string {
	var in []string
	for _, a := range e.Args {
		in = append(in, p.number(a))
	}
	if operators[e.Op] == "" {
		p.unsupported("ONNX has no operator for %s", e.Op.Name())
	}
	return p.emit(operators[e.Op], in)
}

// truth writes e, which is true where it is not 0, as a tensor of truth values.
func (p *printer) truth(e *expr.Expr) string {
	key := "truth " + e.String()
	if p.memo[key] == "" {
		if e.Op == expr.Greater || e.Op == expr.Equal {
			p.memo[key] = p.plain(e)
		} else {
			p.memo[key] = p.emit("Cast", []string{p.number(e)}, onnxir.IntAttribute("to", int64(onnxir.Bool)))
		}
	}
	return p.memo[key]
}

func isVar(e *expr.Expr, i int) bool { return e.Op == expr.Var && e.Index == i }

// matched compares e with a pattern, whose variables stand for any expression. It returns what they stand for, or nil.
func matched(pattern, e *expr.Expr) []*expr.Expr {
	bound := make([]*expr.Expr, 8)
	var same func(p, e *expr.Expr) bool
	same = func(p, e *expr.Expr) bool {
		if p.Op == expr.Var {
			if bound[p.Index] == nil {
				bound[p.Index] = e
			}
			return bound[p.Index] == e || bound[p.Index].String() == e.String()
		}
		if p.Op != e.Op || p.Value != e.Value {
			return false
		}
		for i := range p.Args {
			if !same(p.Args[i], e.Args[i]) {
				return false
			}
		}
		return true
	}
	if !same(pattern, e) {
		return nil
	}
	return bound
}

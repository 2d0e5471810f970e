package train

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// maxBuffers is how many values one step of a plan may touch: WebGPU guarantees eight storage buffers, and what is
// updated is read and written in one.
const maxBuffers = 8

// scope is the update of one parameter as it is put together: the values that its expressions read, as variables, and
// the states that they set.
type scope struct {
	o           Optimizer
	group       Group
	g           *graph.Graph
	param, grad *graph.Value
	hypers      []*graph.Value
	in          []*graph.Value // variable i is in[i]
	sets        []assignment
}

// assignment says what a parameter or state becomes; one without a target is a value for a later step.
type assignment struct {
	target *graph.Value
	e      *expr.Expr
}

// again returns a scope of the same parameter that reads and sets nothing yet, with another gradient.
func (s *scope) again(grad *graph.Value) *scope {
	return &scope{o: s.o, group: s.group, g: s.g, param: s.param, grad: grad, hypers: s.hypers}
}

// read returns the variable that stands for v.
func (s *scope) read(v *graph.Value) *expr.Expr {
	i := slices.Index(s.in, v)
	if i < 0 {
		i = len(s.in)
		s.in = append(s.in, v)
	}
	return expr.V(i)
}

// hyper returns the variable of one of Hypers.
func (s *scope) hyper(name string) *expr.Expr { return s.read(s.hypers[slices.Index(Hypers, name)]) }

// momentum is the momentum, or beta1, of this step.
func (s *scope) momentum() *expr.Expr {
	if s.o.moving {
		return s.hyper("momentum")
	}
	return expr.C(*s.o.moves())
}

// state adds, or finds, the state of this name behind the parameter's, which starts as given everywhere.
func (s *scope) state(suffix string, start float64) *graph.Value {
	return s.g.State(s.param.Name+suffix, graph.F32, s.param.Shape, graph.Init{A: start})
}

// keep adds a state and returns what it becomes.
func (s *scope) keep(suffix string, start float64, next func(old *expr.Expr) *expr.Expr) *expr.Expr {
	v := s.state(suffix, start)
	e := next(s.read(v))
	s.sets = append(s.sets, assignment{v, e})
	return e
}

// gradient is the mean over what accumulated, clipped by value.
func (s *scope) gradient() *expr.Expr {
	d := s.read(s.grad)
	if k := s.o.Accumulate; k > 1 {
		d = mul(add(s.read(s.state(sumSuffix, 0)), d), expr.C(1/float64(k)))
	}
	if c := s.o.ClipValue; c > 0 {
		d = expr.New(expr.Min, expr.New(expr.Max, d, expr.C(-c)), expr.C(c))
	}
	return d
}

// decay returns the parameter's weight decay and L1.
func (s *scope) decay() (l2, l1 float64) {
	l2, l1 = s.o.WeightDecay, s.o.L1
	if s.o.SkipVectors && len(s.param.Shape) < 2 {
		l2, l1 = 0, 0
	}
	if s.group.WeightDecay != nil {
		l2 = *s.group.WeightDecay
	}
	return l2, l1
}

// update adds the parameter's update: one step of the plan if it touches few enough values, else two.
func (s *scope) update(factor *graph.Value) {
	d := s.gradient()
	if s.o.Accumulate > 1 || factor != nil { // a step of its own, which the planner merges with the next where it can
		if s.o.Accumulate > 1 {
			s.keep(sumSuffix, 0, func(*expr.Expr) *expr.Expr { return expr.C(0) })
		}
		if factor != nil {
			d = mul(d, s.read(factor))
		}
		s = s.again(s.apply(append(s.sets, assignment{nil, d})))
		d = s.read(s.grad)
	}
	l2, l1 := s.decay()
	if l1 > 0 {
		d = add(d, mul(expr.C(l1), sign(s.read(s.param))))
	}
	if !s.o.Decoupled && l2 > 0 {
		d = add(d, mul(expr.C(l2), s.read(s.param)))
		l2 = 0
	}
	k := kinds[s.o.Kind]
	u := k.rule(s, d)
	if k.layerwise {
		s.layerwise(add(u, mul(expr.C(l2), s.read(s.param))))
		return
	}
	whole := s.again(s.grad)
	whole.in, whole.sets = slices.Clone(s.in), slices.Clone(s.sets)
	// One is left free: where something reads the old parameter, the new one is not written in place.
	if sets := whole.follow(u, "step", l2); len(whole.in) < maxBuffers {
		whole.apply(sets)
		return
	}
	u, s = s.cut(u)
	s.apply(s.follow(u, "step", l2))
}

// cut makes u, and all that was set so far, a step of its own and returns u in the scope of the next.
func (s *scope) cut(u *expr.Expr) (*expr.Expr, *scope) {
	v := s.apply(append(s.sets, assignment{nil, u}))
	next := s.again(nil)
	return next.read(v), next
}

// follow returns all assignments with the parameter's, which follows u at a rate, one of Hypers, and its average's.
func (s *scope) follow(u *expr.Expr, rate string, decay float64) []assignment {
	f, old := s.group.factor(), s.read(s.param)
	w := sub(old, mul(mul(expr.C(f), s.hyper(rate)), u))
	if decay > 0 {
		w = sub(w, mul(mul(expr.C(f*decay), s.hyper("lr")), old))
	}
	sets := append(s.sets, assignment{s.param, w})
	if s.o.Average > 0 {
		v := s.state(averageSuffix, 0) // a session starts it at the parameter
		sets = append(sets, assignment{v, add(s.read(v), mul(s.hyper("blend"), sub(w, s.read(v))))})
	}
	return sets
}

// layerwise lets the parameter follow r, brought to the parameter's norm; see lamb.
func (s *scope) layerwise(r *expr.Expr) {
	r, rest := s.cut(r)
	square := mul(expr.V(0), expr.V(0))
	ww, rr := total(s.g, square, s.param), total(s.g, square, rest.in[0])
	both := mul(expr.New(expr.Greater, expr.V(0), expr.C(0)), expr.New(expr.Greater, expr.V(1), expr.C(0)))
	const tiny = 1e-30 // what a select does not take must be finite too
	ratio := root(div(expr.V(0), expr.New(expr.Max, expr.V(1), expr.C(tiny))))
	trust := op.Map(s.g, expr.New(expr.Select, both, ratio, expr.C(1)), ww, rr)
	rest.apply(rest.follow(mul(rest.read(trust), r), "lr", 0))
}

// apply computes sets in one step and assigns them; it returns the value of the one without a target.
func (s *scope) apply(sets []assignment) (free *graph.Value) {
	var in []*graph.Value // what these read, of all variables
	to := make([]*expr.Expr, len(s.in))
	for i, v := range s.in {
		if slices.ContainsFunc(sets, func(a assignment) bool { return a.e.Uses(i) }) {
			to[i] = expr.V(len(in))
			in = append(in, v)
		}
	}
	exprs := make([]*expr.Expr, len(sets))
	for k, a := range sets {
		exprs[k] = a.e.Substitute(func(i int) *expr.Expr { return to[i] })
	}
	for k, v := range op.Maps(s.g, exprs, in...) {
		if sets[k].target == nil {
			free = v
		} else {
			s.g.Assign(sets[k].target, v)
		}
	}
	return free
}

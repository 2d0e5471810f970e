package conform

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// optimizerAttrs are the attributes of all optimizers; each has its own.
type optimizerAttrs struct {
	LR, Momentum, Dampening, Beta1, Beta2, Alpha, Rho, Eps float64
	Nesterov, AMSGrad, Centered                            bool
	WeightDecay                                            float64 `json:"weight_decay"`
	RateDecay                                              float64 `json:"lr_decay"`
	StartSum                                               float64 `json:"initial_accumulator"`
}

// optimizers says what package train calls each optimizer. A 0 among the attributes is meant.
var optimizers = map[string]struct {
	attrs string // that it has
	make  func(a optimizerAttrs) train.Optimizer
}{
	"sgd": {"lr weight_decay momentum dampening nesterov", func(a optimizerAttrs) train.Optimizer {
		if a.Momentum == 0 {
			return train.Optimizer{Kind: "sgd"}
		}
		return train.Optimizer{Kind: "momentum", Momentum: a.Momentum, Dampening: a.Dampening, Nesterov: a.Nesterov}
	}},
	"adagrad": {"lr weight_decay eps lr_decay initial_accumulator", func(a optimizerAttrs) train.Optimizer {
		return train.Optimizer{Kind: "adagrad", Epsilon: a.Eps, RateDecay: a.RateDecay, StartSum: a.StartSum}
	}},
	"rmsprop": {"lr weight_decay eps alpha momentum centered", func(a optimizerAttrs) train.Optimizer {
		return train.Optimizer{Kind: "rmsprop", Rho: a.Alpha, Epsilon: a.Eps, Momentum: a.Momentum, Centered: a.Centered}
	}},
	"adadelta": {"lr weight_decay eps rho", func(a optimizerAttrs) train.Optimizer {
		return train.Optimizer{Kind: "adadelta", Rho: a.Rho, Epsilon: a.Eps}
	}},
	"adam": {"lr weight_decay eps beta1 beta2 amsgrad", func(a optimizerAttrs) train.Optimizer {
		return train.Optimizer{Kind: "adam", Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Eps, AMSGrad: a.AMSGrad}
	}},
	"adamw": {"lr weight_decay eps beta1 beta2 amsgrad", func(a optimizerAttrs) train.Optimizer {
		return train.Optimizer{Kind: "adamw", Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Eps, AMSGrad: a.AMSGrad, Decoupled: true}
	}},
}

// optimizer is an optimizer of a case with what it adds to a graph.
type optimizer struct {
	train.Optimizer
	lr float64
}

func newOptimizer(name string, raw json.RawMessage) (o optimizer, err error) {
	kind, ok := optimizers[name]
	if !ok {
		return o, notSupported("%s", name)
	}
	var a optimizerAttrs
	if err := attributesOf(raw, kind.attrs, &a); err != nil {
		return o, err
	}
	o.Optimizer, o.lr = kind.make(a), a.LR
	o.WeightDecay = a.WeightDecay
	return o, o.Check()
}

// hyperPrefix marks the keys of the scalars that a step takes.
const hyperPrefix = "hyper."

// update adds a step to the graph of m.
func (o optimizer) update(m *model, params, grads []*graph.Value) {
	hyper := make([]*graph.Value, len(train.Hypers))
	for i, name := range train.Hypers {
		key := hyperPrefix + name
		hyper[i] = m.G.Input(key, graph.F32, graph.Shape{})
		m.values[key] = bound{hyper[i], key, plain}
	}
	o.Update(m.G, params, grads, hyper)
}

// at is what the inputs of step t, counted from 1, are: the scalars, or what next gives.
func (o optimizer) at(t int, next func(key string) (plan.Tensor, error)) func(key string) (plan.Tensor, error) {
	values := o.At(t, o.lr)
	return func(key string) (plan.Tensor, error) {
		if name, ok := strings.CutPrefix(key, hyperPrefix); ok {
			return plan.Float32s(graph.Shape{}, values[slices.Index(train.Hypers, name)]), nil
		}
		return next(key)
	}
}

// runOptimizer carries out the steps of a case with its gradients and compares the parameters after each.
func runOptimizer(ctx context.Context, dev plan.Device, c *Case, r *comparison) error {
	o, err := newOptimizer(c.Op, c.Attrs)
	if err != nil {
		return err
	}
	m := newModel(c.given)
	var params, grads []*graph.Value
	for name, key := range named(c, "param.") {
		start, given := c.Tensors[key], c.Tensors["given."+name]
		want := append(graph.Shape{c.NumSteps}, start.Shape...)
		if !given.Shape.Equal(want) || given.Type != graph.F32 || start.Type != graph.F32 || c.NumSteps < 1 {
			return graph.Shapef("given.%s: got %v, want f32%v", name, given.Shape, want)
		}
		p := m.G.Param(name, start.Shape, graph.Init{})
		m.values[name] = bound{p, key, plain}
		g := m.G.Input("given."+name, graph.F32, start.Shape)
		m.values[g.Name] = bound{g, g.Name, plain}
		params, grads = append(params, p), append(grads, g)
	}
	o.update(m, params, grads)
	s, err := newSession(dev)
	if err != nil {
		return err
	}
	defer s.close()
	p, err := s.compile(ctx, m)
	if err != nil {
		return err
	}
	defer p.Close()

	var names []string
	for _, b := range m.values {
		if b.value.Role == graph.Parameter {
			names = append(names, b.value.Name)
		}
	}
	sort.Strings(names)
	steps := make([]plan.Reading, c.NumSteps)
	for t := range steps {
		err := p.run(o.at(t+1, func(key string) (plan.Tensor, error) { return slice(c.Tensors[key], t), nil }))
		if err != nil {
			return fmt.Errorf("step %d: %w", t+1, err)
		}
		steps[t] = s.store.Fetch(names...)
	}
	after := make([]plan.Tensor, len(names))
	for i, name := range names {
		after[i].Shape = append(graph.Shape{c.NumSteps}, m.values[name].value.Shape...)
	}
	for t, reading := range steps {
		ts, err := reading(ctx)
		if err != nil {
			return fmt.Errorf("step %d: %w", t+1, err)
		}
		for i := range ts {
			after[i].F32 = append(after[i].F32, ts[i].F32...)
		}
	}
	for i, name := range names {
		r.check("out."+name, after[i])
	}
	return nil
}

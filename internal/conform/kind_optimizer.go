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

// optimizers reads the attributes of each optimizer: what it is called in package train, and its learning rate.
var optimizers = map[string]func(json.RawMessage) (train.Optimizer, float64, error){
	"sgd": func(raw json.RawMessage) (train.Optimizer, float64, error) {
		var a struct {
			LR, Momentum, Dampening float64
			WeightDecay             float64 `json:"weight_decay"`
			Nesterov                bool
		}
		if err := attributes(raw, &a); err != nil {
			return train.Optimizer{}, 0, err
		}
		if a.Momentum == 0 {
			if a.Nesterov || a.Dampening != 0 {
				return train.Optimizer{}, 0, notSupported("sgd with nesterov or dampening and without momentum")
			}
			return train.Optimizer{Kind: "sgd", WeightDecay: a.WeightDecay}, a.LR, nil
		}
		if a.Dampening != 0 {
			return train.Optimizer{}, 0, notSupported("sgd with dampening")
		}
		return train.Optimizer{Kind: "momentum", Momentum: a.Momentum, Nesterov: a.Nesterov, WeightDecay: a.WeightDecay}, a.LR, nil
	},
	"adam": func(raw json.RawMessage) (train.Optimizer, float64, error) {
		var a struct {
			LR, Beta1, Beta2, Eps float64
			WeightDecay           float64 `json:"weight_decay"`
			AMSGrad               bool
		}
		if err := attributes(raw, &a); err != nil {
			return train.Optimizer{}, 0, err
		}
		if a.AMSGrad {
			return train.Optimizer{}, 0, notSupported("adam with amsgrad")
		}
		if a.Beta1 == 0 || a.Beta2 == 0 || a.Eps == 0 {
			return train.Optimizer{}, 0, notSupported("adam with beta1, beta2 or eps 0")
		}
		return train.Optimizer{Kind: "adam", Beta1: a.Beta1, Beta2: a.Beta2, Epsilon: a.Eps, WeightDecay: a.WeightDecay}, a.LR, nil
	},
}

// optimizer is an optimizer of a case with what it adds to a graph.
type optimizer struct {
	train.Optimizer
	lr float64
}

func newOptimizer(name string, attrs json.RawMessage) (o optimizer, err error) {
	read := optimizers[name]
	if read == nil {
		return o, notSupported("%s", name)
	}
	if o.Optimizer, o.lr, err = read(attrs); err != nil {
		return o, err
	}
	o.Optimizer, err = o.Defaults()
	return o, err
}

// hyperPrefix marks the keys of the scalars that a step takes.
const hyperPrefix = "hyper."

// update adds a step to the graph of m.
func (o optimizer) update(m *model, params, grads []*graph.Value) {
	var hyper [2]*graph.Value
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

// runSchedule compares learning rates. Package train has no schedules yet.
func runSchedule(_ context.Context, _ plan.Device, c *Case, _ *comparison) error {
	return notSupported("schedule %s", c.Op)
}

package conform

import (
	"context"
	"fmt"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// runOp runs a single operation: its result, the states that it changes, and the gradients of Σ gout.y · y.
func runOp(ctx context.Context, dev plan.Device, c *Case, r *comparison) error {
	m, outputs, err := opModel(c)
	if err != nil {
		return err
	}
	m.declare(outputs)
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
	if err := p.run(c.given); err != nil {
		return err
	}
	return p.checkOutputs(ctx, outputs, r)
}

// opModel builds the graph of c: the operation and, where gradients are expected, its backward part.
func opModel(c *Case) (*model, []result, error) {
	m := newModel(c.given)
	n := &node{name: "op", op: c.Op, attrs: c.Attrs, params: named(c, "param."), buffers: named(c, "buf.")}
	for _, in := range c.Inputs {
		n.inputs = append(n.inputs, operand{key: "in." + in})
	}
	y, err := m.add(n)
	if err != nil {
		return nil, nil, err
	}
	outputs := []result{{"out.y", y}}
	if want, got := c.Tensors["out.y"].Shape, y.back(y.Shape); !got.Equal(want) {
		return nil, nil, graph.Shapef("out.y: got %v, want %v", got, want)
	}
	var keys []string
	var wrt []*graph.Value
	var from []layout
	for key := range c.Expect {
		name, ok := strings.CutPrefix(key, "grad.")
		if !ok {
			continue
		}
		b, err := m.of("in." + name)
		if err != nil {
			b, err = m.of("param." + name)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: nothing in the graph stands for %s", key, name)
		}
		keys, wrt, from = append(keys, key), append(wrt, b.value), append(from, b.layout)
	}
	if len(wrt) == 0 {
		return m, outputs, nil
	}
	dy, err := m.input("gout.y", y.layout)
	if err != nil {
		return nil, nil, err
	}
	if !dy.Shape.Equal(y.Shape) || dy.Type != graph.F32 {
		return nil, nil, graph.Shapef("gout.y: got %v%v, want f32%v", dy.Type, dy.back(dy.Shape), y.back(y.Shape))
	}
	grads, err := op.GradientsFrom(m.G, y.Value, dy.Value, wrt)
	if err != nil {
		return nil, nil, err
	}
	for i, d := range grads {
		if d == nil { // y does not depend on it
			d = m.G.Const(wrt[i].Shape, make([]float32, wrt[i].Shape.Elems())...)
		}
		outputs = append(outputs, result{keys[i], tensorValue{d, from[i]}})
	}
	return m, outputs, nil
}

// named maps the operation's names of what the case gives under a prefix to the keys.
func named(c *Case, prefix string) map[string]string {
	m := map[string]string{}
	for key := range c.Tensors {
		if name, ok := strings.CutPrefix(key, prefix); ok {
			m[name] = key
		}
	}
	return m
}

// result is a value that is compared with what the case expects under a key.
type result struct {
	key string
	tensorValue
}

// declare makes the results readable after a run.
func (m *model) declare(results []result) {
	for _, o := range results {
		m.G.Output(o.key, o.Value)
	}
}

// fetch asks for results of the last run and returns a function that waits for them.
func (p *program) fetch(results []result) func(context.Context) ([]plan.Tensor, error) {
	names := make([]string, len(results))
	for i, o := range results {
		names[i] = o.key
	}
	reading := p.Fetch(names...)
	return func(ctx context.Context) ([]plan.Tensor, error) {
		ts, err := reading(ctx)
		if err != nil {
			return nil, err
		}
		for i, o := range results {
			ts[i] = o.from(ts[i])
		}
		return ts, nil
	}
}

// states are the parameters and states that stand for a tensor, with the key that prefix makes of it: "out.mean" of
// "buf.mean". Only those that the case expects are in it.
func (m *model) states(prefix string, r *comparison) (keys []string, bs []bound) {
	for _, b := range m.values {
		_, name, _ := strings.Cut(b.key, ".")
		if b.value.Role != graph.Input && r.expects(prefix+name) {
			keys, bs = append(keys, prefix+name), append(bs, b)
		}
	}
	return keys, bs
}

// checkStates compares what parameters and states are now.
func (p *program) checkStates(ctx context.Context, prefix string, r *comparison) error {
	keys, bs := p.states(prefix, r)
	var names []string
	for i, b := range bs {
		if !p.s.written[b.value.Name] {
			return fmt.Errorf("%s: the program does not use %s", keys[i], b.value.Name)
		}
		names = append(names, b.value.Name)
	}
	if len(names) == 0 {
		return nil
	}
	ts, err := p.s.store.Fetch(names...)(ctx)
	if err != nil {
		return err
	}
	for i, t := range ts {
		t.Shape = bs[i].value.Shape
		r.check(keys[i], bs[i].from(t))
	}
	return nil
}

func (p *program) checkOutputs(ctx context.Context, results []result, r *comparison) error {
	ts, err := p.fetch(results)(ctx)
	if err != nil {
		return err
	}
	for i, t := range ts {
		r.check(results[i].key, t)
	}
	return p.checkStates(ctx, "out.", r)
}

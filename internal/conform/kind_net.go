package conform

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Keys of a net's batches: [steps, N, …].
const batchX, batchLabels = "batch.x", "batch.labels"

// net is a model of a net's case.
type net struct {
	*model
	x, logits, loss tensorValue
}

// runNet builds the net three times: to evaluate it, for the gradients of one batch, and to train it. What the first
// and the last compute shares a store, so that evaluation after training sees the trained parameters.
func runNet(ctx context.Context, dev plan.Device, c *Case, r *comparison) error {
	o, err := newOptimizer(c.Optimizer.Op, c.Optimizer.Attrs)
	if err != nil {
		return err
	}
	x, labels := c.Tensors[batchX], c.Tensors[batchLabels]
	if len(x.Shape) < 2 || len(labels.Shape) < 2 || x.Shape[0] < 1 || x.Shape[0] != labels.Shape[0] || c.NumSteps < 1 || c.NumSteps > x.Shape[0] {
		return graph.Shapef("%s %v, %s %v: want %d batches of each", batchX, x.Shape, batchLabels, labels.Shape, c.NumSteps)
	}
	if err := runGradients(ctx, dev, c, r); err != nil {
		return err
	}
	s, err := newSession(dev)
	if err != nil {
		return err
	}
	defer s.close()
	m, err := newNet(c, false)
	if err != nil {
		return err
	}
	evaluated := []result{{"out.eval", m.logits}, {"out.loss_eval", m.loss}}
	m.declare(evaluated)
	eval, err := s.compile(ctx, m.model)
	if err != nil {
		return err
	}
	defer eval.Close()
	if err := eval.run(c.batch(0)); err != nil {
		return err
	}
	ts, err := eval.fetch(evaluated)(ctx)
	if err != nil {
		return err
	}
	r.check("out.eval", ts[0])
	r.check("out.loss_eval", ts[1])
	if err := s.train(ctx, c, o, r); err != nil {
		return err
	}
	if err := eval.run(c.batch(0)); err != nil {
		return err
	}
	if ts, err = eval.fetch(evaluated[:1])(ctx); err != nil {
		return err
	}
	r.check("after.eval", ts[0])
	return nil
}

// runGradients runs batch 0 in training mode without an update.
func runGradients(ctx context.Context, dev plan.Device, c *Case, r *comparison) error {
	m, err := newNet(c, true)
	if err != nil {
		return err
	}
	results := []result{{"out.train", m.logits}, {"out.loss", m.loss}}
	wrt := []*graph.Value{m.x.Value}
	from := []result{{"grad.x", m.x}}
	for _, b := range m.values {
		if name, ok := strings.CutPrefix(b.key, "param."); ok {
			wrt, from = append(wrt, b.value), append(from, result{"grad." + name, tensorValue{b.value, b.layout}})
		}
	}
	grads, err := op.Gradients(m.G, m.loss.Value, wrt)
	if err != nil {
		return err
	}
	for i, d := range grads {
		if d == nil {
			return fmt.Errorf("the loss does not depend on %s", from[i].key)
		}
		results = append(results, result{from[i].key, tensorValue{d, from[i].layout}})
	}
	m.declare(results)
	s, err := newSession(dev)
	if err != nil {
		return err
	}
	defer s.close()
	p, err := s.compile(ctx, m.model)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.run(c.batch(0)); err != nil {
		return err
	}
	ts, err := p.fetch(results)(ctx)
	if err != nil {
		return err
	}
	for i, t := range ts {
		r.check(results[i].key, t)
	}
	return nil
}

// train carries out the case's steps and compares the losses, the parameters and the running statistics.
func (s *session) train(ctx context.Context, c *Case, o optimizer, r *comparison) error {
	m, err := newNet(c, true)
	if err != nil {
		return err
	}
	params := m.G.Params()
	grads, err := op.Gradients(m.G, m.loss.Value, params)
	if err != nil {
		return err
	}
	o.update(m.model, params, grads)
	loss := []result{{"loss", m.loss}}
	m.declare(loss)
	p, err := s.compile(ctx, m.model)
	if err != nil {
		return err
	}
	defer p.Close()
	var readings []func(context.Context) ([]plan.Tensor, error)
	for t := range c.NumSteps {
		if err := p.run(o.at(t+1, c.batch(t))); err != nil {
			return fmt.Errorf("step %d: %w", t+1, err)
		}
		readings = append(readings, p.fetch(loss))
	}
	losses := plan.Tensor{Shape: graph.Shape{c.NumSteps}}
	for t, reading := range readings {
		ts, err := reading(ctx)
		if err != nil {
			return fmt.Errorf("step %d: %w", t+1, err)
		}
		losses.F32 = append(losses.F32, ts[0].F32...)
	}
	r.check("out.loss_steps", losses)
	return p.checkStates(ctx, "after.", r)
}

// batch gives the tensors of batch t, and all others as they are.
func (c *Case) batch(t int) func(key string) (plan.Tensor, error) {
	return func(key string) (plan.Tensor, error) {
		v, err := c.given(key)
		if err == nil && (key == batchX || key == batchLabels) {
			v = slice(v, t)
		}
		return v, err
	}
}

// newNet builds c's net and its loss, nodes in the order of the case.
func newNet(c *Case, training bool) (*net, error) {
	m := newModel(c.batch(0))
	m.Training = training
	x, err := m.input(batchX, channels)
	if err != nil {
		return nil, err
	}
	values := map[string]tensorValue{"x": x}
	for _, step := range c.Graph.Nodes {
		n := &node{name: step.Name, op: step.Op, attrs: step.Attrs, params: prefixed(step.Params, "param."), buffers: prefixed(step.Buffers, "buf.")}
		for _, in := range step.Inputs {
			v, ok := values[in]
			if !ok {
				return nil, fmt.Errorf("node %s: no node %q before it", step.Name, in)
			}
			n.inputs = append(n.inputs, operand{value: &v})
		}
		if _, taken := values[step.Name]; taken || step.Name == "" {
			return nil, fmt.Errorf("node %q: want a name that comes once", step.Name)
		}
		if values[step.Name], err = m.add(n); err != nil {
			if errors.Is(err, graph.ErrUnsupported) {
				return nil, fmt.Errorf("%w (node %s)", err, step.Name)
			}
			return nil, fmt.Errorf("node %s: %w", step.Name, err)
		}
	}
	logits, ok := values[c.Graph.Output]
	if !ok {
		return nil, fmt.Errorf("graph: no node %q, which is the output", c.Graph.Output)
	}
	loss, err := m.add(&node{name: "loss", op: c.Loss.Op, attrs: c.Loss.Attrs, inputs: []operand{{value: &logits}}, buffers: map[string]string{"labels": batchLabels}})
	if err != nil {
		return nil, fmt.Errorf("loss: %w", err)
	}
	return &net{m, x, logits, loss}, m.allBound(c)
}

// allBound returns an error for a parameter in the graph that stands for none of the case's.
func (m *model) allBound(c *Case) error {
	for _, p := range m.G.Params() {
		if _, ok := m.values[p.Name]; !ok {
			return fmt.Errorf("no tensor of the case stands for %s", p.Name)
		}
	}
	return nil
}

func prefixed(names map[string]string, prefix string) map[string]string {
	out := map[string]string{}
	for name, of := range names {
		out[name] = prefix + of
	}
	return out
}

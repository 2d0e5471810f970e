package null

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Check returns an error if a step of p does not follow its primitive's shape rule, names a slot that is too small or of
// another type, writes where it must not, or reads a slot that holds another value than the one the step means. The
// last is found by carrying p out with the names of values in place of numbers; it knows nothing of how slots were
// chosen.
func Check(p *plan.Program) error {
	c := &checker{p: p, holds: make([]*graph.Value, len(p.Slots)), fixed: map[int]string{}, constants: map[*float32]int{}}
	if err := c.bindings(); err != nil {
		return err
	}
	for i, s := range p.Steps {
		if err := c.step(s); err != nil {
			return fmt.Errorf("null: step %d (%v): %w", i, s, err)
		}
	}
	for _, o := range p.Outputs {
		if err := c.fits(o.Slot, o.Type); err != nil {
			return fmt.Errorf("null: output %s: %w", o.Name, err)
		}
	}
	return nil
}

type checker struct {
	p         *plan.Program
	holds     []*graph.Value   // what each slot holds; nil before anything of the plan was written
	fixed     map[int]string   // slots that are given: input x, constant, …
	constants map[*float32]int // slot of each constant, known by its data
	written   map[int]bool
}

func (c *checker) fits(slot int, t graph.Type) error {
	if slot < 0 || slot >= len(c.p.Slots) {
		return fmt.Errorf("no slot %d", slot)
	}
	if s := c.p.Slots[slot]; s.Type != t.Type || s.Elems < t.Shape.Elems() {
		return fmt.Errorf("slot %d is %v[%d], want %v[%d]", slot, s.Type, s.Elems, t.Type, t.Shape.Elems())
	}
	return nil
}

// bindings checks the slots that are given, each of which has one owner.
func (c *checker) bindings() error {
	c.written = map[int]bool{}
	give := func(slot int, what string, t graph.Type) error {
		if err := c.fits(slot, t); err != nil {
			return fmt.Errorf("null: %s: %w", what, err)
		}
		if c.fixed[slot] != "" {
			return fmt.Errorf("null: %s and %s share slot %d", c.fixed[slot], what, slot)
		}
		c.fixed[slot] = what
		return nil
	}
	for _, b := range c.p.Inputs {
		if err := give(b.Slot, "input "+b.Name, b.Type); err != nil {
			return err
		}
	}
	for _, b := range c.p.Persistent {
		if err := give(b.Slot, "value "+b.Name, b.Type); err != nil {
			return err
		}
		if s := c.p.Slots[b.Slot]; s.Name != b.Name || s.Elems != b.Shape.Elems() {
			return fmt.Errorf("null: value %s%v lies in slot %q[%d]", b.Name, b.Shape, s.Name, s.Elems)
		}
	}
	for _, k := range c.p.Constants {
		if err := give(k.Slot, fmt.Sprintf("constant %d", k.Slot), graph.Type{Shape: graph.Shape{len(k.Data)}}); err != nil {
			return err
		}
		c.constants[&k.Data[0]] = k.Slot
	}
	for i, s := range c.p.Slots {
		if s.Name != "" && c.fixed[i] != "value "+s.Name {
			return fmt.Errorf("null: slot %d is called %q, which no binding is", i, s.Name)
		}
	}
	return nil
}

// root follows reshapes, which are second names, to the value that occupies memory.
func root(v *graph.Value) *graph.Value {
	for v.Node != nil && v.Node.Op == op.ReshapeOp {
		v = v.Node.In[0]
	}
	return v
}

// present reports whether slot holds v.
func (c *checker) present(slot int, v *graph.Value) bool {
	v = root(v)
	if c.written[slot] {
		return c.holds[slot] == v
	}
	switch v.Role {
	case graph.Input:
		return c.fixed[slot] == "input "+v.Name
	case graph.Constant:
		k, ok := c.constants[&v.Data[0]]
		return ok && k == slot
	}
	return c.fixed[slot] == "value "+v.Name
}

func (c *checker) step(s plan.Step) error {
	n := s.Node
	if len(s.In) != len(n.In) || len(s.Out) != len(n.Out) {
		return fmt.Errorf("%d and %d slots for %d inputs and %d outputs", len(s.In), len(s.Out), len(n.In), len(n.Out))
	}
	if err := checkNode(n); err != nil {
		return err
	}
	for i, v := range n.In {
		if err := c.fits(s.In[i], typeOf(v)); err != nil {
			return fmt.Errorf("input %d: %w", i, err)
		}
		if !c.present(s.In[i], v) {
			return fmt.Errorf("input %d: slot %d holds %v, want %v", i, s.In[i], c.holds[s.In[i]], root(v))
		}
	}
	for i, v := range n.Out {
		if err := c.fits(s.Out[i], typeOf(v)); err != nil {
			return fmt.Errorf("output %d: %w", i, err)
		}
		if slices.Contains(s.Out[:i], s.Out[i]) {
			return fmt.Errorf("two outputs in slot %d", s.Out[i])
		}
		if what := c.fixed[s.Out[i]]; strings.HasPrefix(what, "constant") { // an input is written anew by every run
			return fmt.Errorf("output %d goes over %s", i, what)
		}
		for k, slot := range s.In {
			if slot == s.Out[i] && (n.Op != op.MapOp || n.In[k].Shape.Elems() != v.Shape.Elems()) {
				return fmt.Errorf("slot %d is read and written, and not elementwise", slot)
			}
		}
	}
	for i, v := range n.Out {
		if slot := s.Out[i]; v.Node == nil && c.fixed[slot] == "value "+v.Name {
			v = &graph.Value{Name: "new " + v.Name} // an update, written by a copy: from now on the old value is gone
		}
		c.holds[s.Out[i]], c.written[s.Out[i]] = v, true
	}
	return nil
}

func typeOf(v *graph.Value) graph.Type { return graph.Type{Shape: v.Shape, Type: v.Type} }

// checkNode applies the shape rule again: a pattern may have made the node what its inputs do not allow.
func checkNode(n *graph.Node) error {
	prim := op.Lookup(n.Op)
	if prim == nil {
		return fmt.Errorf("no primitive %q", n.Op)
	}
	if n.Arity > len(n.In) || n.Epilogue == nil && n.Arity != len(n.In) {
		return fmt.Errorf("%d inputs, %d of them the primitive's own", len(n.In), n.Arity)
	}
	var in []graph.Type
	for _, v := range n.In[:n.Arity] {
		in = append(in, typeOf(v))
	}
	out, err := prim.Shape(n.Attrs, in)
	if err != nil {
		return err
	}
	if (n.Op == op.Pool || n.Op == op.ConvPool) && len(n.Out) == 1 {
		out = out[:1] // nothing reads the winners
	}
	if len(out) != len(n.Out) {
		return fmt.Errorf("%d outputs, want %d", len(n.Out), len(out))
	}
	for i, t := range out {
		if !t.Shape.Equal(n.Out[i].Shape) || t.Type != n.Out[i].Type {
			return fmt.Errorf("output %d is %v%v, want %v%v", i, n.Out[i].Type, n.Out[i].Shape, t.Type, t.Shape)
		}
	}
	over, extra, exprs := out[0].Shape, n.In[n.Arity:], []*expr.Expr{n.Epilogue}
	numVars := 1 + len(extra)
	switch a := n.Attrs.(type) {
	case op.MapAttrs:
		extra, exprs, numVars = n.In, a.Exprs, len(n.In)
	case op.ReduceAttrs:
		over, extra, exprs, numVars = op.ReduceOver(n), n.In, []*expr.Expr{a.Expr}, len(n.In)
	case op.ConvPoolAttrs:
		if n.Op == op.ConvPool {
			conv, _ := op.SplitConvPool(n)
			image := append(graph.Shape{1}, conv.Out[0].Shape[1:]...)
			over, extra, exprs, numVars = image, n.In[2:], []*expr.Expr{a.Epilogue}, len(n.In)-1
		}
	}
	if a, ok := n.Attrs.(op.IntegerStageAttrs); ok {
		product, _ := op.SplitIntegerStage(n)
		over, extra, exprs, numVars = product.Out[0].Shape, n.In[2:], []*expr.Expr{a.Epilogue}, len(n.In)-1
	}
	for _, v := range extra {
		if s, ok := graph.Broadcast(v.Shape, over); !ok || !s.Equal(over) {
			return fmt.Errorf("%v does not stretch to %v", v, over)
		}
	}
	for _, e := range exprs {
		if k := maxVar(e); k >= numVars {
			return fmt.Errorf("expression %v reads variable %d of %d", e, k, numVars)
		}
	}
	return nil
}

// maxVar returns the highest variable that e reads, or -1.
func maxVar(e *expr.Expr) int {
	if e == nil {
		return -1
	}
	if e.Op == expr.Var {
		return e.Index
	}
	k := -1
	for _, a := range e.Args {
		k = max(k, maxVar(a))
	}
	return k
}

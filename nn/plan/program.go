package plan

import (
	"fmt"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Program is a plan: steps over slots. It is not changed once built, and backends may share it.
type Program struct {
	Slots []Slot
	Steps []Step
	// Inputs are written by every run before its first step; later steps may use their slots for other values.
	Inputs  []Binding
	Outputs []Binding
	// Persistent are the parameters and states that the store must hold.
	Persistent []Binding
	Constants  []Constant
}

// Slot is a piece of memory that several values may use one after the other.
type Slot struct {
	Elems int
	Type  graph.DType
	Name  string // of a persistent value, which lives in the store; "" otherwise
}

// Bytes returns the slot's size.
func (s Slot) Bytes() int { return s.Elems * s.Type.Bytes() }

// Step is one primitive over slots. Node tells which, with attributes, epilogue, types and layer; In and Out are the
// slots of its inputs and outputs. A slot may appear on both sides only where a Map reads and writes it elementwise.
// A pooling's winners, where nothing reads them, are left out.
type Step struct {
	Node    *graph.Node
	In, Out []int
}

// Binding gives a slot a name.
type Binding struct {
	Name string
	Slot int
	graph.Type
}

// Constant fills a slot before the first run.
type Constant struct {
	Slot int
	Data []float32
}

// MemoryBytes returns the size of all slots that are not the store's, and PersistentBytes of those that are.
func (p *Program) MemoryBytes() int { return p.bytes(false) }

// PersistentBytes returns the size of the slots that lie in the store.
func (p *Program) PersistentBytes() int { return p.bytes(true) }

func (p *Program) bytes(persistent bool) int {
	n := 0
	for _, s := range p.Slots {
		if (s.Name != "") == persistent {
			n += s.Bytes()
		}
	}
	return n
}

// FLOPs counts the floating-point operations of one run.
func (p *Program) FLOPs() int {
	n := 0
	for _, s := range p.Steps {
		n += op.FLOPs(s.Node)
	}
	return n
}

// find returns the binding of this name.
func find(bs []Binding, name string) (Binding, bool) {
	for _, b := range bs {
		if b.Name == name {
			return b, true
		}
	}
	return Binding{}, false
}

// Output returns the binding of an output.
func (p *Program) Output(name string) (Binding, bool) { return find(p.Outputs, name) }

// String prints the program top to bottom, a line a step.
func (p *Program) String() string {
	var b strings.Builder
	for i, s := range p.Slots {
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("slot %-3d %v[%d] %s", i, s.Type, s.Elems, s.Name), " "))
	}
	for i, s := range p.Steps {
		fmt.Fprintf(&b, "%3d  %s\n", i, s)
	}
	for _, o := range p.Outputs {
		fmt.Fprintf(&b, "output %s = %d %v%v\n", o.Name, o.Slot, o.Type.Type, o.Shape)
	}
	return b.String()
}

// String prints the step as `3 = Conv 5x5 pad 2 (0 1 2) | max(($0 + $1), 0)   layer 1 …`.
func (s Step) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s = %s", nums(s.Out), s.Node.Op)
	if d := describe(s.Node); d != "" {
		fmt.Fprintf(&b, " %s", d)
	}
	fmt.Fprintf(&b, " (%s) → %v", nums(s.In), s.Node.Out[0].Shape)
	if s.Node.Epilogue != nil {
		fmt.Fprintf(&b, " | %v", s.Node.Epilogue)
	}
	if s.Node.Layer != "" {
		fmt.Fprintf(&b, "   # %s", s.Node.Layer)
	}
	return b.String()
}

func nums(ns []int) string { return strings.Trim(fmt.Sprint(ns), "[]") }

func describe(n *graph.Node) string {
	switch a := n.Attrs.(type) {
	case op.ConvAttrs:
		return a.Window.String()
	case op.PoolAttrs:
		return a.Kind.String() + " " + a.Window.String()
	case op.ConvPoolAttrs:
		s := a.Conv.Window.String() + " + " + a.Pool.Kind.String() + " " + a.Pool.Window.String()
		if a.Epilogue != nil {
			s += " | " + a.Epilogue.String()
		}
		return s
	case op.ConvIntegerAttrs:
		return a.Window.String()
	case op.QuantizeAttrs:
		return fmt.Sprintf("to %v scale %g zero %d", a.Type, a.Scale, a.Zero)
	case op.IntegerStageAttrs:
		product, quantize := op.SplitIntegerStage(n)
		s := strings.TrimSpace(product.Op + " " + describe(product))
		if a.Epilogue != nil {
			s += " | " + a.Epilogue.String()
		}
		return s + " " + describe(quantize)
	case op.MapAttrs:
		return fmt.Sprint(a.Exprs)
	case op.ReduceAttrs:
		return fmt.Sprintf("%v %v over %v", a.Kind, a.Expr, a.Axes)
	case op.MatMulAttrs:
		s := ""
		if a.TransA {
			s += "Aᵀ"
		}
		if a.TransB {
			s += "Bᵀ"
		}
		return s
	}
	return ""
}

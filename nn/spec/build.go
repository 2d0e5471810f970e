package spec

import (
	"errors"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// Built is one layer as it became part of a graph.
type Built struct {
	Layer Layer
	In    []*graph.Value // what it reads, one value unless it joins paths
	Out   *graph.Value
	// Parameters counts the numbers that the layer learns; one that shares another's weights has none.
	Parameters int
	// Window is what a convolution or pooling walks with; nil for others.
	Window *op.Window
	// Side says that the layer belongs to a side head. Outside training its values are not part of the graph.
	Side bool
	// Warning says what the layer does that was probably not meant, or "".
	Warning string
}

// InputShape returns the shape of one sample: [H,W,C], [L,C] or [D,H,W,C].
func (n *Net) InputShape() graph.Shape {
	if n.Input.shape == nil {
		return ints(n.Input.Size)
	}
	return append(graph.Shape(nil), n.Input.shape...)
}

// Build stacks the net's layers onto x, [N,H,W,C] or as InputShape has it. It returns an *Error, which points at the
// layer in the text, if a layer does not fit what comes before it.
//
// The logits are [N,classes] or, of a net that ends with PIXELS, [N,H,W,classes]. Those of side heads are added to
// b.Aux while b trains. Otherwise no part of b's graph belongs to a side head; yet built tells of its layers, so that
// they are checked and counted, and the other parameters have the names they have in training.
func (n *Net) Build(b *layer.Builder, x *graph.Value) (logits *graph.Value, built []Built, err error) {
	if n.Layers == nil {
		if err := n.expand(); err != nil {
			return nil, nil, err
		}
	}
	w := &worker{n: n, b: b, first: len(b.Begun), outs: make([]*graph.Value, len(n.Layers)), params: map[string]bool{}, shared: map[string]shared{}}
	w.input = x
	heads := n.Heads
	var aux []*graph.Value
	for i := 0; i < len(n.Layers); i++ {
		if len(heads) > 0 && heads[0].From == i {
			y, err := w.head(heads[0])
			if err != nil {
				return nil, nil, err
			}
			aux = append(aux, y)
			i, heads = heads[0].To-1, heads[1:]
			continue
		}
		if err := w.layer(i); err != nil {
			return nil, nil, err
		}
	}
	if logits, err = w.logits(n.end()); err != nil {
		return nil, nil, err
	}
	for k, h := range n.Heads {
		if !aux[k].Shape.Equal(logits.Shape) {
			return nil, nil, n.ErrorAt(n.Layers[h.To-1], "the side head gives %v for each sample, but the net %v: they tell the same classes apart", aux[k].Shape[1:], logits.Shape[1:])
		}
	}
	return logits, w.built, nil
}

// worker builds a net's layers one after the other.
type worker struct {
	n      *Net
	b      *layer.Builder
	input  *graph.Value
	first  int // of the net's layers in b.Begun
	outs   []*graph.Value
	built  []Built
	params map[string]bool   // that were counted
	shared map[string]shared // layers with a name, as others may share their weights

	// Of the layer that is being built:
	l       Layer
	name    string // of its parameters
	walked  *op.Window
	warning string
}

// out returns the output of layer i of the net, -1 being the input.
func (w *worker) out(i int) *graph.Value {
	if i < 0 {
		return w.input
	}
	return w.outs[i]
}

// layer builds layer i of the net.
func (w *worker) layer(i int) error {
	w.l, w.walked, w.warning = w.n.Layers[i], nil, ""
	in := w.n.in(i)
	xs := make([]*graph.Value, len(in))
	for k, j := range in {
		xs[k] = w.out(j)
	}
	g := w.b.G
	before := len(g.Values)
	y, err := w.build(in, xs)
	if err != nil {
		var se *graph.ShapeError
		if errors.As(err, &se) {
			if se.Where == "" {
				se.Where = g.Layer
			}
			return w.n.ErrorAt(w.n.Layers[i], "%s", se.Error())
		}
		return w.n.ErrorAt(w.n.Layers[i], "%v", err)
	}
	one := Built{Layer: w.n.Layers[i], In: xs, Out: y, Window: w.walked, Warning: w.warning}
	for _, v := range g.Values[before:] {
		if v.Role == graph.Parameter && !w.params[v.Name] {
			w.params[v.Name] = true
			one.Parameters += v.Shape.Elems()
		}
	}
	w.outs[i] = y
	w.built = append(w.built, one)
	return nil
}

func (w *worker) build(in []int, xs []*graph.Value) (*graph.Value, error) {
	k := findKind(w.l.Kind)
	name := w.l.Name
	if name != "" {
		name = w.b.Unique(name)
	}
	sh, sharing := w.l.Option("share")
	label := w.l.label()
	if first, ok := w.shared[sh.Ref]; ok { // by the name that it has here, where it is repeated
		l := w.l
		l.Options = slices.Clone(l.Options)
		l.Options[slices.IndexFunc(l.Options, func(o Option) bool { return o.Ref != "" })].Ref = first.name
		label = l.label()
	}
	w.name = w.b.Begin(k.params(), name, label)
	w.b.Reads(w.begun(in)...)
	if k.merge != nil {
		return k.merge(w, xs)
	}
	if sharing {
		return w.share(k, sh, xs[0])
	}
	if w.l.Name != "" && k.sharing {
		w.shared[w.l.Name] = shared{layer: w.l, name: w.name}
	}
	return k.build(w, xs[0])
}

// label prints the layer without its name, its word in lower case.
func (l Layer) label() string {
	l.Name = ""
	return l.text()
}

// begun returns the places of layers in b.Begun.
func (w *worker) begun(in []int) []int {
	at := make([]int, len(in))
	for k, j := range in {
		at[k] = -1
		if j >= 0 {
			at[k] = w.first + j
		}
	}
	return at
}

// head builds a side head: into b's graph in training, otherwise into one that is thrown away.
func (w *worker) head(h Head) (y *graph.Value, err error) {
	from := w.n.in(h.From)[0]
	if w.b.Training {
		if y, err = w.layers(h); err == nil {
			w.b.Aux = append(w.b.Aux, layer.Aux{Logits: y, Weight: h.Weight})
		}
		return y, err
	}
	value, input := w.out(from), w.input
	err = w.b.Aside(func() error {
		x := w.b.G.Input("x", value.Type, value.Shape)
		w.set(from, x)
		y, err = w.layers(h)
		return err
	})
	w.input = input
	w.set(from, value)
	return y, err
}

// set replaces the output of layer i, -1 being the input.
func (w *worker) set(i int, x *graph.Value) {
	if i < 0 {
		w.input = x
		return
	}
	w.outs[i] = x
}

// layers builds the layers of a side head.
func (w *worker) layers(h Head) (*graph.Value, error) {
	for i := h.From; i < h.To; i++ {
		if err := w.layer(i); err != nil {
			return nil, err
		}
		w.built[len(w.built)-1].Side = true
	}
	return w.logits(h.To - 1)
}

// logits brings the last layer of the net or of a head into the shape of logits.
func (w *worker) logits(last int) (*graph.Value, error) {
	x, l := w.outs[last], w.n.Layers[last]
	switch {
	case len(x.Shape) == 2 || findKind(l.Kind).onlyLast != "":
		return x, nil
	case x.Shape[1:].Elems() != x.Shape[len(x.Shape)-1]:
		return nil, w.n.ErrorAt(l, "the net ends with a map of %v for each sample; end it with one number a class, for example FC 10 or GAP, or with PIXELS for classes of pixels", x.Shape[1:])
	}
	return layer.Flatten(w.b, x), nil
}

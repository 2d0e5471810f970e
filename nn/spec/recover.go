package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

// FromBuilder finds the text of the net that b has put between x and logits: a net that Build made, or one whose layers
// were each begun by Builder.Begin with their text as label, such as "conv 3x3x16 pad 1". Building the net that it
// returns gives the same primitives and shapes, and parameters of the same names. Groups, variables and blocks are not
// found again. Side heads are found where b trains.
//
// It returns an error that wraps graph.ErrFormat if a label is no layer of the language or not what the layer computes,
// a layer's nodes have several outputs, or the connections cross, as then no text has them.
func FromBuilder(b *layer.Builder, x, logits *graph.Value) (*Net, error) {
	r := &recovery{b: b, x: x, group: map[string]int{}, nodes: make([]bool, len(b.Begun)), at: map[int]int{}, learns: map[string]bool{}}
	n, err := r.net(logits)
	if err == nil {
		err = r.verify(n, logits)
	}
	if text := (*Error)(nil); errors.As(err, &text) {
		err = errors.New(text.Msg) // its place is in no text that anybody has
	}
	if err != nil {
		return nil, fmt.Errorf("spec: the net cannot be written as a text: %w: %w", err, graph.ErrFormat)
	}
	return n, nil
}

type recovery struct {
	b     *layer.Builder
	x     *graph.Value
	group map[string]int // the layer of a node's label, in b.Begun
	nodes []bool         // that have nodes
	at    map[int]int    // where a layer of b.Begun is in the net
	in    [][]int        // what each layer reads, in b.Begun
	// learns says which names have parameters.
	learns map[string]bool
}

func (r *recovery) net(logits *graph.Value) (*Net, error) {
	if len(r.x.Shape) < 3 || len(r.x.Shape) > 5 {
		return nil, fmt.Errorf("its input is %v", r.x.Shape)
	}
	n := &Net{Input: Input{Size: Whole(r.x.Shape[1:]...), Series: len(r.x.Shape) == 3}}
	for i, l := range r.b.Begun {
		r.group[l.Layer] = i
	}
	for _, v := range r.b.G.Values {
		if i := strings.LastIndexByte(v.Name, '.'); i > 0 && (v.Role == graph.Parameter || v.Role == graph.State) {
			r.learns[v.Name[:i]] = true
		}
	}
	if err := r.connect(); err != nil {
		return nil, err
	}
	inHead := map[int]int{}
	main, err := r.above(logits)
	if err != nil {
		return nil, err
	}
	var heads []map[int]bool
	for k, a := range r.b.Aux {
		head, err := r.above(a.Logits)
		if err != nil {
			return nil, err
		}
		for i := range head {
			if main[i] {
				delete(head, i)
				continue
			}
			if inHead[i] > 0 {
				return nil, errCrossing
			}
			inHead[i] = k + 1
		}
		heads = append(heads, head)
	}
	// The net's layers, in the order in which they were begun, a head's together.
	done := map[int]bool{}
	for i := range r.b.Begun {
		switch k := inHead[i]; {
		case main[i]:
			r.add(n, i)
		case k > 0 && !done[k]:
			done[k] = true
			h := Head{From: len(n.Layers), Weight: r.b.Aux[k-1].Weight}
			for j := range r.b.Begun {
				if heads[k-1][j] {
					r.add(n, j)
				}
			}
			h.To = len(n.Layers)
			n.Heads = append(n.Heads, h)
		}
	}
	if err := r.layers(n); err != nil {
		return nil, err
	}
	if last := n.end(); last < 0 {
		return nil, fmt.Errorf("no layer lies between its input and its outputs")
	} else if len(logits.Shape) > 2 && n.Layers[last].Kind != "PIXELS" {
		n.Layers = append(n.Layers, Layer{Kind: "PIXELS", In: []int{last}})
	}
	if n.Body, err = decompose(n); err != nil {
		return nil, err
	}
	if err := n.expand(); err != nil {
		return nil, err
	}
	r.rename(n)
	if err := n.expand(); err != nil {
		return nil, err
	}
	return n, nil
}

func (r *recovery) add(n *Net, i int) {
	r.at[i] = len(n.Layers)
	n.Layers = append(n.Layers, Layer{})
}

// connect finds out what each layer reads: by its record or, where that is silent, by its nodes.
func (r *recovery) connect() error {
	r.in = make([][]int, len(r.b.Begun))
	outs := map[*graph.Value]int{r.x: -1} // which layer makes it
	read := map[int]*graph.Value{}        // the output of a layer that others read
	next := 0
	for i, l := range r.b.Begun {
		if l.Aside {
			continue
		}
		merge := false
		if k := findKind(firstWord(l.Label)); k != nil {
			merge = k.merge != nil
		}
		var in []int
		for ; next < len(r.b.G.Nodes); next++ {
			node := r.b.G.Nodes[next]
			at, known := r.group[node.Layer]
			if known && at > i {
				break
			}
			if at != i || !known {
				continue
			}
			r.nodes[i] = true
			for _, v := range node.In {
				from, ok := outs[v]
				if !ok || from == i {
					continue
				}
				if read[from] == nil {
					read[from] = v
				}
				if read[from] != v && from >= 0 {
					return fmt.Errorf("%s has several outputs", r.b.Begun[from].Layer)
				}
				if merge || len(in) == 0 || in[len(in)-1] != from {
					in = append(in, from)
				}
			}
			for _, v := range node.Out {
				outs[v] = i
			}
		}
		switch {
		case l.In != nil:
			in = l.In
		case in == nil:
			in = []int{i - 1}
		}
		if !merge && len(in) != 1 {
			return fmt.Errorf("%s reads %d values", l.Layer, len(in))
		}
		r.in[i] = in
	}
	return nil
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// above returns the layers that v depends on, and those behind it that change nothing.
func (r *recovery) above(v *graph.Value) (map[int]bool, error) {
	found := map[int]bool{}
	if v.Node == nil {
		return found, nil
	}
	last, ok := r.group[v.Node.Layer]
	if !ok {
		return nil, fmt.Errorf("%q is the label of no layer", v.Node.Layer)
	}
	for i := last + 1; i < len(r.b.Begun); i++ {
		if in := r.in[i]; len(in) == 1 && in[0] == last && !r.nodes[i] {
			last = i
		}
	}
	todo := []int{last}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if i < 0 || found[i] {
			continue
		}
		found[i] = true
		todo = append(todo, r.in[i]...)
	}
	return found, nil
}

// layers reads the labels.
func (r *recovery) layers(n *Net) error {
	used := map[string]bool{} // names
	for i, b := range r.b.Begun {
		at, ok := r.at[i]
		if !ok {
			continue
		}
		l, err := parseLabel(b.Label)
		if err != nil {
			return fmt.Errorf("%s: %w", b.Layer, err)
		}
		for k := range l.Options {
			forgetPos(&l.Options[k])
		}
		for k := range l.Size {
			l.Size[k].Pos, l.Size[k].Length = Pos{}, 0
		}
		switch {
		case !used[b.Name]:
			l.Name = b.Name
			used[b.Name] = b.Name != ""
		case findKind(l.Kind).sharing: // by hand, where layers of one name share
			l.Size = nil
			l.Options = append([]Option{{Name: "share", Ref: b.Name}}, slices.DeleteFunc(l.Options, func(o Option) bool {
				return slices.Contains([]string{"groups", "nobias", "init", "multiplier"}, o.Name)
			})...)
		case r.learns[b.Name]:
			return fmt.Errorf("%s: a text has no word for a %s that shares its weights", b.Layer, l.Kind)
		}
		l.Pos = Pos{Line: i + 1}
		for _, j := range r.in[i] {
			from, ok := r.at[j]
			if !ok {
				from = -1
			}
			l.In = append(l.In, from)
		}
		n.Layers[at] = *l
	}
	return nil
}

func forgetPos(o *Option) {
	o.Pos, o.Length = Pos{}, 0
	for k := range o.Numbers {
		o.Numbers[k].Pos, o.Numbers[k].Length = Pos{}, 0
	}
}

// parseLabel reads the text of one layer.
func parseLabel(label string) (*Layer, error) {
	tokens, err := lex(label)
	if err != nil {
		return nil, err
	}
	if k := findKind(label); k != nil && k.merge != nil {
		return &Layer{Kind: k.name}, nil
	}
	names := map[string]Pos{}
	for _, t := range tokens {
		if t.kind == tokName {
			names[t.text] = t.pos
		}
	}
	p := &parser{tokens: tokens, names: names, globals: &scope{vars: map[string]float64{}}, blocks: map[string]*Def{}}
	l, err := p.layer()
	if err == nil && p.peek().kind != tokEnd {
		err = p.expectedArrow("CONV 5x5x8 -> RELU")
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// rename names the layers whose parameters would otherwise be called differently than they are, as the text has them
// in another order or leaves some out. A layer's Pos.Line is its place in b.Begun.
func (r *recovery) rename(n *Net) {
	names := map[int]string{}
	scratch := layer.NewBuilder(graph.New())
	for _, l := range n.Layers {
		if l.Pos.Line == 0 {
			continue
		}
		want := r.b.Begun[l.Pos.Line-1].Params
		if got := scratch.Begin(findKind(l.Kind).params(), l.Name, ""); got != want && r.learns[want] && l.Name == "" && !l.Has("share") {
			names[l.Pos.Line] = want
		}
	}
	setNames(n.Body, names)
}

// setNames names the layers by their lines, and forgets these.
func setNames(items []Item, names map[int]string) {
	for _, it := range items {
		switch {
		case it.Layer != nil:
			if name := names[it.Layer.Pos.Line]; name != "" {
				it.Layer.Name = name
			}
			it.Layer.Pos = Pos{}
		case it.Side != nil:
			setNames(it.Side.Items, names)
		case it.Branch != nil:
			it.Branch.Merge.Pos = Pos{}
			for _, path := range it.Branch.Paths {
				setNames(path, names)
			}
		}
	}
}

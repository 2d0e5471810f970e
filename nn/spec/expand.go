package spec

import (
	"math"
	"slices"
)

// maxVisits bounds how many items are looked at while a net is expanded, those of empty groups and blocks too.
const maxVisits = 20 * MaxLayers

// expand checks the net's numbers and fills in Layers and Heads.
func (n *Net) expand() *Error {
	x := &expander{n: n, globals: &scope{vars: map[string]float64{}}, blocks: map[string]*Def{}, cur: -1, names: map[string]int{}}
	n.Layers, n.Heads = nil, nil
	for i := range n.Defs {
		d := &n.Defs[i]
		if d.Value == nil {
			x.blocks[d.Name] = d
			continue
		}
		v, err := x.globals.eval(*d.Value)
		if err != nil {
			return err
		}
		x.globals.vars[d.Name] = v.Value
	}
	in, err := x.layer(&Layer{Kind: "INPUT", Size: n.Input.Size, Pos: n.Input.Pos, Length: n.Input.Length}, x.globals)
	if err != nil {
		return err
	}
	n.Input.shape = ints(in.Size)
	for _, d := range n.Defs {
		if err := x.check(d.Body); err != nil {
			return err
		}
	}
	if err := x.check(n.Body); err != nil {
		return err
	}
	if err := x.items(n.Body, x.globals); err != nil {
		return err
	}
	if len(n.Layers) == 0 || x.cur < 0 {
		return errorAt(n.Input.Pos, n.Input.Length, "all layers are left out by *0; at least one must stay, as in %s -> FC 10", n.Input)
	}
	return n.checkEnds(x.cur)
}

// expander walks the items of a net.
type expander struct {
	n       *Net
	globals *scope
	blocks  map[string]*Def
	cur     int // the layer that the next one reads
	visits  int
	side    bool
	names   map[string]int // the last layer of a name, in Net.Layers
}

func (x *expander) items(items []Item, s *scope) *Error {
	for _, it := range items {
		if x.visits++; x.visits > maxVisits {
			return errorAt(it.pos(), 1, "groups and blocks are repeated more than %d times in all: repeat fewer times", maxVisits)
		}
		var err *Error
		switch {
		case it.Layer != nil:
			var l Layer
			if l, err = x.layer(it.Layer, s); err == nil {
				err = x.emit(l, x.cur)
			}
		case it.Group != nil:
			g := it.Group
			err = x.repeat(g.Repeat, g.Optional, s, func() *Error { return x.items(g.Items, s) })
		case it.Branch != nil:
			err = x.branch(it.Branch, s)
		case it.Side != nil:
			err = x.head(it.Side, s)
		case it.Call != nil:
			err = x.call(it.Call, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (it Item) pos() Pos {
	switch {
	case it.Layer != nil:
		return it.Layer.Pos
	case it.Group != nil:
		return it.Group.Pos
	case it.Branch != nil:
		return it.Branch.Pos
	case it.Side != nil:
		return it.Side.Pos
	}
	return it.Call.Pos
}

// emit appends a layer that reads in.
func (x *expander) emit(l Layer, in ...int) *Error {
	at := len(x.n.Layers)
	if at == MaxLayers {
		return errorAt(l.Pos, l.Length, "the network has more than %d layers up to here: repeat fewer times", MaxLayers)
	}
	l.In = nil
	if len(in) != 1 || in[0] != at-1 {
		l.In = in
	}
	if o, ok := l.Option("share"); ok {
		first, found := x.names[o.Ref]
		switch {
		case !found:
			return errorAt(o.Pos, o.Length, "the layer %q is left out or comes later: share the weights of a layer before this one", o.Ref)
		case x.n.Layers[first].Kind != l.Kind:
			return errorAt(o.Pos, o.Length, "%q is %s: only a %s can share its weights with a %s", o.Ref, x.n.Layers[first].Kind, l.Kind, l.Kind)
		}
	}
	if l.Name != "" {
		x.names[l.Name] = at
	}
	x.n.Layers = append(x.n.Layers, l)
	x.cur = at
	return nil
}

// repeat calls f as often as count says.
func (x *expander) repeat(count Num, optional bool, s *scope, f func() *Error) *Error {
	c, err := s.eval(count)
	if err != nil {
		return err
	}
	if n := c.Value; n != math.Trunc(n) || n < 0 || n > MaxRepeat || optional && n > 1 {
		return repeatError(c.Pos, c.Length, optional, decimal(n))
	}
	for i := range c.Int() {
		before := len(x.n.Layers)
		if err := f(); err != nil {
			return err
		}
		added := len(x.n.Layers) - before
		if added == 0 { // so it will be the next time
			return nil
		}
		if i == 0 && added*c.Int() > MaxLayers {
			return errorAt(c.Pos, c.Length, "the group makes %d layers, at most %d are allowed: repeat fewer times", added*c.Int(), MaxLayers)
		}
	}
	return nil
}

func (x *expander) branch(b *Branch, s *scope) *Error {
	from := x.cur
	var ends []int
	for _, path := range b.Paths {
		x.cur = from
		if err := x.items(path, s); err != nil {
			return err
		}
		ends = append(ends, x.cur)
	}
	if !slices.ContainsFunc(ends, func(e int) bool { return e != from }) {
		return errorAt(b.Pos, b.Length, "every path of the branch is left out by *0; one at least needs a layer")
	}
	return x.emit(b.Merge, ends...)
}

func (x *expander) head(side *Side, s *scope) *Error {
	if x.side {
		return errorAt(side.Pos, side.Length, "a side head stands inside another: give each its own place in the net")
	}
	weight, err := s.eval(side.Weight)
	if err != nil {
		return err
	}
	if !sideWeight.fits(weight.Value) {
		return errorAt(weight.Pos, weight.Length, "%s wants %s, as in %s; got %s", sideWeight.name, sideWeight.help, sideWeight.example, decimal(weight.Value))
	}
	from, cur := len(x.n.Layers), x.cur
	x.side = true
	if err := x.items(side.Items, s); err != nil {
		return err
	}
	x.side = false
	if len(x.n.Layers) == from {
		return errorAt(side.Pos, side.Length, "all layers of the side head are left out by *0: leave the head out too, as in [side { FC 10 } weight 0.3]?0")
	}
	x.n.Heads = append(x.n.Heads, Head{From: from, To: len(x.n.Layers), Weight: weight.Value})
	x.cur = cur
	return nil
}

func (x *expander) call(c *Call, s *scope) *Error {
	def := x.blocks[c.Block]
	if def == nil || len(def.Params) != len(c.Args) {
		return errorAt(c.Pos, c.Length, "unknown block %s with %d %s", c.Block, len(c.Args), plural(len(c.Args), "parameter"))
	}
	inner := &scope{vars: map[string]float64{}, outer: x.globals}
	for i, a := range c.Args {
		v, err := s.eval(a)
		if err != nil {
			return err
		}
		if v.Value < 0 || v.Value > MaxNumber {
			return errorAt(a.Pos, a.Length, "$%s of %s is %s: expected 0 to %d", def.Params[i], c.Block, decimal(v.Value), MaxNumber)
		}
		inner.vars[def.Params[i]] = v.Value
	}
	return x.repeat(c.Repeat, c.Optional, s, func() *Error { return x.items(def.Body, inner) })
}

// layer evaluates the numbers of a layer and checks them.
func (x *expander) layer(l *Layer, s *scope) (Layer, *Error) {
	e := *l
	var err *Error
	if e.Size, err = s.evalAll(l.Size, &option{low: 1}); err != nil {
		return e, err
	}
	k := findKind(l.Kind)
	for i, o := range l.Options {
		known := k.findOption(o.Name)
		if known == nil {
			known = k.lead
		}
		if j := slices.IndexFunc(known.words, func(w word) bool { return w.name == o.Word && w.number != nil }); j >= 0 {
			known = known.words[j].number
		}
		ns, err := s.evalAll(o.Numbers, known)
		if err != nil {
			return e, err
		}
		if !sameNums(ns, o.Numbers) {
			e.Options = slices.Clone(e.Options)
			e.Options[i].Numbers = ns
		}
	}
	return e, nil
}

func sameNums(a, b []Num) bool { return len(a) == 0 || &a[0] == &b[0] }

// evalAll returns ns themselves where nothing is to be evaluated.
func (s *scope) evalAll(ns []Num, o *option) ([]Num, *Error) {
	cloned := false
	for i, n := range ns {
		v, err := s.eval(n)
		if err != nil {
			return nil, err
		}
		switch {
		case o.decimal && !o.fits(v.Value):
			return nil, errorAt(n.Pos, n.Length, "%s wants %s, as in %s; got %s", o.title(), o.help, o.example, decimal(v.Value))
		case !o.decimal && v.Value != math.Trunc(v.Value):
			return nil, errorAt(n.Pos, n.Length, "%s is %s: expected a whole number here", n.text(), decimal(v.Value))
		case !o.decimal && !o.fits(v.Value):
			what := "the number " + decimal(v.Value)
			if n.Expr != nil {
				what = n.text() + " is " + decimal(v.Value) + ", which"
			}
			return nil, errorAt(n.Pos, n.Length, "%s is out of bounds: expected %s to %d", what, decimal(o.low), MaxNumber)
		}
		if n.Expr != nil {
			if !cloned {
				ns, cloned = slices.Clone(ns), true
			}
			ns[i] = v
		}
	}
	return ns, nil
}

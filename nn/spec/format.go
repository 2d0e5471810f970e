package spec

import (
	"strings"
	"unicode/utf8"
)

// maxLine is where Format starts to write one item a line, in characters.
const maxLine = 100

// Format writes n in its canonical spelling: layers in upper case, options in lower case, one blank
// between them, groups, branches and blocks as they were. Each definition has a line of its own. A chain of more than
// 100 characters gets a line for each item, and a branch that is still too long one for each path. Comments are not
// kept. A Net that has no Body is written from its Layers; where their connections cross, they are written as a chain.
//
// Parse(Format(n)) gives n again, but for the positions.
func Format(n *Net) string {
	body := n.Body
	if body == nil {
		body = fromLayers(n)
	}
	var b strings.Builder
	for _, d := range n.Defs {
		if d.Value != nil {
			s := d.Value.text()
			if d.Value.Expr != nil {
				s = d.Value.Expr.String()
			}
			b.WriteString("$" + d.Name + " = " + s + "\n")
			continue
		}
		head := d.Name + "("
		for i, p := range d.Params {
			head += []string{"$", ", $"}[min(i, 1)] + p
		}
		head += ") = "
		b.WriteString(chain(head, d.Body, "  ") + "\n")
	}
	b.WriteString(chain(n.Input.String()+" -> ", body, "  "))
	return b.String()
}

// fromLayers returns the items of a net that has none.
func fromLayers(n *Net) []Item {
	items, err := decompose(n)
	if err != nil {
		items = nil
		for i := range n.Layers {
			items = append(items, Item{Layer: &n.Layers[i]})
		}
	}
	return items
}

// chain writes items behind head on one line or, if that is too long, one a line. Where head ends in an arrow, the
// first item moves down too.
func chain(head string, items []Item, indent string) string {
	texts := make([]string, len(items))
	for i, it := range items {
		texts[i] = it.flat()
	}
	line := head + strings.Join(texts, " -> ")
	if utf8.RuneCountInString(line) <= maxLine {
		return line
	}
	for i, it := range items {
		texts[i] = it.tall(indent + "   ")
	}
	if len(items) > 0 && !strings.HasSuffix(head, "-> ") {
		texts[0] = items[0].tall(indent)
	}
	joint := "\n" + indent + "-> "
	if before, ok := strings.CutSuffix(head, " -> "); ok {
		return before + joint + strings.Join(texts, joint)
	}
	return head + strings.Join(texts, joint)
}

// tall writes an item over several lines if it is too long for one; indent is where it starts.
func (it Item) tall(indent string) string {
	s := it.flat()
	if len(indent)+utf8.RuneCountInString(s) <= maxLine {
		return s
	}
	inner := indent + "  "
	switch {
	case it.Branch != nil:
		paths := make([]string, len(it.Branch.Paths))
		for i, p := range it.Branch.Paths {
			paths[i] = " " + tallItems(p, inner)
			if len(p) == 0 {
				paths[i] = ""
			}
		}
		return "{" + strings.Join(paths, "\n"+indent+"|") + "\n" + indent + "} " + it.Branch.Merge.text()
	case it.Group != nil:
		return "[" + tallItems(it.Group.Items, indent+" ") + "]" + repeatText(it.Group.Repeat, it.Group.Optional)
	case it.Side != nil:
		return "side { " + tallItems(it.Side.Items, inner) + "\n" + indent + "} weight " + it.Side.Weight.text()
	}
	return s
}

func tallItems(items []Item, indent string) string {
	s := flatItems(items)
	if len(indent)+utf8.RuneCountInString(s) <= maxLine {
		return s
	}
	texts := make([]string, len(items))
	for i, it := range items {
		texts[i] = it.tall(indent + "   ")
	}
	return strings.Join(texts, "\n"+indent+"-> ")
}

func flatItems(items []Item) string {
	texts := make([]string, len(items))
	for i, it := range items {
		texts[i] = it.flat()
	}
	return strings.Join(texts, " -> ")
}

// flat writes an item on one line.
func (it Item) flat() string {
	switch {
	case it.Group != nil:
		return "[" + flatItems(it.Group.Items) + "]" + repeatText(it.Group.Repeat, it.Group.Optional)
	case it.Branch != nil:
		var b strings.Builder
		b.WriteString("{")
		for i, p := range it.Branch.Paths {
			if i > 0 {
				b.WriteString(" |")
			}
			if len(p) > 0 {
				b.WriteString(" " + flatItems(p))
			}
		}
		return b.String() + " } " + it.Branch.Merge.text()
	case it.Side != nil:
		return "side { " + flatItems(it.Side.Items) + " } weight " + it.Side.Weight.text()
	case it.Call != nil:
		args := make([]string, len(it.Call.Args))
		for i, a := range it.Call.Args {
			args[i] = a.text()
			if a.Expr != nil {
				args[i] = a.Expr.String()
			}
		}
		return it.Call.Block + "(" + strings.Join(args, ", ") + ")" + repeatText(it.Call.Repeat, it.Call.Optional)
	}
	return formatLayer(it.Layer)
}

func repeatText(n Num, optional bool) string {
	switch {
	case optional:
		return "?" + n.text()
	case n.Expr == nil && n.Value == 1:
		return ""
	case n.Expr != nil && n.Expr.Op != '$': // *$n-1 would read as one less
		return "*(" + n.Expr.String() + ")"
	}
	return "*" + n.text()
}

// String returns INPUT and its size.
func (in Input) String() string {
	s := "INPUT " + sizeText(in.Size)
	if in.Series {
		s += " series"
	}
	return s
}

// String returns the layer in its canonical spelling, as in CONV "stem" 5x5x8 pad 2.
func (l Layer) String() string { return formatLayer(&l) }

func formatLayer(l *Layer) string { return l.Kind + l.rest() }

// text is the canonical spelling of a branch's end.
func (l Layer) text() string { return strings.ToLower(l.Kind) + l.rest() }

// rest is what stands behind the layer's word.
func (l *Layer) rest() string {
	var b strings.Builder
	if l.Name != "" {
		b.WriteString(` "` + l.Name + `"`)
	}
	if len(l.Size) > 0 {
		b.WriteString(" " + sizeText(l.Size))
	}
	k := findKind(l.Kind)
	for _, o := range l.Options {
		if k == nil || k.lead == nil || k.lead.name != o.Name {
			b.WriteString(" " + o.Name)
		}
		if o.Word != "" {
			b.WriteString(" " + o.Word)
		}
		if o.Ref != "" {
			b.WriteString(` "` + o.Ref + `"`)
		}
		switch {
		case o.Sides:
			for i, n := range o.Numbers {
				b.WriteString([]string{" ", ","}[min(i, 1)] + n.text())
			}
		case len(o.Numbers) > 0:
			b.WriteString(" " + sizeText(o.Numbers))
		}
	}
	return b.String()
}

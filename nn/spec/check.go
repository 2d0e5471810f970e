package spec

import (
	"strings"
)

// check looks at the layers as they are written, those that are never built too.
func (x *expander) check(items []Item) *Error {
	for _, it := range items {
		var err *Error
		switch {
		case it.Layer != nil:
			err = x.n.checkCounts(it.Layer)
		case it.Group != nil:
			err = x.check(it.Group.Items)
		case it.Side != nil:
			err = x.check(it.Side.Items)
		case it.Branch != nil:
			for _, path := range it.Branch.Paths {
				if err == nil {
					err = x.check(path)
				}
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkCounts checks how many numbers a layer's size and options have.
func (n *Net) checkCounts(l *Layer) *Error {
	k := findKind(l.Kind)
	axes := len(n.Input.Size) - 1
	if sh, ok := l.Option("share"); ok {
		if len(l.Size) > 0 {
			return errorAt(sh.Pos, sh.Length, "%s takes its size from the layer that it shares with: leave the size out, as in %s %s", k.name, k.name, share.example)
		}
	} else if least, most := k.size.bounds(axes); len(l.Size) < least || len(l.Size) > most {
		text, example := k.sizeFor(axes)
		pos, length := span(l.Size)
		return errorAt(pos, length, "%s wants %s, as in %s; got %s", k.name, text, example, sizeText(l.Size))
	}
	for _, o := range l.Options {
		known := k.findOption(o.Name)
		if known == nil {
			known = k.lead
		}
		most := known.count
		if most == perAxis {
			most = axes
		}
		pos, length := span(o.Numbers)
		switch {
		case o.Sides && len(o.Numbers) != 2*axes:
			return errorAt(pos, length, "%s wants %d numbers joined by commas, %s, as in %s %s; got %d", known.title(), 2*axes, sideNames[axes-1], known.title(), strings.TrimSuffix(strings.Repeat("0,1,", axes), ","), len(o.Numbers))
		case !o.Sides && o.Word == "" && len(o.Numbers) > most:
			return errorAt(pos, length, "%s wants at most %d %s, as in %s; got %s", known.title(), most, plural(most, "number"), known.example, sizeText(o.Numbers))
		}
	}
	return nil
}

var sideNames = []string{"before,behind", "top,left,bottom,right", "front,top,left,back,bottom,right"}

// sizeFor returns how an error calls the size of k, and an example, where the input has so many axes of space.
func (k *kind) sizeFor(axes int) (text, example string) {
	word := k.name
	switch {
	case axes == 1 && k.size == filterSize:
		return "a size KxF (kernel, filters)", word + " 5x8"
	case axes == 3 && k.size == filterSize:
		return "a size KDxKHxKWxF (kernel depth, height and width, filters)", word + " 3x3x3x8"
	case axes == 1 && k.size == windowSize:
		text, _, _ := strings.Cut(k.sizeText, " or ")
		return text, k.example
	case axes == 3 && k.size == windowSize:
		return strings.NewReplacer("KHxKW", "KDxKHxKW", "HxW", "DxHxW", "NxM", "NxMxL").Replace(k.sizeText), k.example
	}
	return k.sizeText, k.example
}

// span is where numbers stand in the text.
func span(ns []Num) (Pos, int) {
	if len(ns) == 0 {
		return Pos{1, 1}, 1
	}
	first, last := ns[0], ns[len(ns)-1]
	if first.Pos.Line != last.Pos.Line || last.Pos.Column < first.Pos.Column {
		return first.Pos, first.Length
	}
	return first.Pos, last.Pos.Column + last.Length - first.Pos.Column
}

// checkEnds checks what may stand at the end of the net and its heads, and what may not. last is the net's last layer.
func (n *Net) checkEnds(last int) *Error {
	ends := map[int]bool{last: true}
	for _, h := range n.Heads {
		ends[h.To-1] = true
	}
	for i, l := range n.Layers {
		k := findKind(l.Kind)
		switch {
		case k.onlyLast != "" && !ends[i]:
			return n.ErrorAt(l, "%s", k.onlyLast)
		case k.neverLast != "" && ends[i]:
			return n.ErrorAt(l, "%s", k.neverLast)
		}
	}
	return nil
}

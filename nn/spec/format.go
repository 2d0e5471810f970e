package spec

import (
	"fmt"
	"strconv"
	"strings"
)

// maxLine is where Format starts to write one item a line, in characters.
const maxLine = 100

// Format writes n in its canonical spelling: layers in upper case, options in lower case, one blank
// between them, groups as they were. A text of more than 100 characters gets a line for each item.
// Comments are not kept. A Net that was not parsed and has no Body is written from its Layers.
//
// Parse(Format(n)) gives n again, but for the positions.
func Format(n *Net) string {
	var items []string
	if n.Body == nil {
		for i := range n.Layers {
			items = append(items, formatLayer(&n.Layers[i]))
		}
	}
	for _, it := range n.Body {
		items = append(items, formatItem(it))
	}
	input := fmt.Sprintf("INPUT %dx%dx%d", n.Input.H, n.Input.W, n.Input.C)
	line := strings.Join(append([]string{input}, items...), " -> ")
	if len([]rune(line)) <= maxLine {
		return line
	}
	return input + "\n  -> " + strings.Join(items, "\n  -> ")
}

func formatItem(it Item) string {
	if it.Group == nil {
		return formatLayer(it.Layer)
	}
	items := make([]string, len(it.Group.Items))
	for i, inner := range it.Group.Items {
		items[i] = formatItem(inner)
	}
	s := "[" + strings.Join(items, " -> ") + "]"
	if it.Group.Repeat != 1 {
		s += "*" + strconv.Itoa(it.Group.Repeat)
	}
	return s
}

// String returns the layer in its canonical spelling, as in CONV "stem" 5x5x8 pad 2.
func (l Layer) String() string { return formatLayer(&l) }

func formatLayer(l *Layer) string {
	var b strings.Builder
	b.WriteString(l.Kind)
	if l.Name != "" {
		b.WriteString(` "` + l.Name + `"`)
	}
	for i, n := range l.Size {
		b.WriteByte(" x"[min(i, 1)])
		b.WriteString(strconv.Itoa(n))
	}
	for _, o := range l.Options {
		if o.Name != "rate" {
			b.WriteString(" " + o.Name)
		}
		for i, n := range o.Numbers {
			b.WriteByte(" x"[min(i, 1)])
			b.WriteString(strconv.FormatFloat(n, 'f', -1, 64))
		}
		if o.Word != "" {
			b.WriteString(" " + o.Word)
		}
	}
	return b.String()
}

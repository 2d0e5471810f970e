package spec

import (
	"fmt"
	"slices"
)

// Pos is a place in the text. Line and Column count from 1; a column is a character, not a byte.
type Pos struct {
	Line, Column int
}

// Net is a parsed text.
type Net struct {
	Input  Input
	Body   []Item  // the items behind INPUT as they were written, for Format
	Layers []Layer // Body with every group expanded; repeated layers share their Pos
}

// Input is the picture that the network takes, in pixels and channels.
type Input struct {
	H, W, C int
	Pos     Pos
	Length  int
}

// Item is a layer or a group: exactly one of Layer and Group is set.
type Item struct {
	Layer *Layer
	Group *Group
}

// Group is [ items ]*Repeat. Repeat 0 leaves the items out.
type Group struct {
	Items  []Item
	Repeat int
	Pos    Pos
	Length int
}

// Layer is one layer as it was written.
type Layer struct {
	Kind    string // upper case: CONV, POOL, …
	Name    string // "" if it has none
	Size    []int  // CONV [KH KW F], POOL [K] or [KH KW], FC [N], others none
	Options []Option
	Pos     Pos
	Length  int // in characters, from the first of Kind to the last of the last option
}

// Option is one option of a layer. The number of a DROPOUT is its option "rate".
type Option struct {
	Name    string    // lower case: stride, pad, …
	Numbers []float64 // one, or two for HxW
	Word    string    // instead of numbers: "same"
	Pos     Pos
	Length  int
}

// Option returns the option called name, and whether the layer has it.
func (l Layer) Option(name string) (Option, bool) {
	i := slices.IndexFunc(l.Options, func(o Option) bool { return o.Name == name })
	if i < 0 {
		return Option{}, false
	}
	return l.Options[i], true
}

// Has reports whether the layer has the option called name.
func (l Layer) Has(name string) bool {
	_, ok := l.Option(name)
	return ok
}

// Pair returns the numbers of the option called name as height and width, one number counting for
// both. It returns h and w if the layer does not have the option, or has a word for numbers.
func (l Layer) Pair(name string, h, w int) (int, int) {
	o, _ := l.Option(name)
	switch len(o.Numbers) {
	case 0:
		return h, w
	case 1:
		return int(o.Numbers[0]), int(o.Numbers[0])
	}
	return int(o.Numbers[0]), int(o.Numbers[1])
}

// Window returns the kernel's height and width of a CONV, POOL or AVGPOOL, and 0, 0 for others.
func (l Layer) Window() (h, w int) {
	switch {
	case !slices.Contains([]string{"CONV", "POOL", "AVGPOOL"}, l.Kind) || len(l.Size) == 0:
		return 0, 0
	case len(l.Size) == 1:
		return l.Size[0], l.Size[0]
	}
	return l.Size[0], l.Size[1]
}

// Error is a fault in a text: Length characters from Line and Column on.
type Error struct {
	Line, Column int
	Length       int
	Msg          string
}

func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Msg)
}

// ErrorAt returns an error that points at l, for checks that this package does not make.
func (n *Net) ErrorAt(l Layer, format string, args ...any) *Error {
	return errorAt(l.Pos, l.Length, format, args...)
}

func errorAt(pos Pos, length int, format string, args ...any) *Error {
	return &Error{Line: pos.Line, Column: pos.Column, Length: length, Msg: fmt.Sprintf(format, args...)}
}

// expand appends the layers of items, groups repeated, to layers.
func expand(layers []Layer, items []Item) []Layer {
	for _, it := range items {
		if it.Layer != nil {
			layers = append(layers, *it.Layer)
			continue
		}
		for range it.Group.Repeat {
			layers = expand(layers, it.Group.Items)
		}
	}
	return layers
}

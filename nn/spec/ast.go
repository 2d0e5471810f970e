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
	Defs  []Def // variables and blocks, in the order of the text
	Input Input
	Body  []Item // the items behind INPUT as they were written, for Format
	// Layers is Body expanded: groups repeated, blocks and numbers put in, in the order in which they are built. Repeated
	// layers share their Pos. A branch's end is a layer of its own, CONCAT, ADD or MUL.
	Layers []Layer
	Heads  []Head // the side heads of Layers
}

// Head is a side head: Layers[From:To], of which the last gives the logits.
type Head struct {
	From, To int
	Weight   float64 // of its loss
}

// Input is what the network takes: axes of space and channels.
type Input struct {
	Size   []Num // [H W C], [D H W C] or, of a series, [L C]
	Series bool
	Pos    Pos
	Length int

	shape []int // Size, evaluated
}

// Def defines a variable or a block.
type Def struct {
	Name   string
	Value  *Num     // of a variable; nil for a block
	Params []string // of a block, without $
	Body   []Item   // of a block
	Pos    Pos
	Length int
}

// Item is one link of a chain: exactly one of its fields is set.
type Item struct {
	Layer  *Layer
	Group  *Group
	Branch *Branch
	Side   *Side
	Call   *Call
}

// Group is [ items ]*Repeat. Repeat 0 leaves the items out. Optional is the spelling ?Repeat, with 0 or 1.
type Group struct {
	Items    []Item
	Repeat   Num
	Optional bool
	Pos      Pos
	Length   int
}

// Branch is { path | path } merge: every path starts from the same value, and merge joins their ends. A path without
// items is the identity.
type Branch struct {
	Paths  [][]Item
	Merge  Layer // of kind CONCAT, ADD or MUL
	Pos    Pos
	Length int
}

// Side is side { items } weight W: a head whose logits are an auxiliary output; what goes on is what came in.
type Side struct {
	Items  []Item
	Weight Num
	Pos    Pos
	Length int
}

// Call is block(args)*Repeat.
type Call struct {
	Block    string
	Args     []Num
	Repeat   Num
	Optional bool
	Pos      Pos
	Length   int
}

// Layer is one layer as it was written; in Net.Layers, its numbers are evaluated.
type Layer struct {
	Kind    string // upper case: CONV, POOL, …
	Name    string // "" if it has none
	Size    []Num  // CONV [KH KW F], POOL [K] or [KH KW], FC [N], others none
	Options []Option
	// In lists the layers that it reads by their index in Net.Layers, -1 being the input; nil means the one before it.
	In     []int
	Pos    Pos
	Length int // in characters, from the first of Kind to the last of the last option
}

// Option is one option of a layer. The number right behind a word, as in DROPOUT 0.5, is an option too; it is written
// without its name ("rate").
type Option struct {
	Name    string // lower case: stride, pad, …
	Word    string // before or instead of numbers: pad same, init normal 0.01
	Ref     string // the name of another layer: share "a"
	Numbers []Num  // one, or one for each axis
	Sides   bool   // Numbers are one a side, 0,1,2,1: those before the axes, then those behind them
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
		return o.Numbers[0].Int(), o.Numbers[0].Int()
	}
	return o.Numbers[0].Int(), o.Numbers[1].Int()
}

// number returns the only number of the option called name, or other.
func (l Layer) number(name string, other float64) float64 {
	if o, _ := l.Option(name); len(o.Numbers) > 0 {
		return o.Numbers[0].Value
	}
	return other
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

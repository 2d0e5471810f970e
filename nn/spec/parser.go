package spec

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of a text. They keep a slip of the keyboard from asking for the impossible.
const (
	MaxNumber    = 1_000_000 // the largest number in a size or an option
	MaxRepeat    = 1_000     // the largest N of [...]*N
	MaxLayers    = 10_000    // the most layers after all groups are expanded
	maxDepth     = 50        // groups, branches and heads inside each other
	maxDefs      = 1_000     // variables and blocks
	maxOperators = 100       // in one number
)

// Parse reads a text. An error is always an *Error and says what would work in its place.
func Parse(text string) (*Net, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, names: map[string]Pos{}, globals: &scope{vars: map[string]float64{}}, blocks: map[string]*Def{}}
	n, err := p.net()
	if err != nil {
		return nil, err
	}
	if err := n.expand(); err != nil {
		return nil, err
	}
	return n, nil
}

// parser descends the grammar of the package comment, one method a rule.
type parser struct {
	tokens    []token // never empty, ends with tokEnd
	last      token   // the one that was read before
	depth     int
	operators int
	names     map[string]Pos
	globals   *scope
	params    []string // of the block that is being read
	block     string   // its name
	blocks    map[string]*Def
}

func (p *parser) peek() token { return p.tokens[0] }

// ahead returns the token i places behind the next.
func (p *parser) ahead(i int) token { return p.tokens[min(i, len(p.tokens)-1)] }

// next takes the next token; tokEnd stays.
func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != tokEnd {
		p.tokens = p.tokens[1:]
	}
	p.last = t
	return t
}

func (t token) is(sign string) bool { return t.kind == tokSign && t.text == sign }

// take takes the next token if it is the sign.
func (p *parser) take(sign string) bool {
	if !p.peek().is(sign) {
		return false
	}
	p.next()
	return true
}

func (p *parser) takeArrow() bool {
	if p.peek().kind != tokArrow {
		return false
	}
	p.next()
	return true
}

func (t token) errorf(format string, args ...any) *Error {
	return errorAt(t.pos, t.length(), format, args...)
}

func (p *parser) net() (*Net, *Error) {
	n := &Net{}
	if err := p.definitions(n); err != nil {
		return nil, err
	}
	start := p.peek()
	if start.kind != tokWord || !strings.EqualFold(start.text, "INPUT") {
		return nil, start.errorf("expected INPUT and the size of the picture, as in INPUT 28x28x1 -> FC 10; got %v", start)
	}
	if err := p.input(&n.Input); err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind == tokEnd {
		return nil, t.errorf(`expected "->" and a layer, as in %s -> FC 10; got %v`, n.Input, t)
	}
	if !p.takeArrow() {
		return nil, p.expectedArrow("INPUT 28x28x1 -> FC 10")
	}
	var err *Error
	if n.Body, err = p.items(); err != nil {
		return nil, err
	}
	switch t := p.peek(); {
	case t.is("]"):
		return nil, t.errorf(`"]" without "[" before it, as in [CONV 5x5x8 -> RELU]*2`)
	case t.is("}"):
		return nil, t.errorf(`"}" without "{" before it, as in { CONV 3x3x16 pad 1 | CONV 1x1x16 } concat`)
	case t.is("="):
		return nil, t.errorf("variables and blocks are defined before INPUT, as in $width = 16; INPUT 28x28x1 -> FC $width")
	case t.kind != tokEnd:
		return nil, p.expectedArrow("CONV 5x5x8 -> RELU")
	}
	return n, nil
}

func (p *parser) input(in *Input) *Error {
	l, err := p.layer()
	if err != nil {
		return err
	}
	if l.Name != "" {
		return errorAt(l.Pos, l.Length, "INPUT takes no name, as in INPUT 28x28x1")
	}
	*in = Input{Size: l.Size, Series: l.Has("series"), Pos: l.Pos, Length: l.Length}
	pos, length := span(l.Size)
	switch least, most := inputSize.bounds(0); {
	case len(l.Size) < least || len(l.Size) > most:
		return errorAt(pos, length, "INPUT wants a size HxWxC, as in INPUT 28x28x1; got %s", sizeText(l.Size))
	case in.Series && len(in.Size) != 2:
		return errorAt(in.Pos, in.Length, "a series has a length and channels, as in INPUT 1000x8 series; got %s", sizeText(in.Size))
	case !in.Series && len(in.Size) == 2:
		in.Size = append(in.Size, Num{Value: 1})
	}
	return nil
}

// expectedArrow is the error for what stands where "->" should.
func (p *parser) expectedArrow(example string) *Error {
	t := p.peek()
	if t.kind == tokSign && !slices.Contains([]string{"[", "]", "}", "?", "*"}, t.text) {
		return unexpected(t.pos, rune(t.text[0]))
	}
	return t.errorf(`expected "->" before %v, as in %s`, t, example)
}

// items reads item { arrow item }.
func (p *parser) items() ([]Item, *Error) {
	var items []Item
	for {
		it, err := p.item()
		if err != nil {
			return nil, err
		}
		items = append(items, it)
		if !p.takeArrow() {
			return items, nil
		}
	}
}

func (p *parser) item() (Item, *Error) {
	it := Item{}
	var err *Error
	t := p.peek()
	switch {
	case t.kind == tokWord && strings.EqualFold(t.text, "INPUT"):
		return it, t.errorf("INPUT stands once, at the start, as in INPUT 28x28x1 -> FC 10")
	case t.is("["):
		it.Group, err = p.group()
	case t.is("{"):
		it.Branch, err = p.branch()
	case t.kind == tokWord && strings.EqualFold(t.text, "SIDE"):
		it.Side, err = p.side()
	case t.kind == tokWord && findKind(t.text) == nil && (p.ahead(1).is("(") || p.blocks[t.text] != nil):
		it.Call, err = p.call()
	default:
		it.Layer, err = p.layer()
	}
	if err != nil {
		return it, err
	}
	switch off := p.peek(); {
	case off.is("?") && it.Layer != nil:
		return it, optionalError(off, formatLayer(it.Layer))
	case off.is("?"):
		return it, off.errorf(`only a group can be optional, once: put it into [ ], as in [{ CONV 3x3x16 pad 1 | } add]?1`)
	case off.is("*") && it.Layer != nil:
		return it, off.errorf("only a group can be repeated: write [%s]*2", formatLayer(it.Layer))
	case off.is("*") && (it.Branch != nil || it.Side != nil):
		return it, off.errorf("only a group can be repeated: put it into [ ], as in [{ CONV 3x3x16 pad 1 | } add]*2")
	case off.is("*"):
		return it, off.errorf("a group is repeated once only: write [[RELU]*2]*3 for a repetition in a repetition")
	}
	return it, nil
}

// enter counts how deep brackets stand inside each other.
func (p *parser) enter(open token) *Error {
	if p.depth++; p.depth > maxDepth {
		return open.errorf("more than %d groups inside each other", maxDepth)
	}
	return nil
}

func (p *parser) group() (*Group, *Error) {
	const example = "[CONV 5x5x8 -> RELU]*2"
	open := p.next()
	if err := p.enter(open); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if t := p.peek(); t.is("]") {
		return nil, t.errorf("the group is empty: expected a layer, as in %s", example)
	}
	items, err := p.items()
	if err != nil {
		return nil, err
	}
	if err := p.closing(open, "]", example); err != nil {
		return nil, err
	}
	g := &Group{Items: items, Pos: open.pos}
	if g.Repeat, g.Optional, err = p.repeat(); err != nil {
		return nil, err
	}
	g.Length = p.last.end - open.start
	return g, nil
}

// closing reads the sign that ends what open began.
func (p *parser) closing(open token, sign, example string) *Error {
	t := p.peek()
	switch {
	case t.kind == tokEnd:
		return open.errorf(`"%s" is never closed: expected "%s", as in %s`, open.text, sign, example)
	case !t.is(sign) && (t.is("=") || t.is(";") || t.is(",") || t.is("(") || t.is(")")):
		return unexpected(t.pos, rune(t.text[0]))
	case !t.is(sign):
		return t.errorf(`expected "->" or "%s" before %v, as in %s`, sign, t, example)
	}
	p.next()
	return nil
}

// repeat reads *N or ?N behind a group or a block.
func (p *parser) repeat() (Num, bool, *Error) {
	optional := p.peek().is("?")
	if !optional && !p.peek().is("*") {
		return Num{Value: 1}, false, nil
	}
	sign, t := p.next(), p.peek()
	if !p.arithmetic() {
		n, ok := wholeNumber(t.text)
		switch {
		case t.kind == tokNumber && ok && (n <= MaxRepeat && !optional || n <= 1):
			return p.literal(n), optional, nil
		case optional && t.kind != tokNumber:
			return Num{}, false, optionalError(sign, "POOL 2")
		}
		err := repeatError(t.pos, t.length(), optional, t.String())
		if t.kind == tokWord {
			err.Msg += fmt.Sprintf("; $%s works after $%s = 2 before INPUT", t.text, t.text)
		}
		return Num{}, false, err
	}
	e, err := p.expression()
	return e, optional, err
}

func repeatError(pos Pos, length int, optional bool, got string) *Error {
	if optional {
		return errorAt(pos, length, `expected 1 behind "?" to have the layer or 0 to leave it out, as in [POOL 2]?1; got %s`, got)
	}
	return errorAt(pos, length, `expected how often the group is repeated, a number from 0 to %d, as in [CONV 5x5x8 -> RELU]*2; got %s`, MaxRepeat, got)
}

// optionalError tells how to write what textbooks write as POOL?.
func optionalError(t token, layer string) *Error {
	return t.errorf(`"?" cannot be decided here: write [%s]?1 to have the layer, [%s]?0 to leave it out, or [%s]?$p after $p = 1 before INPUT`, layer, layer, layer)
}

// branch reads { path | path } merge.
func (p *parser) branch() (*Branch, *Error) {
	const example = "{ CONV 3x3x16 pad 1 | CONV 1x1x16 } concat"
	open := p.next()
	if err := p.enter(open); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	b := &Branch{Pos: open.pos}
	some := false
	for {
		var path []Item
		if t := p.peek(); !t.is("|") && !t.is("}") {
			var err *Error
			if path, err = p.items(); err != nil {
				return nil, err
			}
			some = true
		}
		b.Paths = append(b.Paths, path)
		if !p.take("|") {
			break
		}
	}
	if err := p.closing(open, "}", example); err != nil {
		return nil, err
	}
	switch {
	case len(b.Paths) == 1:
		return nil, p.last.errorf(`a branch has two or more paths, parted by "|", as in %s; an empty one passes its input on: { CONV 3x3x16 pad 1 | } add`, example)
	case !some:
		return nil, errorAt(open.pos, p.last.end-open.start, "every path of the branch is empty: one at least needs a layer, as in { CONV 3x3x16 pad 1 | } add")
	}
	word := p.peek()
	if k := findKind(word.text); word.kind == tokWord && k != nil && k.merge != nil {
		b.Merge = Layer{Kind: k.name, Pos: p.next().pos}
		if err := p.layerName(&b.Merge); err != nil {
			return nil, err
		}
		b.Merge.Length = p.last.end - word.start
		b.Length = p.last.end - open.start
		return b, nil
	}
	return nil, word.errorf("expected what joins the paths, concat, add or mul, as in %s; got %v", example, word)
}

// side reads side { items } weight W.
func (p *parser) side() (*Side, *Error) {
	const example = "side { GAP -> FC 10 } weight 0.3"
	word := p.next()
	open := p.peek()
	if !p.take("{") {
		return nil, open.errorf(`expected "{" behind side, as in %s; got %v`, example, open)
	}
	if err := p.enter(open); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if t := p.peek(); t.is("}") {
		return nil, t.errorf("the side head is empty: expected layers, as in %s", example)
	}
	items, err := p.items()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.is("|") {
		return nil, t.errorf("a side head has one path only, as in %s", example)
	}
	if err := p.closing(open, "}", example); err != nil {
		return nil, err
	}
	s := &Side{Items: items, Pos: word.pos}
	if t := p.peek(); t.kind != tokWord || !strings.EqualFold(t.text, "weight") {
		return nil, t.errorf("expected the weight of the side head's loss, as in %s; got %v", example, t)
	}
	p.next()
	ns, err := p.optionNumbers(&sideWeight)
	if err != nil {
		return nil, err
	}
	s.Weight = ns[0]
	s.Length = p.last.end - word.start
	return s, nil
}

package spec

import (
	"strconv"
	"strings"
)

// Bounds of a text. They keep a slip of the keyboard from asking for the impossible.
const (
	MaxNumber = 1_000_000 // the largest number in a size or an option
	MaxRepeat = 1_000     // the largest N of [...]*N
	MaxLayers = 10_000    // the most layers after all groups are expanded
	maxDepth  = 50        // groups inside groups
)

// Parse reads a text. An error is always an *Error and says what would work in its place.
func Parse(text string) (*Net, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, names: map[string]Pos{}}
	n, err := p.net()
	if err != nil {
		return nil, err
	}
	return n, nil
}

// parser descends the grammar of the package comment, one method a rule.
type parser struct {
	tokens []token // never empty, ends with tokEnd
	depth  int
	names  map[string]Pos
}

func (p *parser) peek() token { return p.tokens[0] }

// next takes the next token; tokEnd stays.
func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != tokEnd {
		p.tokens = p.tokens[1:]
	}
	return t
}

// take takes the next token if it is the sign text.
func (p *parser) take(kind tokenKind, text string) bool {
	if t := p.peek(); t.kind != kind || t.text != text {
		return false
	}
	p.next()
	return true
}

func (t token) errorf(format string, args ...any) *Error {
	return errorAt(t.pos, t.length(), format, args...)
}

func (p *parser) net() (*Net, *Error) {
	start := p.peek()
	if start.kind != tokWord || !strings.EqualFold(start.text, "INPUT") {
		return nil, start.errorf("expected INPUT and the size of the picture, as in INPUT 28x28x1 -> FC 10; got %v", start)
	}
	l, err := p.layer()
	if err != nil {
		return nil, err
	}
	if l.Name != "" {
		return nil, errorAt(l.Pos, l.Length, "INPUT takes no name, as in INPUT 28x28x1")
	}
	n := &Net{Input: Input{H: l.Size[0], W: l.Size[1], C: 1, Pos: l.Pos, Length: l.Length}}
	if len(l.Size) == 3 {
		n.Input.C = l.Size[2]
	}
	if t := p.peek(); t.kind == tokEnd {
		return nil, t.errorf(`expected "->" and a layer, as in INPUT %dx%dx%d -> FC 10; got %v`, n.Input.H, n.Input.W, n.Input.C, t)
	}
	if err := p.arrow("INPUT 28x28x1 -> FC 10"); err != nil {
		return nil, err
	}
	items, count, err := p.items()
	if err != nil {
		return nil, err
	}
	switch t := p.peek(); {
	case t.kind == tokSign && t.text == "]":
		return nil, t.errorf(`"]" without "[" before it, as in [CONV 5x5x8 -> RELU]*2`)
	case t.kind != tokEnd:
		return nil, p.expectedArrow(t, "CONV 5x5x8 -> RELU")
	case count == 0:
		return nil, errorAt(n.Input.Pos, n.Input.Length, "all layers are left out by *0; at least one must stay, as in INPUT 28x28x1 -> FC 10")
	}
	n.Body = items
	n.Layers = expand(make([]Layer, 0, count), items)
	return n, nil
}

func (p *parser) arrow(example string) *Error {
	if p.take(tokArrow, "->") {
		return nil
	}
	return p.expectedArrow(p.peek(), example)
}

func (p *parser) expectedArrow(t token, example string) *Error {
	return t.errorf(`expected "->" before %v, as in %s`, t, example)
}

// items reads item { arrow item } and returns how many layers that is when expanded.
func (p *parser) items() ([]Item, int, *Error) {
	var items []Item
	total := 0
	for {
		it, count, err := p.item()
		if err != nil {
			return nil, 0, err
		}
		items = append(items, it)
		if total += count; total > MaxLayers {
			t := p.peek()
			return nil, 0, t.errorf("the network has more than %d layers up to here: repeat fewer times", MaxLayers)
		}
		if !p.take(tokArrow, "->") {
			return items, total, nil
		}
	}
}

func (p *parser) item() (Item, int, *Error) {
	it, count := Item{}, 1
	var err *Error
	switch t := p.peek(); {
	case t.kind == tokWord && strings.EqualFold(t.text, "INPUT"):
		return it, 0, t.errorf("INPUT stands once, at the start, as in INPUT 28x28x1 -> FC 10")
	case t.kind == tokSign && t.text == "[":
		it.Group, count, err = p.group()
	default:
		it.Layer, err = p.layer()
	}
	if err != nil {
		return it, 0, err
	}
	switch t := p.peek(); {
	case t.kind == tokSign && t.text == "?":
		return it, 0, t.errorf(`"?" cannot be decided here: write [POOL 2]*1 to have the layer or [POOL 2]*0 to leave it out`)
	case t.kind == tokSign && t.text == "*" && it.Layer != nil:
		return it, 0, t.errorf("only a group can be repeated: write [%s]*2", formatLayer(it.Layer))
	case t.kind == tokSign && t.text == "*":
		return it, 0, t.errorf("a group is repeated once only: write [[RELU]*2]*3 for a repetition in a repetition")
	}
	return it, count, nil
}

func (p *parser) group() (*Group, int, *Error) {
	open := p.next()
	if p.depth++; p.depth > maxDepth {
		return nil, 0, open.errorf("more than %d groups inside each other", maxDepth)
	}
	defer func() { p.depth-- }()
	if t := p.peek(); t.kind == tokSign && t.text == "]" {
		return nil, 0, t.errorf("the group is empty: expected a layer, as in [CONV 5x5x8 -> RELU]*2")
	}
	items, count, err := p.items()
	if err != nil {
		return nil, 0, err
	}
	last := p.peek()
	if last.kind == tokEnd {
		return nil, 0, open.errorf(`"[" is never closed: expected "]", as in [CONV 5x5x8 -> RELU]*2`)
	}
	if !p.take(tokSign, "]") {
		return nil, 0, last.errorf(`expected "->" or "]" before %v, as in [CONV 5x5x8 -> RELU]*2`, last)
	}
	g := &Group{Items: items, Repeat: 1, Pos: open.pos}
	if p.take(tokSign, "*") {
		last = p.next()
		n, ok := wholeNumber(last.text)
		if last.kind != tokNumber || !ok || n > MaxRepeat {
			return nil, 0, last.errorf(`expected how often the group is repeated, a number from 0 to %d, as in [CONV 5x5x8 -> RELU]*2; got %v`, MaxRepeat, last)
		}
		g.Repeat = n
	}
	g.Length = last.end - open.start
	if count *= g.Repeat; count > MaxLayers {
		return nil, 0, last.errorf("the group makes %d layers, at most %d are allowed: repeat fewer times", count, MaxLayers)
	}
	return g, count, nil
}

func (p *parser) layer() (*Layer, *Error) {
	word := p.next()
	k, err := layerKind(word)
	if err != nil {
		return nil, err
	}
	l := &Layer{Kind: k.name, Pos: word.pos}
	last := word
	if t := p.peek(); t.kind == tokName {
		if first, ok := p.names[t.text]; ok {
			return nil, t.errorf("the name %q is already used at line %d, column %d", t.text, first.Line, first.Column)
		}
		p.names[t.text] = t.pos
		l.Name = t.text
		last = p.next()
	}
	switch {
	case k.maxSize > 0:
		last = p.next()
		if l.Size, err = layerSize(k, last); err != nil {
			return nil, err
		}
	case k.name == "DROPOUT":
		last = p.next()
		rate, err := dropoutRate(last)
		if err != nil {
			return nil, err
		}
		l.Options = append(l.Options, rate)
	}
	for t := p.peek(); t.kind == tokWord || t.kind == tokNumber || t.kind == tokName; t = p.peek() {
		o, end, err := p.option(k)
		if err != nil {
			return nil, err
		}
		if l.Has(o.Name) {
			return nil, t.errorf("%s has the option %s twice", k.name, o.Name)
		}
		l.Options = append(l.Options, o)
		last = end
	}
	l.Length = last.end - word.start
	return l, nil
}

// layerKind finds the layer that word names.
func layerKind(word token) (*kind, *Error) {
	if word.kind != tokWord {
		return nil, word.errorf("expected a layer, as in CONV 5x5x8 or FC 10; got %v", word)
	}
	if k := findKind(word.text); k != nil {
		return k, nil
	}
	if strings.EqualFold(word.text, "SOFTMAX") {
		return nil, word.errorf(`SOFTMAX is implied, the loss applies it to the last layer: leave it out, as in INPUT 28x28x1 -> FC 10`)
	}
	if near := nearestKind(word.text); near != "" {
		return nil, word.errorf("unknown layer %v: did you mean %s, as in %s?", word, near, findKind(near).example)
	}
	return nil, word.errorf("unknown layer %v: expected one of %s", word, kindList())
}

// layerSize reads the size that k wants.
func layerSize(k *kind, t token) ([]int, *Error) {
	if t.kind != tokNumber {
		return nil, t.errorf("%s wants %s, as in %s; got %v", k.name, k.size, k.example, t)
	}
	size, err := numbers(t, 1)
	if err != nil {
		return nil, err
	}
	if len(size) < k.minSize || len(size) > k.maxSize {
		return nil, t.errorf("%s wants %s, as in %s; got %v", k.name, k.size, k.example, t)
	}
	return size, nil
}

func dropoutRate(t token) (Option, *Error) {
	rate, err := strconv.ParseFloat(t.text, 64)
	digits := strings.Trim(t.text, "0123456789.") == ""
	if t.kind != tokNumber || err != nil || !digits || rate < 0 || rate >= 1 {
		return Option{}, t.errorf("DROPOUT wants the share of values to drop, from 0 to less than 1, as in DROPOUT 0.5; got %v", t)
	}
	return Option{Name: "rate", Numbers: []float64{rate}, Pos: t.pos, Length: t.length()}, nil
}

// option reads one option of k and returns its last token.
func (p *parser) option(k *kind) (Option, token, *Error) {
	word := p.next()
	if err := optionWord(k, word); err != nil {
		return Option{}, word, err
	}
	known := k.findOption(word.text)
	if known == nil {
		if near := k.nearestOption(word.text); near != "" {
			return Option{}, word, word.errorf("unknown option %v: did you mean %s? %s", word, near, k.optionList())
		}
		return Option{}, word, word.errorf("unknown option %v: %s", word, k.optionList())
	}
	o := Option{Name: known.name, Pos: word.pos, Length: word.length()}
	if known.max == 0 {
		return o, word, nil
	}
	value := p.next()
	switch {
	case value.kind == tokWord && known.word != "" && strings.EqualFold(value.text, known.word):
		o.Word = known.word
	case value.kind != tokNumber:
		return o, value, value.errorf("%s wants a number, as in %s; got %v", known.name, known.example, value)
	default:
		ns, err := numbers(value, known.low)
		if err != nil {
			return o, value, err
		}
		if len(ns) > known.max {
			return o, value, value.errorf("%s wants at most %d %s, as in %s; got %v", known.name, known.max, plural(known.max, "number"), known.example, value)
		}
		for _, n := range ns {
			o.Numbers = append(o.Numbers, float64(n))
		}
	}
	o.Length = value.end - word.start
	return o, value, nil
}

// optionWord refuses what stands in an option's place and is something else.
func optionWord(k *kind, t token) *Error {
	switch {
	case t.kind == tokName:
		return t.errorf(`the name stands right behind the layer's word, once, as in CONV "stem" 5x5x8`)
	case t.kind == tokNumber && k.maxSize == 0 && k.name != "DROPOUT":
		return t.errorf("%s takes no size; got %v", k.name, t)
	case t.kind == tokNumber:
		return t.errorf(`expected an option or "->" behind the size; got %v: %s, as in %s -> RELU`, t, k.optionList(), k.example)
	case strings.Trim(strings.ToLower(t.text), "x0123456789") == "":
		return t.errorf("a size is written without blanks, as in %s", k.example)
	case findKind(t.text) != nil || strings.EqualFold(t.text, "SOFTMAX"):
		return t.errorf(`expected "->" before %v, as in %s -> RELU`, t, k.example)
	}
	return nil
}

// numbers reads 5x5x8: whole numbers from low to MaxNumber.
func numbers(t token, low int) ([]int, *Error) {
	text := strings.NewReplacer("X", "x", "×", "x").Replace(t.text)
	var ns []int
	for part := range strings.SplitSeq(text, "x") {
		n, ok := wholeNumber(part)
		switch {
		case !ok:
			return nil, t.errorf("cannot read %v: expected whole numbers joined by x, as in 5x5x8", t)
		case n < low || n > MaxNumber:
			return nil, t.errorf("the number %s is out of bounds: expected %d to %d", shorten(part), low, MaxNumber)
		case len(ns) == 8:
			return nil, t.errorf("too many numbers in %v: expected whole numbers joined by x, as in 5x5x8", t)
		}
		ns = append(ns, n)
	}
	return ns, nil
}

// wholeNumber reads digits; what is larger than MaxNumber comes back as MaxNumber+1.
func wholeNumber(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if !isDigit(rune(s[i])) {
			return 0, false
		}
		n = min(n*10+int(s[i]-'0'), MaxNumber+1)
	}
	return n, s != ""
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

package spec

import (
	"strings"
)

func (p *parser) layer() (*Layer, *Error) {
	word := p.peek()
	k, err := layerKind(word)
	if err != nil {
		return nil, err
	}
	p.next()
	l := &Layer{Kind: k.name, Pos: word.pos}
	if err := p.layerName(l); err != nil {
		return nil, err
	}
	number := p.peek().kind == tokNumber || p.arithmetic()
	switch {
	case k.size != noSize && !(k.sharing && p.peek().kind == tokWord && strings.EqualFold(p.peek().text, "share")):
		if l.Size, err = p.size(k); err != nil {
			return nil, err
		}
	case k.lead != nil && (number || !k.lead.may):
		o := Option{Name: k.lead.name, Pos: p.peek().pos}
		first := p.peek()
		if o.Numbers, err = p.optionNumbers(k.lead); err == nil && k.lead.sides && p.peek().is(",") {
			o.Sides = true
			err = p.sides(&o, k.lead)
		}
		if err != nil {
			return nil, err
		}
		o.Length = p.last.end - first.start
		l.Options = append(l.Options, o)
	}
	for t := p.peek(); t.kind == tokWord || t.kind == tokNumber || t.kind == tokName || t.kind == tokVar; t = p.peek() {
		if p.block != "" && p.newDefinition(k) {
			break
		}
		o, err := p.option(k)
		if err != nil {
			return nil, err
		}
		if l.Has(o.Name) {
			return nil, t.errorf("%s has the option %s twice", k.name, o.Name)
		}
		l.Options = append(l.Options, o)
	}
	l.Length = p.last.end - word.start
	return l, nil
}

// newDefinition reports whether the next token starts what may follow a block: lines mean nothing elsewhere, but a
// block ends with its line if the next line starts a definition.
func (p *parser) newDefinition(k *kind) bool {
	t, next := p.peek(), p.ahead(1)
	switch {
	case next.is("=") && (t.kind == tokVar || t.kind == tokWord):
		return true
	case t.kind != tokWord || t.pos.Line == p.last.pos.Line || k.findOption(t.text) != nil:
		return false
	}
	return next.is("(") || strings.EqualFold(t.text, "INPUT")
}

// layerName reads the name that may stand behind a layer's word.
func (p *parser) layerName(l *Layer) *Error {
	t := p.peek()
	if t.kind != tokName {
		return nil
	}
	if first, ok := p.names[t.text]; ok {
		return t.errorf("the name %q is already used at line %d, column %d", t.text, first.Line, first.Column)
	}
	p.names[t.text] = t.pos
	l.Name = p.next().text
	return nil
}

// layerKind finds the layer that word names.
func layerKind(word token) (*kind, *Error) {
	if word.kind == tokSign && strings.Contains("|{(),;/+-=", word.text) {
		return nil, unexpected(word.pos, rune(word.text[0]))
	}
	if word.kind != tokWord {
		return nil, word.errorf("expected a layer, as in CONV 5x5x8 or FC 10; got %v", word)
	}
	if k := findKind(word.text); k != nil && k.merge != nil {
		return nil, word.errorf("%s joins the paths of a branch: write it behind the braces, as in { CONV 3x3x16 pad 1 | } %s", k.name, strings.ToLower(k.name))
	} else if k != nil {
		return k, nil
	}
	if near := nearestKind(word.text); near != "" {
		return nil, word.errorf("unknown layer %v: did you mean %s, as in %s?", word, near, findKind(near).example)
	}
	return nil, word.errorf("unknown layer %v: expected one of %s", word, kindList())
}

// size reads the size that k wants. How many numbers it needs is known when the axes of INPUT are.
func (p *parser) size(k *kind) ([]Num, *Error) {
	t := p.peek()
	if t.kind != tokNumber && !p.arithmetic() {
		return nil, t.errorf("%s wants %s, as in %s; got %v", k.name, k.sizeText, k.example, t)
	}
	return p.whole(1)
}

// option reads one option of k.
func (p *parser) option(k *kind) (Option, *Error) {
	word := p.peek()
	if err := p.notAnOption(k, word); err != nil {
		return Option{}, err
	}
	known := k.findOption(word.text)
	if known == nil {
		if near := k.nearestOption(word.text); near != "" {
			return Option{}, word.errorf("unknown option %v: did you mean %s? %s", word, near, k.optionList())
		}
		return Option{}, word.errorf("unknown option %v: %s", word, k.optionList())
	}
	p.next()
	o := Option{Name: known.name, Pos: word.pos}
	var err *Error
	value := p.peek()
	w := known.findWord(value)
	switch {
	case known.ref:
		if value.kind != tokName {
			return o, value.errorf(`%s wants the name of a layer before this one, as in %s; got %v`, known.name, known.example, value)
		}
		o.Ref = p.next().text
		if _, ok := p.names[o.Ref]; !ok {
			return o, value.errorf("no layer before this one is called %q: name it, as in CONV %q 3x3x16", o.Ref, o.Ref)
		}
	case w != nil:
		p.next()
		o.Word = w.name
		if w.number != nil {
			o.Numbers, err = p.optionNumbers(w.number)
		}
	case known.count != 0:
		if o.Numbers, err = p.optionNumbers(known); err == nil && known.sides && p.peek().is(",") {
			o.Sides = true
			err = p.sides(&o, known)
		}
	case len(known.words) > 0:
		return o, value.errorf("%s wants one of %s, as in %s; got %v", known.name, known.wordList(), known.example, value)
	}
	o.Length = p.last.end - word.start
	return o, err
}

// optionNumbers reads the numbers of an option.
func (p *parser) optionNumbers(known *option) ([]Num, *Error) {
	t := p.peek()
	number := t.kind == tokNumber || p.arithmetic()
	switch {
	case known.decimal && number && p.arithmetic():
		n, err := p.expression()
		return []Num{n}, err
	case known.decimal:
		v, ok := parseDecimal(t.text)
		if t.kind != tokNumber || !ok || !known.fits(v) {
			return nil, t.errorf("%s wants %s, as in %s; got %v", known.title(), known.help, known.example, t)
		}
		p.next()
		return []Num{{Value: v, Pos: t.pos, Length: t.length()}}, nil
	case t.is("-"):
		return nil, unexpected(t.pos, '-')
	case !number && len(known.words) > 0:
		return nil, t.errorf("%s wants a number or %s, as in %s; got %v", known.title(), known.wordList(), known.example, t)
	case !number:
		return nil, t.errorf("%s wants a number, as in %s; got %v", known.title(), known.example, t)
	}
	return p.whole(int(known.low))
}

// sides reads the numbers behind the first of pad 0,1,2,1.
func (p *parser) sides(o *Option, known *option) *Error {
	for p.take(",") {
		t := p.peek()
		ns, err := p.optionNumbers(known)
		if err != nil {
			return err
		}
		if o.Numbers = append(o.Numbers, ns...); len(ns) > 1 || len(o.Numbers) > maxSize {
			return t.errorf("commas part one number a side, the sides before the axes first: top,left,bottom,right, as in %s 0,1,2,1; got %v", known.title(), t)
		}
	}
	return nil
}

// notAnOption refuses what stands in an option's place and is something else.
func (p *parser) notAnOption(k *kind, t token) *Error {
	switch {
	case t.kind == tokName:
		return t.errorf(`the name stands right behind the layer's word, once, as in CONV "stem" 5x5x8`)
	case (t.kind == tokNumber || t.kind == tokVar) && k.size == noSize && k.lead == nil:
		return t.errorf("%s takes no size; got %v", k.name, t)
	case t.kind == tokNumber || t.kind == tokVar:
		return t.errorf(`expected an option or "->" behind the size; got %v: %s, as in %s -> RELU`, t, k.optionList(), k.example)
	case strings.Trim(strings.ToLower(t.text), "x0123456789") == "":
		return t.errorf("a size is written without blanks, as in %s", k.example)
	case (findKind(t.text) != nil || p.blocks[t.text] != nil || strings.EqualFold(t.text, "SIDE")) && k.findOption(t.text) == nil:
		return t.errorf(`expected "->" before %v, as in %s -> RELU`, t, k.example)
	}
	return nil
}

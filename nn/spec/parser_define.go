package spec

import (
	"slices"
	"strings"
)

const blockExample = "residual($f, $s) = { CONV 3x3x$f stride $s pad 1 | CONV 1x1x$f stride $s } add"

// definitions reads $name = number and block($a, $b) = items, one a line or parted by semicolons.
func (p *parser) definitions(n *Net) *Error {
	for {
		t, next := p.peek(), p.ahead(1)
		var def *Def
		var err *Error
		switch {
		case t.is(";"):
			p.next()
			continue
		case t.kind == tokVar:
			def, err = p.variable()
		case t.kind == tokWord && !strings.EqualFold(t.text, "INPUT") && next.is("("):
			def, err = p.blockDef()
		case t.kind == tokWord && next.is("="):
			return t.errorf("a definition is a variable, as in $%s = 16, or a block with its parameters, as in %s", t.text, blockExample)
		default:
			return nil
		}
		if err != nil {
			return err
		}
		if len(n.Defs) == maxDefs {
			return t.errorf("more than %d variables and blocks", maxDefs)
		}
		n.Defs = append(n.Defs, *def)
		if def.Value == nil {
			p.blocks[def.Name] = &n.Defs[len(n.Defs)-1]
		}
		if end := p.peek(); end.kind != tokEnd && !end.is(";") && end.pos.Line == p.last.pos.Line {
			if err := p.endOfDefinition(def); err != nil {
				return err
			}
		}
	}
}

// endOfDefinition is the error for what stands behind a definition on its line.
func (p *parser) endOfDefinition(def *Def) *Error {
	t := p.peek()
	switch {
	case t.is("?") || t.is("*") || t.is("=") || t.is("]") || t.is("}") || t.kind == tokNumber || t.kind == tokArrow:
		return t.errorf(`expected the end of the line or ";" behind the definition of %s; got %v`, def.label(), t)
	case t.kind == tokSign && !t.is("("):
		return unexpected(t.pos, rune(t.text[0]))
	}
	return t.errorf(`the definition of %s ends here: write %v on a new line or behind ";"`, def.label(), t)
}

func (d *Def) label() string {
	if d.Value != nil {
		return "$" + d.Name
	}
	return d.Name
}

// variable reads $name = number.
func (p *parser) variable() (*Def, *Error) {
	name := p.next()
	if !p.take("=") {
		t := p.peek()
		return nil, t.errorf(`expected "=" and a number behind $%s, as in $%s = 16; got %v`, name.text, name.text, t)
	}
	if _, twice := p.globals.vars[name.text]; twice {
		return nil, name.errorf("the variable $%s is defined twice; give the second another name", name.text)
	}
	value, err := p.expression()
	if err != nil {
		return nil, err
	}
	v, err := p.globals.eval(value)
	if err != nil {
		return nil, err
	}
	if v.Value < 0 || v.Value > MaxNumber {
		return nil, errorAt(value.Pos, value.Length, "$%s is %s: expected 0 to %d", name.text, decimal(v.Value), MaxNumber)
	}
	p.globals.vars[name.text] = v.Value
	return &Def{Name: name.text, Value: &value, Pos: name.pos, Length: p.last.end - name.start}, nil
}

// blockDef reads name($a, $b) = items.
func (p *parser) blockDef() (*Def, *Error) {
	name := p.next()
	p.next() // (
	d := &Def{Name: name.text, Params: []string{}, Pos: name.pos}
	switch {
	case findKind(name.text) != nil || slices.Contains([]string{"SIDE", "SHARE"}, strings.ToUpper(name.text)):
		return nil, name.errorf("%s is a word of the language: give the block another name, as in %s", strings.ToUpper(name.text), blockExample)
	case p.blocks[name.text] != nil:
		return nil, name.errorf("the block %s is defined twice; give the second another name", name.text)
	case name.length() > maxNameRunes:
		return nil, name.errorf("the block's name has %d characters, at most %d are allowed", name.length(), maxNameRunes)
	}
	for !p.take(")") {
		if len(d.Params) > 0 && !p.take(",") {
			t := p.peek()
			return nil, t.errorf(`expected "," or ")" behind a parameter, as in %s; got %v`, blockExample, t)
		}
		t := p.next()
		switch {
		case t.kind != tokVar:
			return nil, t.errorf("expected a parameter, a name behind $, as in %s; got %v", blockExample, t)
		case slices.Contains(d.Params, t.text):
			return nil, t.errorf("the parameter $%s stands twice", t.text)
		case len(d.Params) == 16:
			return nil, t.errorf("a block has at most 16 parameters")
		}
		d.Params = append(d.Params, t.text)
	}
	if t := p.peek(); !p.take("=") {
		return nil, t.errorf(`expected "=" behind %s( ), as in %s; got %v`, name.text, blockExample, t)
	}
	p.params, p.block = d.Params, d.Name
	items, err := p.items()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.is("}") || t.is("]") {
		return nil, t.errorf("%v without its opening sign before it, as in %s", t, blockExample)
	}
	p.params, p.block = nil, ""
	d.Body = items
	d.Length = p.last.end - name.start
	return d, nil
}

// call reads block(args), and *N behind it.
func (p *parser) call() (*Call, *Error) {
	name := p.next()
	def := p.blocks[name.text]
	if def == nil {
		names := make([]string, 0, len(p.blocks))
		for n := range p.blocks {
			names = append(names, n)
		}
		slices.Sort(names)
		switch near := nearest(name.text, names); {
		case name.text == p.block:
			return nil, name.errorf("%s cannot use itself: repeat a block where it is used, as in %s(16)*3", name.text, name.text)
		case near != "":
			return nil, name.errorf("unknown block %v: did you mean %s?", name, near)
		case nearestKind(name.text) != "":
			return nil, name.errorf("unknown block %v: did you mean the layer %s, as in %s?", name, nearestKind(name.text), findKind(nearestKind(name.text)).example)
		}
		return nil, name.errorf("unknown block %v: define it before INPUT, as in %s", name, blockExample)
	}
	c := &Call{Block: def.Name, Pos: name.pos}
	if t := p.peek(); !p.take("(") {
		return nil, t.errorf("expected the numbers for %s in parentheses, as in %s; got %v", name.text, def.example(), t)
	}
	for !p.take(")") {
		if len(c.Args) > 0 && !p.take(",") {
			t := p.peek()
			return nil, t.errorf(`expected "," or ")", as in %s; got %v`, def.example(), t)
		}
		arg, err := p.expression()
		if err != nil {
			return nil, err
		}
		c.Args = append(c.Args, arg)
	}
	if len(c.Args) != len(def.Params) {
		return nil, errorAt(name.pos, p.last.end-name.start, "%s has %d %s, as in %s; got %d", name.text, len(def.Params), plural(len(def.Params), "parameter"), def.example(), len(c.Args))
	}
	var err *Error
	if c.Repeat, c.Optional, err = p.repeat(); err != nil {
		return nil, err
	}
	c.Length = p.last.end - name.start
	return c, nil
}

// example shows how the block is used.
func (d *Def) example() string {
	numbers := make([]string, len(d.Params))
	for i := range numbers {
		numbers[i] = []string{"16", "1"}[min(i, 1)]
	}
	return d.Name + "(" + strings.Join(numbers, ", ") + ")"
}

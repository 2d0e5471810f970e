package spec

import (
	"strconv"
	"strings"
)

// arithmetic reports whether the next number is more than digits: it has a variable or stands in parentheses. 2*3 is
// not, for the star behind a layer's number is a slip that deserves an answer of its own.
func (p *parser) arithmetic() bool {
	opens := func(t token) bool { return t.kind == tokVar || t.is("(") }
	t, next := p.peek(), p.ahead(1)
	if t.kind != tokNumber {
		return opens(t) && !next.is("=")
	}
	joined := next.start == t.end && opens(next) && strings.HasSuffix(fold(t.text), "x")
	return joined || next.kind == tokSign && strings.Contains("+-*/", next.text) && opens(p.ahead(2))
}

// fold writes the signs for "times" as x.
func fold(s string) string { return strings.NewReplacer("X", "x", "×", "x").Replace(s) }

func (p *parser) literal(n int) Num {
	t := p.next()
	return Num{Value: float64(n), Pos: t.pos, Length: t.length()}
}

// expression reads a whole number or arithmetic of any form.
func (p *parser) expression() (Num, *Error) {
	p.operators = 0
	first := p.peek()
	e, err := p.sum()
	if err != nil {
		return Num{}, err
	}
	return e.num(first, p.last), nil
}

// num makes a number of e, which stands from first to last.
func (e *Expr) num(first, last token) Num {
	n := Num{Expr: e, Pos: first.pos, Length: last.end - first.start}
	if last.pos.Line != first.pos.Line {
		n.Length = first.length()
	}
	if e.Op == '0' {
		n.Expr, n.Value = nil, e.Value
	}
	return n
}

func (p *parser) sum() (*Expr, *Error)     { return p.chain("+-", p.product) }
func (p *parser) product() (*Expr, *Error) { return p.chain("*/", p.operand) }

// chain reads operands joined by one of the operators, which bind to the left.
func (p *parser) chain(operators string, operand func() (*Expr, *Error)) (*Expr, *Error) {
	first := p.peek()
	e, err := operand()
	if err != nil {
		return nil, err
	}
	for t := p.peek(); t.kind == tokSign && strings.Contains(operators, t.text); t = p.peek() {
		if p.operators++; p.operators > maxOperators {
			return nil, t.errorf("the number has more than %d operators", maxOperators)
		}
		p.next()
		right, err := operand()
		if err != nil {
			return nil, err
		}
		e = &Expr{Op: t.text[0], Args: [2]*Expr{e, right}, Pos: first.pos, Length: p.last.end - first.start}
		if p.last.pos.Line != first.pos.Line {
			e.Length = first.length()
		}
	}
	return e, nil
}

// operand reads digits, a variable or parentheses. Of 3x3x16 it takes the first number alone.
func (p *parser) operand() (*Expr, *Error) {
	t := p.peek()
	switch {
	case t.is("("):
		p.next()
		if err := p.enter(t); err != nil {
			return nil, err
		}
		defer func() { p.depth-- }()
		e, err := p.sum()
		if err != nil {
			return nil, err
		}
		if end := p.peek(); !p.take(")") {
			return nil, end.errorf(`expected ")" or an operator, as in ($a+$b)/2; got %v`, end)
		}
		return e, nil
	case t.kind == tokVar:
		p.next()
		return &Expr{Op: '$', Name: t.text, Pos: t.pos, Length: t.length()}, p.known(t)
	case t.kind != tokNumber:
		return nil, t.errorf("expected a number or a variable, as in 16 or $width*2; got %v", t)
	}
	digits := t
	if i := strings.IndexAny(fold(t.text), "x"); i >= 0 {
		digits = p.cut(i)
	} else {
		p.next()
	}
	v, ok := parseDecimal(digits.text)
	if !ok || v > MaxNumber {
		return nil, digits.errorf("cannot read %v as a number: expected digits, at most %d, as in $width*2", digits, MaxNumber)
	}
	return &Expr{Op: '0', Value: v, Pos: digits.pos, Length: digits.length()}, nil
}

// cut takes the first n bytes, which are characters too, of the next token.
func (p *parser) cut(n int) token {
	t := p.peek()
	head, rest := t, t
	head.text, head.end = t.text[:n], t.start+n
	rest.text, rest.start = t.text[n:], head.end
	rest.pos.Column += n
	rest.kind = tokNumber
	p.tokens[0] = rest
	p.last = head
	return head
}

// known checks that a variable is defined.
func (p *parser) known(t token) *Error {
	names := append(p.globals.names(), p.params...)
	for _, n := range names {
		if n == t.text {
			return nil
		}
	}
	for _, n := range names { // $kx3x16
		if rest, ok := strings.CutPrefix(fold(t.text), n+"x"); ok {
			return t.errorf("unknown variable $%s: did you mean ($%s)x%s, with parentheses around the variable before an x?", shorten(t.text), n, rest)
		}
	}
	if near := nearest(t.text, names); near != "" {
		return t.errorf("unknown variable $%s: did you mean $%s?", shorten(t.text), near)
	}
	return t.errorf("unknown variable $%s: define it before INPUT, as in $%s = 16", shorten(t.text), shorten(t.text))
}

// joined reads numbers joined by x, some of which are not mere digits: ($k)x3x$width*2.
func (p *parser) joined() ([]Num, *Error) {
	var ns []Num
	for {
		p.operators = 0
		first := p.peek()
		e, err := p.sum()
		if err != nil {
			return nil, err
		}
		if ns = append(ns, e.num(first, p.last)); len(ns) > maxSize {
			return nil, first.errorf("too many numbers: expected at most %d, joined by x, as in 5x5x8", maxSize)
		}
		t := p.peek()
		if t.start != p.last.end || t.kind != tokWord && t.kind != tokNumber || fold(t.text)[0] != 'x' {
			return ns, nil
		}
		if fold(t.text) != "x" {
			p.cutTimes()
			continue
		}
		p.next()
		if next := p.peek(); next.start != t.end {
			return nil, next.errorf("expected a number right behind %v, as in 3x3x$width; got %v", t, next)
		}
	}
}

// cutTimes drops the first character of the next token.
func (p *parser) cutTimes() {
	t := p.peek()
	n := 1
	if strings.HasPrefix(t.text, "×") {
		n = len("×")
	}
	t.text, t.kind = t.text[n:], tokNumber
	t.start++
	t.pos.Column++
	p.tokens[0] = t
}

// maxSize is how many numbers a size has at most.
const maxSize = 8

// whole reads 5x5x8: whole numbers from low to MaxNumber.
func (p *parser) whole(low int) ([]Num, *Error) {
	if p.arithmetic() {
		return p.joined()
	}
	t := p.peek()
	var ns []Num
	for part := range strings.SplitSeq(fold(t.text), "x") {
		n, ok := wholeNumber(part)
		switch {
		case !ok:
			return nil, t.errorf("cannot read %v: expected whole numbers joined by x, as in 5x5x8", t)
		case n < low || n > MaxNumber:
			return nil, t.errorf("the number %s is out of bounds: expected %d to %d", shorten(part), low, MaxNumber)
		case len(ns) == maxSize:
			return nil, t.errorf("too many numbers in %v: expected whole numbers joined by x, as in 5x5x8", t)
		}
		ns = append(ns, Num{Value: float64(n), Pos: t.pos, Length: t.length()})
	}
	p.next()
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

// parseDecimal reads digits with a point or without.
func parseDecimal(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && strings.Trim(s, "0123456789.") == ""
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

package spec

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind int

const (
	tokEnd    tokenKind = iota // the end of the text
	tokWord                    // CONV, pad
	tokNumber                  // 5x5x8, 10, 0.5
	tokName                    // "stem", text without the quotes
	tokArrow                   // -> or →
	tokVar                     // $width, text without the $
	tokSign                    // one of signs
)

// signs are the characters that are tokens by themselves.
const signs = "[]{}()|*?+-/=,;"

type token struct {
	kind       tokenKind
	text       string
	pos        Pos
	start, end int // in characters from the start of the text
}

func (t token) length() int { return t.end - t.start }

// String names the token for an error.
func (t token) String() string {
	switch t.kind {
	case tokEnd:
		return "the end of the text"
	case tokName:
		return `the name "` + t.text + `"`
	case tokVar:
		return "$" + shorten(t.text)
	case tokArrow, tokSign:
		return `"` + t.text + `"`
	}
	return shorten(t.text)
}

// shorten cuts a word that would fill an error message.
func shorten(s string) string {
	if utf8.RuneCountInString(s) <= 40 {
		return s
	}
	return string([]rune(s)[:40]) + "…"
}

// maxTextBytes bounds a text: the largest published networks need a few KB.
const maxTextBytes = 1 << 20

// maxNameRunes bounds the name of a layer, which is shown in tables and errors.
const maxNameRunes = 64

// lexer cuts a text into tokens.
type lexer struct {
	rest   string
	offset int // characters read
	pos    Pos
}

func (x *lexer) peek() rune {
	r, _ := utf8.DecodeRuneInString(x.rest)
	if x.rest == "" {
		return -1
	}
	return r
}

// next reads one character.
func (x *lexer) next() {
	r, n := utf8.DecodeRuneInString(x.rest)
	x.rest = x.rest[n:]
	x.offset++
	x.pos.Column++
	if r == '\n' {
		x.pos = Pos{Line: x.pos.Line + 1, Column: 1}
	}
}

// skip reads white space and comments.
func (x *lexer) skip() {
	for r := x.peek(); r >= 0; r = x.peek() {
		switch {
		case r == '#':
			for r := x.peek(); r >= 0 && r != '\n'; r = x.peek() {
				x.next()
			}
		case unicode.IsSpace(r) || r == '\uFEFF' && x.offset == 0:
			x.next()
		default:
			return
		}
	}
}

// lex returns the tokens of text; the last is tokEnd, right behind the one before it.
func lex(text string) ([]token, *Error) {
	if len(text) > maxTextBytes {
		return nil, errorAt(Pos{1, 1}, 1, "the text has %d bytes, more than %d: repeat layers with [...]*N", len(text), maxTextBytes)
	}
	x := &lexer{rest: text, pos: Pos{1, 1}}
	end := token{kind: tokEnd, pos: x.pos}
	var tokens []token
	for {
		x.skip()
		if x.rest == "" {
			return append(tokens, end), nil
		}
		t, err := x.token()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		end = token{kind: tokEnd, pos: x.pos, start: x.offset, end: x.offset + 1}
	}
}

func (x *lexer) token() (token, *Error) {
	t := token{pos: x.pos, start: x.offset}
	from := x.rest
	switch r := x.peek(); {
	case strings.HasPrefix(x.rest, "->"):
		t.kind = tokArrow
		x.next()
		x.next()
	case r == '→':
		t.kind = tokArrow
		x.next()
	case strings.ContainsRune(signs, r):
		t.kind = tokSign
		x.next()
	case r == '"':
		return x.name()
	case r == '$':
		return x.variable()
	case isDigit(r) || r == '.' || r == '×':
		t.kind = tokNumber
		for r := x.peek(); isDigit(r) || isLetter(r) || r == '.' || r == '×'; r = x.peek() {
			x.next()
		}
	case isLetter(r):
		t.kind = tokWord
		for r := x.peek(); isLetter(r) || isDigit(r); r = x.peek() {
			x.next()
		}
	default:
		return t, unexpected(t.pos, r)
	}
	t.text = from[:len(from)-len(x.rest)]
	t.end = x.offset
	if t.text == "→" {
		t.text = "->"
	}
	return t, nil
}

// unexpected is the error for a character that starts no token, or none that has a meaning where it stands.
func unexpected(pos Pos, r rune) *Error {
	for _, u := range []struct{ runes, advice string }{
		{"->=–—", `layers are joined by "->", as in CONV 5x5x8 -> RELU, and no number is negative`},
		{",;+/", `layers are joined by "->" and options by blanks, as in CONV 5x5x8 pad 2 -> RELU`},
		{"|", "it parts the paths of a branch, as in { CONV 3x3x16 pad 1 | CONV 1x1x16 } concat"},
		{"{", "it opens a branch in place of a layer, as in POOL 2 -> { CONV 3x3x16 pad 1 | CONV 1x1x16 } concat"},
		{"()", "groups stand in square brackets, as in [CONV 5x5x8 -> RELU]*2"},
		{"'“”`", `names stand in straight double quotes, as in CONV "stem" 5x5x8`},
		{"$", "a variable's name follows it at once, as in $width"},
	} {
		if strings.ContainsRune(u.runes, r) {
			return errorAt(pos, 1, "unexpected %q: %s", r, u.advice)
		}
	}
	return errorAt(pos, 1, `unexpected %q: expected a layer, "->" or a group, as in INPUT 28x28x1 -> FC 10`, r)
}

// variable reads $name.
func (x *lexer) variable() (token, *Error) {
	t := token{kind: tokVar, pos: x.pos, start: x.offset}
	x.next()
	from := x.rest
	if !isLetter(x.peek()) {
		return t, unexpected(t.pos, '$')
	}
	for r := x.peek(); isLetter(r) || isDigit(r); r = x.peek() {
		x.next()
	}
	t.text, t.end = from[:len(from)-len(x.rest)], x.offset
	if t.length() > maxNameRunes {
		return t, errorAt(t.pos, t.length(), "the variable's name has %d characters, at most %d are allowed", t.length()-1, maxNameRunes-1)
	}
	return t, nil
}

func (x *lexer) name() (token, *Error) {
	t := token{kind: tokName, pos: x.pos, start: x.offset}
	x.next()
	from := x.rest
	for x.peek() != '"' {
		r := x.peek()
		if r < 0 || r == '\n' {
			return t, errorAt(t.pos, x.offset-t.start, `the name has no closing quote, as in CONV "stem" 5x5x8`)
		}
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return t, errorAt(x.pos, 1, `a name cannot hold %q: use letters, digits and signs, as in CONV "stem" 5x5x8`, r)
		}
		x.next()
	}
	t.text = from[:len(from)-len(x.rest)]
	x.next()
	t.end = x.offset
	switch {
	case strings.TrimSpace(t.text) == "":
		return t, errorAt(t.pos, t.length(), `the name is empty: leave it out or write one, as in CONV "stem" 5x5x8`)
	case t.length()-2 > maxNameRunes:
		return t, errorAt(t.pos, t.length(), "the name has %d characters, at most %d are allowed", t.length()-2, maxNameRunes)
	}
	return t, nil
}

func isDigit(r rune) bool  { return '0' <= r && r <= '9' }
func isLetter(r rune) bool { return r == '_' || r < utf8.RuneSelf && unicode.IsLetter(r) }

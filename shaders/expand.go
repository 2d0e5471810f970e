package shaders

import (
	"fmt"
	"strconv"
	"strings"
)

// expander carries out the directives of one file.
type expander struct {
	file   string
	params Params
	loops  []loop
	used   map[string]bool
	out    strings.Builder
}

type loop struct {
	name  string
	value int
}

// block writes lines; first is the number of the first one, for messages.
func (x *expander) block(lines []string, first int) error {
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		directive, ok := strings.CutPrefix(line, "//#")
		if !ok {
			text, err := x.substitute(lines[i])
			if err != nil {
				return fmt.Errorf("shaders: %s.wgsl:%d: %w", x.file, first+i+1, err)
			}
			x.out.WriteString(text + "\n")
			continue
		}
		body, other, next, err := split(lines, i)
		if err == nil {
			err = x.directive(strings.Fields(directive), body, other, first+i+1)
		}
		if err != nil {
			return fmt.Errorf("shaders: %s.wgsl:%d: %w", x.file, first+i+1, err)
		}
		i = next
	}
	return nil
}

// split finds the body of the directive in line i, its else part, and the line of its end.
func split(lines []string, i int) (body, other []string, end int, err error) {
	if strings.HasPrefix(strings.TrimSpace(lines[i]), "//#include") {
		return nil, nil, i, nil
	}
	depth, start, elseAt := 0, i+1, -1
	for k := i; k < len(lines); k++ {
		line := strings.TrimSpace(lines[k])
		switch {
		case strings.HasPrefix(line, "//#for"), strings.HasPrefix(line, "//#if"):
			depth++
		case line == "//#else" && depth == 1:
			elseAt = k
		case line == "//#end":
			if depth--; depth == 0 {
				if elseAt >= 0 {
					return lines[start:elseAt], lines[elseAt+1 : k], k, nil
				}
				return lines[start:k], nil, k, nil
			}
		}
	}
	return nil, nil, 0, fmt.Errorf("no //#end")
}

func (x *expander) directive(words, body, other []string, first int) error {
	switch {
	case len(words) == 4 && words[0] == "for":
		lo, err := x.eval(words[2])
		if err != nil {
			return err
		}
		hi, err := x.eval(words[3])
		if err != nil {
			return err
		}
		for i := lo; i < hi; i++ {
			x.loops = append(x.loops, loop{words[1], i})
			err := x.block(body, first)
			x.loops = x.loops[:len(x.loops)-1]
			if err != nil {
				return err
			}
		}
		return nil
	case len(words) >= 2 && words[0] == "if":
		v, err := x.eval(strings.Join(words[1:], " "))
		if err != nil {
			return err
		}
		if v != 0 {
			return x.block(body, first)
		}
		return x.block(other, first+len(body)+1)
	case len(words) == 2 && words[0] == "include":
		text, err := files.ReadFile("lib/" + words[1] + ".wgsl")
		if err != nil {
			return fmt.Errorf("no lib/%s.wgsl", words[1])
		}
		return x.block(strings.Split(string(text), "\n"), 0)
	}
	return fmt.Errorf("unknown directive %q", strings.Join(words, " "))
}

// substitute replaces each ${…} of a line.
func (x *expander) substitute(line string) (string, error) {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(line, "${")
		b.WriteString(before)
		if !ok {
			return b.String(), nil
		}
		inner, after, ok := strings.Cut(rest, "}")
		if !ok {
			return "", fmt.Errorf("${ without }")
		}
		if s, isText := x.params[inner].(string); isText {
			x.used[inner] = true
			b.WriteString(s)
		} else {
			v, err := x.eval(inner)
			if err != nil {
				return "", err
			}
			b.WriteString(strconv.Itoa(v))
		}
		line = after
	}
}

// eval computes an integer expression: + - * / % < > == != && || and parentheses over numbers and names.
func (x *expander) eval(s string) (int, error) {
	p := &parser{x: x, s: s}
	v := p.binary(0)
	p.space()
	if p.err == nil && p.s != "" {
		p.err = fmt.Errorf("expression %q: %q left over", s, p.s)
	}
	return v, p.err
}

type parser struct {
	x   *expander
	s   string
	err error
}

func (p *parser) space() { p.s = strings.TrimLeft(p.s, " ") }

// levels lists the operators from the weakest to the strongest.
var levels = [][]string{{"||"}, {"&&"}, {"==", "!=", "<", ">"}, {"+", "-"}, {"*", "/", "%"}}

func (p *parser) binary(level int) int {
	if level == len(levels) {
		return p.operand()
	}
	v := p.binary(level + 1)
next:
	for p.err == nil {
		p.space()
		for _, o := range levels[level] {
			if rest, ok := strings.CutPrefix(p.s, o); ok {
				p.s = rest
				v = p.apply(o, v, p.binary(level+1))
				continue next
			}
		}
		break
	}
	return v
}

func (p *parser) apply(o string, a, b int) int {
	truth := func(t bool) int {
		if t {
			return 1
		}
		return 0
	}
	switch o {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "/", "%":
		if b == 0 {
			p.err = fmt.Errorf("division by zero")
			return 0
		}
		if o == "/" {
			return a / b
		}
		return a % b
	case "<":
		return truth(a < b)
	case ">":
		return truth(a > b)
	case "==":
		return truth(a == b)
	case "!=":
		return truth(a != b)
	case "&&":
		return truth(a != 0 && b != 0)
	default:
		return truth(a != 0 || b != 0)
	}
}

func (p *parser) operand() int {
	p.space()
	if rest, ok := strings.CutPrefix(p.s, "("); ok {
		p.s = rest
		v := p.binary(0)
		p.space()
		if !strings.HasPrefix(p.s, ")") {
			p.err = fmt.Errorf("no closing parenthesis before %q", p.s)
			return 0
		}
		p.s = p.s[1:]
		return v
	}
	n := 0
	for n < len(p.s) && (p.s[n] == '_' || p.s[n] >= '0' && p.s[n] <= '9' || p.s[n]|32 >= 'a' && p.s[n]|32 <= 'z') {
		n++
	}
	word := p.s[:n]
	p.s = p.s[n:]
	if v, err := strconv.Atoi(word); err == nil {
		return v
	}
	for i := len(p.x.loops) - 1; i >= 0; i-- {
		if p.x.loops[i].name == word {
			return p.x.loops[i].value
		}
	}
	switch v := p.x.params[word].(type) {
	case int:
		p.x.used[word] = true
		return v
	case bool:
		p.x.used[word] = true
		if v {
			return 1
		}
		return 0
	}
	if p.err == nil {
		p.err = fmt.Errorf("no number is called %q", word)
	}
	return 0
}

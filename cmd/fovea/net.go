package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/fovea-nn/fovea/nn/spec"
)

// source is a net's text and where it comes from.
type source struct{ name, text string }

// readNet takes the argument NET: a text, @FILE, or - for standard input.
func readNet(arg string, stdin io.Reader) (source, error) {
	if arg == "-" {
		b, err := io.ReadAll(stdin)
		return source{"standard input", string(b)}, err
	}
	if file, ok := strings.CutPrefix(arg, "@"); ok {
		b, err := os.ReadFile(file)
		return source{file, string(b)}, err
	}
	return source{"the net", arg}, nil
}

// explain adds to an error of the text where it stands, and shows the place.
func (s source) explain(err error) error {
	var e *spec.Error
	if !errors.As(err, &e) {
		return err
	}
	where := fmt.Sprintf("%s, %v", s.name, e)
	lines := strings.Split(s.text, "\n")
	if e.Line < 1 || e.Line > len(lines) {
		return errors.New(where)
	}
	line := []rune(strings.TrimRight(lines[e.Line-1], "\r"))
	begin := min(max(0, e.Column-1), len(line))
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(line[:begin]))
	return fmt.Errorf("%s\n  %s\n  %s%s", where, string(line), indent, strings.Repeat("^", max(1, min(e.Length, len(line)-begin))))
}

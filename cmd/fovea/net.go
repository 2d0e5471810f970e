package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// netHelp explains the argument NET.
const netHelp = `NET is a net's text, such as "INPUT 28x28x1 -> CONV 5x5x8 -> RELU -> POOL 2 -> FC 10", @FILE a file that holds one,
- the standard input, zoo:NAME a published net (fovea zoo lists them), or a file that Fovea saved (NAME.safetensors).`

// source is a net's text and where it comes from.
type source struct {
	name, text string
	saved      *nn.CheckpointFile // the file with its weights; nil if it has none
}

// netFlags change a net of the zoo.
type netFlags struct{ classes, size int }

func (f *netFlags) add(c *cobra.Command) {
	c.Flags().IntVar(&f.classes, "classes", 0, "classes of a net of the zoo; 0 means the paper's")
	c.Flags().IntVar(&f.size, "size", 0, "height and width of a zoo net's input, in pixels; 0 means the paper's")
}

// read takes the argument NET.
func (f *netFlags) read(arg string, stdin io.Reader) (source, error) {
	if name, ok := strings.CutPrefix(arg, "zoo:"); ok {
		e, err := zoo.Lookup(name)
		if err != nil {
			return source{}, err
		}
		text, err := e.Text(zoo.Options{Classes: f.classes, Size: f.size})
		return source{name: arg, text: text}, err
	}
	if f.classes != 0 || f.size != 0 {
		return source{}, usagef("--classes and --size are for nets of the zoo, as in zoo:resnet18; write the numbers into the net instead")
	}
	if arg == "-" {
		b, err := io.ReadAll(stdin)
		return source{name: "standard input", text: string(b)}, err
	}
	if file, ok := strings.CutPrefix(arg, "@"); ok {
		b, err := os.ReadFile(file)
		return source{name: file, text: string(b)}, err
	}
	if isSaved(arg) {
		c, err := nn.OpenCheckpoint(arg)
		if err != nil {
			return source{}, err
		}
		if c.Saved.Text == "" {
			return source{}, fmt.Errorf("%s: %w", arg, errNoText)
		}
		return source{name: arg, text: c.Saved.Text, saved: c}, nil
	}
	if _, err := os.Stat(arg); err == nil && !strings.ContainsAny(arg, " \n") {
		return source{}, fmt.Errorf("%s is a file: write @%s for the net in it", arg, arg)
	}
	return source{name: "the net", text: arg}, nil
}

// isSaved reports whether an argument names a file that Fovea saved, or one before it.
func isSaved(arg string) bool {
	return filepath.Ext(strings.TrimSuffix(arg, ".previous")) == ".safetensors"
}

// errNoText is why a file is no NET, though it is a MODEL.
var errNoText = errors.New("its net was read from another format and has no text; summary, classify, eval, features, diff and convert take it")

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

package zoo

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/fovea-nn/fovea/nn/spec"
)

// Entry is a published net.
type Entry struct {
	Name   string // torchvision's, where it has the net: resnet18
	Title  string // what people call it: ResNet-18
	Paper  string
	Result string // as published, or ""
	// Parameters counts what the net learns with its own Classes and Size; running statistics are not learned.
	Parameters int
	// SideParameters are those of side heads, which Parameters leaves out: prediction does without them.
	SideParameters int
	Classes        int
	Size           int  // height and width of the input, in pixels
	MinSize        int  // below it a window is larger than what it looks at, or the stride of the whole net than the input
	Torch          bool // TorchWeights knows where the parameters are

	file      string // in nets, without its end
	variables []variable
}

// variable gives a variable of a file another value.
type variable struct {
	name  string
	value int
}

// Options change a net. A 0 keeps what the paper has.
type Options struct {
	Classes int
	Size    int // height and width of the input, in pixels
}

//go:embed nets
var nets embed.FS

// read returns the text of a file in nets.
func read(file string) (string, error) {
	b, err := nets.ReadFile("nets/" + file + ".net")
	return string(b), err
}

// all completes the table.
var all = sync.OnceValue(func() []Entry {
	entries := slices.Clone(table)
	for i := range entries {
		e := &entries[i]
		if e.file == "" {
			e.file = e.Name
		}
		text, _ := read(e.file) // a test reads them all
		e.Paper = paper(text)
		_, e.Torch = torchNames[e.Name]
	}
	return entries
})

// paper is the first paragraph of a text's comment.
func paper(text string) string {
	first, _, _ := strings.Cut(text, "\n#\n")
	return strings.ReplaceAll(strings.TrimPrefix(first, "# "), "\n# ", " ")
}

// All returns the nets, the older ones first.
func All() []Entry { return slices.Clone(all()) }

// Lookup returns the net of a name. The error for an unknown one lists those that begin alike.
func Lookup(name string) (Entry, error) {
	var near []string
	most := 1 // letters in common: one is chance
	for _, e := range all() {
		if e.Name == name {
			return e, nil
		}
		switch n := common(fold(e.Name), fold(name)); {
		case n > most:
			near, most = []string{e.Name}, n
		case n == most && near != nil:
			near = append(near, e.Name)
		}
	}
	if near == nil {
		for _, e := range all() {
			near = append(near, e.Name)
		}
		return Entry{}, fmt.Errorf("zoo: there is no net %q; there are %s", name, strings.Join(near, ", "))
	}
	return Entry{}, fmt.Errorf("zoo: there is no net %q: did you mean %s?", name, strings.Join(near, ", "))
}

// fold writes ResNet-18 and resnet_18 alike.
func fold(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(strings.ToLower(name))
}

// common counts the bytes at which a and b begin alike.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// Text returns the net in the pattern language, with comments. It returns an error for fewer than two classes, for a
// size below MinSize, and for numbers that the language does not have.
func (e Entry) Text(o Options) (string, error) {
	if o.Classes == 0 {
		o.Classes = e.Classes
	}
	if o.Size == 0 {
		o.Size = e.Size
	}
	switch {
	case o.Classes < 2 || o.Classes > spec.MaxNumber:
		return "", fmt.Errorf("zoo: %s: classes: got %d, want 2 to %d", e.Name, o.Classes, spec.MaxNumber)
	case o.Size < e.MinSize || o.Size > spec.MaxNumber:
		return "", fmt.Errorf("zoo: %s: size: got %d pixels, want %d to %d, such as the paper's %d",
			e.Name, o.Size, e.MinSize, spec.MaxNumber, e.Size)
	}
	text, err := read(e.file)
	if err != nil {
		return "", fmt.Errorf("zoo: %q: %w", e.Name, err)
	}
	text = "# " + e.Title + "\n# " + strings.TrimPrefix(text, "# ")
	for _, v := range append(slices.Clip(e.variables), variable{"classes", o.Classes}, variable{"size", o.Size}) {
		if text, err = define(text, v); err != nil {
			return "", fmt.Errorf("zoo: %s: %w", e.Name, err)
		}
	}
	return text, nil
}

// define changes the value of a variable that has a line of its own.
func define(text string, v variable) (string, error) {
	head := "\n$" + v.name + " = "
	before, rest, ok := strings.Cut(text, head)
	_, after, more := strings.Cut(rest, "\n")
	if !ok || !more {
		return "", fmt.Errorf("the text has no line $%s = …", v.name)
	}
	return before + head + strconv.Itoa(v.value) + "\n" + after, nil
}

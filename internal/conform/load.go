package conform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/safetensors"
)

// Reader returns the content of a file of a folder of cases. A file that does not exist is fs.ErrNotExist.
type Reader func(name string) ([]byte, error)

// FS reads the files of f.
func FS(f fs.FS) Reader { return func(name string) ([]byte, error) { return fs.ReadFile(f, name) } }

// indexFile lists the cases of a folder.
const indexFile = "index.json"

// format is the version of index and cases that this package reads.
const format = 1

// Entry is one case of an index.
type Entry struct{ Name, Kind, Op string }

// Index reads which cases a folder has.
func Index(read Reader) ([]Entry, error) {
	b, err := read(indexFile)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", indexFile, err)
	}
	var index struct {
		Format int
		Count  *int
		Cases  []Entry
	}
	if err := json.Unmarshal(b, &index); err != nil {
		return nil, fmt.Errorf("%s: %w", indexFile, err)
	}
	if index.Format != format {
		return nil, fmt.Errorf("%s: format: got %d, want %d", indexFile, index.Format, format)
	}
	if index.Count != nil && *index.Count != len(index.Cases) {
		return nil, fmt.Errorf("%s: count: got %d, but %d cases are listed", indexFile, *index.Count, len(index.Cases))
	}
	seen := map[string]bool{}
	for i, e := range index.Cases {
		if e.Name == "" || strings.ContainsAny(e.Name, "/\\\x00") || seen[e.Name] {
			return nil, fmt.Errorf("%s: case %d: name %q: want a file's name that comes once", indexFile, i, e.Name)
		}
		seen[e.Name] = true
	}
	return index.Cases, nil
}

// Tolerance says how far a result may lie from what is expected: |got - want| <= atol + rtol·|want|.
type Tolerance struct{ ATol, RTol *float64 }

// Step is an operation with its attributes: a node of a net, its loss, or its optimizer.
type Step struct {
	Name    string
	Op      string
	Inputs  []string
	Attrs   json.RawMessage
	Params  map[string]string // the operation's own name → the net's
	Buffers map[string]string
}

// Case is one reference case.
type Case struct {
	Format   int
	Name     string
	Kind     string // op, optimizer, schedule or net
	Op       string
	Attrs    json.RawMessage
	Inputs   []string
	NumSteps int `json:"steps"`
	TypeOf   map[string]struct {
		DType string
		Shape []int
	} `json:"tensors"`
	Expect map[string]Tolerance
	Graph  struct {
		Nodes  []Step
		Output string
	}
	Loss      Step
	Optimizer Step
	// Tensors are the numbers by key, row-major in the reference's layout.
	Tensors map[string]plan.Tensor `json:"-"`
}

// Load reads and checks the case of an index entry. The error names the file and what is wrong with it.
func Load(read Reader, e Entry) (*Case, error) {
	name := e.Name + ".json"
	b, err := read(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c := &Case{}
	if err := decodeJSON(b, c); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := c.check(e); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	name = e.Name + ".safetensors"
	if b, err = read(name); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := c.readTensors(b); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

// decodeJSON is json.Unmarshal which says that a file is cut short in words.
func decodeJSON(b []byte, into any) error {
	err := json.Unmarshal(b, into)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && syntax.Offset >= int64(len(b)) {
		return fmt.Errorf("%w after %d bytes: the file is truncated", err, len(b))
	}
	return err
}

func (c *Case) check(e Entry) error {
	for _, f := range []struct {
		what      string
		got, want any
	}{{"format", c.Format, format}, {"name", c.Name, e.Name}, {"kind", c.Kind, e.Kind}, {"op", c.Op, e.Op}} {
		if f.got != f.want {
			return fmt.Errorf("%s: got %v, want %v as in the index", f.what, f.got, f.want)
		}
	}
	if len(c.Expect) == 0 {
		return errors.New("expect: nothing is to be reproduced")
	}
	for key, t := range c.Expect {
		if t.ATol == nil || t.RTol == nil || !(*t.ATol >= 0) || !(*t.RTol >= 0) {
			return fmt.Errorf("expect: %s: want atol and rtol, 0 or more", key)
		}
		if _, ok := c.TypeOf[key]; !ok {
			return fmt.Errorf("expect: %s is not among the tensors", key)
		}
	}
	return nil
}

// readTensors reads the numbers and compares their types and shapes with what the case says about them.
func (c *Case) readTensors(b []byte) error {
	f, err := safetensors.Decode(b)
	if err != nil {
		return err
	}
	c.Tensors = map[string]plan.Tensor{}
	for _, t := range f.Tensors {
		want, ok := c.TypeOf[t.Name]
		if !ok {
			return fmt.Errorf("tensor %q is not in %s.json", t.Name, c.Name)
		}
		if t.DType != want.DType || !graph.Shape(t.Shape).Equal(want.Shape) {
			return fmt.Errorf("tensor %q: got %s %v, but %s.json says %s %v", t.Name, t.DType, t.Shape, c.Name, want.DType, want.Shape)
		}
		if c.Tensors[t.Name], err = tensor(t); err != nil {
			return err
		}
	}
	for key := range c.TypeOf {
		if _, ok := c.Tensors[key]; !ok {
			return fmt.Errorf("tensor %q is missing", key)
		}
	}
	return nil
}

func tensor(t safetensors.Tensor) (plan.Tensor, error) {
	out := plan.Tensor{Shape: t.Shape}
	var err error
	switch t.DType {
	case "F32":
		out.F32, err = safetensors.Float32s(t)
		for i, v := range out.F32 {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return out, fmt.Errorf("tensor %q: element %d is %v, want a number", t.Name, i, v)
			}
		}
	case "I32":
		out.Type = graph.I32
		out.I32, err = safetensors.Int32s(t)
	default:
		err = fmt.Errorf("tensor %q: element type: got %s, want F32 or I32", t.Name, t.DType)
	}
	if err == nil && out.Len() == 0 {
		err = fmt.Errorf("tensor %q: shape %v has no elements", t.Name, t.Shape)
	}
	return out, err
}

// given returns the tensor of a key.
func (c *Case) given(key string) (plan.Tensor, error) {
	t, ok := c.Tensors[key]
	if !ok {
		return t, fmt.Errorf("tensor %q is missing", key)
	}
	return t, nil
}

// slice returns element i of the first axis of a tensor.
func slice(t plan.Tensor, i int) plan.Tensor {
	n := t.Shape[1:].Elems()
	out := plan.Tensor{Shape: t.Shape[1:], Type: t.Type}
	if t.Type == graph.I32 {
		out.I32 = t.I32[i*n : (i+1)*n]
	} else {
		out.F32 = t.F32[i*n : (i+1)*n]
	}
	return out
}

// attributes decodes attrs into a struct; an attribute that it does not know is an error, as it would be ignored.
func attributes(attrs json.RawMessage, into any) error {
	if len(attrs) == 0 {
		attrs = []byte("{}")
	}
	d := json.NewDecoder(bytes.NewReader(attrs))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("attributes: %w", err)
	}
	return nil
}

// attributesOf is attributes of a struct for several operations, of which this one has the attributes named.
func attributesOf(attrs json.RawMessage, named string, into any) error {
	var keys map[string]json.RawMessage
	if err := attributes(attrs, &keys); err != nil {
		return err
	}
	for key := range keys {
		if !slices.Contains(strings.Fields(named), key) {
			return fmt.Errorf("attributes: unknown field %q, want %s", key, named)
		}
	}
	return attributes(attrs, into)
}

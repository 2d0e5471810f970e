package tfjs

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
)

// attr is an attribute of a node, as protobuf's JSON has it.
type attr struct {
	S      *text     `json:"s"`
	I      *whole    `json:"i"`
	F      *fraction `json:"f"`
	B      bool      `json:"b"`
	Type   dtype     `json:"type"`
	Shape  *dims     `json:"shape"`
	Tensor *struct {
		DType dtype `json:"dtype"`
		Shape dims  `json:"tensorShape"`
	} `json:"tensor"`
	List *struct {
		S []text  `json:"s"`
		I []whole `json:"i"`
	} `json:"list"`
}

// dims is a shape; -1 is an open size.
type dims struct {
	Dim []struct {
		Size whole `json:"size"`
	} `json:"dim"`
	Unknown bool `json:"unknownRank"`
}

// whole is a whole number, which may stand in quotes.
type whole int

// UnmarshalJSON reads either.
func (n *whole) UnmarshalJSON(b []byte) error {
	i, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	*n = whole(i)
	return err
}

// fraction is a number, which may stand in quotes.
type fraction float64

// UnmarshalJSON reads either.
func (n *fraction) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	*n = fraction(f)
	return err
}

// text is bytes, which stand there in base 64 or as a list of numbers.
type text string

// UnmarshalJSON reads either.
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		var codes []int
		err := json.Unmarshal(b, &codes)
		for _, c := range codes {
			*t += text(rune(c))
		}
		return err
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	*t = text(raw)
	return err
}

// dtype is an element type by its name or number.
type dtype string

// UnmarshalJSON reads either.
func (d *dtype) UnmarshalJSON(b []byte) error {
	*d = dtype(strings.Trim(string(b), `"`))
	return nil
}

// whole reports whether the numbers have no fractions.
func (d dtype) whole() bool {
	switch d {
	case "DT_FLOAT", "DT_DOUBLE", "DT_HALF", "DT_BFLOAT16", "1", "2", "14", "19", "":
		return false
	}
	return true
}

// input returns input k, which must be there.
func (c *nodeCall) input(k int) *value {
	if k >= len(c.in) {
		malformed("input %d is missing", k)
	}
	return c.in[k]
}

// arg returns input k as a value of the graph.
func (c *nodeCall) arg(k int) *graph.Value { return c.data(c.input(k)) }

// Attributes, or what holds where they are missing.

func (c *nodeCall) text(name, missing string) string {
	if s := c.n.Attr[name].S; s != nil {
		return string(*s)
	}
	return missing
}

func (c *nodeCall) float(name string, missing float64) float64 {
	if f := c.n.Attr[name].F; f != nil {
		return float64(*f)
	}
	return missing
}

func (c *nodeCall) int(name string, missing int) int {
	if i := c.n.Attr[name].I; i != nil {
		return int(*i)
	}
	return missing
}

func (c *nodeCall) flag(name string) bool { return c.n.Attr[name].B }

func (c *nodeCall) ints(name string) []int {
	l := c.n.Attr[name].List
	if l == nil {
		return nil
	}
	out := make([]int, len(l.I))
	for k, i := range l.I {
		out[k] = int(i)
	}
	return out
}

func (c *nodeCall) texts(name string) []string {
	l := c.n.Attr[name].List
	if l == nil {
		return nil
	}
	out := make([]string, len(l.S))
	for k, s := range l.S {
		out[k] = string(s)
	}
	return out
}

// static returns the whole numbers of an input, which must be known: they decide on shapes.
func (c *nodeCall) static(k int) []int {
	a := c.input(k).known
	if a == nil {
		unsupported("input %d decides on a shape, but depends on the picture", k)
	}
	c.spend(a.len())
	out := make([]int, a.len())
	for j := range out {
		f := a.at(j)
		if math.IsNaN(f) {
			malformed("input %d: got NaN, want whole numbers", k)
		}
		out[j] = int(max(-1<<40, min(1<<40, f)))
	}
	return out
}

// axisOf returns the axis that a number means, which counts from the end where it is negative.
func axisOf(a, rank int) int {
	if a < -rank || a >= rank {
		wrong("axis: got %d, want %d to %d", a, -rank, rank-1)
	}
	return (a + rank) % rank
}

// known makes a tensor of whole numbers.
func (c *nodeCall) known(s graph.Shape, n []int) *value {
	a := &array{name: c.n.Name, shape: s, i32: make([]int32, len(n))}
	for k, v := range n {
		if v != int(int32(v)) {
			wrong("got %d, want a number that fits 32 bits", v)
		}
		a.i32[k] = int32(v)
	}
	return &value{known: a}
}

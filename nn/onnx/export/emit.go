package export

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// unique returns name with the lowest number behind it that nobody has.
func (x *exporter) unique(name string) string {
	for k := 1; ; k++ {
		n := name + "_" + strconv.Itoa(k)
		if !x.taken[n] {
			x.taken[n] = true
			return n
		}
	}
}

// emit adds a node and returns the name of its output, which is the node's own.
func (x *exporter) emit(kind string, in []string, attrs ...*onnxir.Attribute) string {
	name := x.unique(kind)
	x.out.Nodes = append(x.out.Nodes, &onnxir.Node{Name: name, OpType: kind, Doc: x.layer, Inputs: in, Outputs: []string{name},
		Attributes: attrs})
	return name
}

// once is emit for what only moves elements: the same of the same tensor is written once.
func (x *exporter) once(key, kind string, in []string, attrs ...*onnxir.Attribute) string {
	key = kind + " " + strings.Join(in, " ") + key
	if x.moves[key] == "" {
		x.moves[key] = x.emit(kind, in, attrs...)
	}
	return x.moves[key]
}

// transpose makes axis k of a tensor that which was p[k].
func (x *exporter) transpose(name string, p []int) string {
	return x.once(fmt.Sprint(p), "Transpose", []string{name}, onnxir.IntsAttribute("perm", int64s(p)...))
}

// reshape gives a tensor other sizes; with open, the first is whatever is left.
func (x *exporter) reshape(name string, have, to []int, open bool) string {
	if slices.Equal(have, to) {
		return name
	}
	if len(to) == 2 && len(have) > 2 && have[0] == to[0] {
		return x.once("", "Flatten", []string{name}, onnxir.IntAttribute("axis", 1))
	}
	dims := int64s(to)
	if open {
		dims[0] = -1
		if have[0] == to[0] {
			dims[0] = 0
		}
	}
	return x.once("", "Reshape", []string{name, x.ints("shape", dims...)})
}

// ints returns the name of an initializer of whole numbers in a row.
func (x *exporter) ints(what string, v ...int64) string {
	key := what + fmt.Sprint(v)
	if x.moves[key] == "" {
		x.moves[key] = x.unique(what)
		x.out.Initializers = append(x.out.Initializers, onnxir.Int64Tensor(x.moves[key], []int64{int64(len(v))}, v))
	}
	return x.moves[key]
}

// scalar returns the name of an initializer of one number without axes.
func (x *exporter) scalar(v float64) string {
	key := "scalar " + strconv.FormatFloat(float64(float32(v)), 'g', -1, 32)
	if x.moves[key] == "" {
		x.moves[key] = x.unique("scalar")
		x.out.Initializers = append(x.out.Initializers, onnxir.FloatTensor(x.moves[key], nil, []float32{float32(v)}))
	}
	return x.moves[key]
}

// initializer returns the name of known numbers whose axis k is axis perm[k] of v.
func (x *exporter) initializer(v *value, perm []int) string {
	return x.placed(v, perm, pick(v.shape, perm))
}

// placed is initializer with other sizes for as many elements. The first form in which a parameter is needed has its name.
func (x *exporter) placed(v *value, perm, dims []int) string {
	if slices.IsSorted(filter(perm, func(i int) bool { return v.shape[i] != 1 })) {
		perm = identity(len(perm))
	}
	form := placement{a: v.known, form: fmt.Sprint(dims)}
	if !slices.IsSorted(perm) {
		form.form += fmt.Sprint(v.shape, perm)
	}
	if name := x.initializers[form]; name != "" {
		return name
	}
	name := v.known.name
	if name == "" {
		name = x.unique("constant")
	} else if x.taken[name] {
		name = x.unique(name)
	}
	x.taken[name] = true
	x.initializers[form] = name
	t := wholeTensor(name, v.elem, dims, transposed(v.known.i32, v.shape, perm))
	if v.known.f32 != nil {
		t = onnxir.FloatTensor(name, int64s(dims), transposed(v.known.f32, v.shape, perm))
	}
	x.out.Initializers = append(x.out.Initializers, t)
	return name
}

// placement is known numbers in an order and with sizes.
type placement struct {
	a    *array
	form string
}

// constant makes a value of numbers.
func constant(s graph.Shape, data []float64) *value {
	a := &array{f32: make([]float32, len(data))}
	for i, v := range data {
		a.f32[i] = float32(v)
	}
	return &value{shape: s, elem: onnxir.Float, known: a}
}

// made returns v as a tensor, also where its numbers are known.
func (x *exporter) made(v *value) *value {
	if v.known == nil {
		return v
	}
	order := identity(len(v.shape))
	return computed(x.initializer(v, order), v.elem, v.shape, order, false)
}

// rename gives the output of a node another name, everywhere. It returns false if no node makes it.
func (x *exporter) rename(from, to string) bool {
	if !slices.ContainsFunc(x.out.Nodes, func(n *onnxir.Node) bool { return n.Output(0) == from }) {
		return false
	}
	for _, n := range x.out.Nodes {
		for _, names := range [][]string{n.Inputs, n.Outputs} {
			for i, name := range names {
				if name == from {
					names[i] = to
				}
			}
		}
	}
	for key, name := range x.moves {
		if name == from {
			x.moves[key] = to
		}
	}
	for _, v := range x.values {
		if v.name == from {
			v.name = to
		}
	}
	return true
}

// fold computes a node of known numbers by the primitive's reference. A parameter that is only rearranged keeps its name.
func (c *call) fold() {
	var in []*op.Tensor
	name := ""
	if c.n.Op == op.ReshapeOp || c.n.Op == op.CopyOp {
		name = c.in[0].known.name
	}
	for _, v := range c.in {
		t := op.NewTensor(v.shape)
		for i := range t.Data {
			if v.known.f32 != nil {
				t.Data[i] = float64(v.known.f32[i])
			} else {
				t.Data[i] = float64(v.known.i32[i])
			}
		}
		in = append(in, t)
	}
	for k, t := range op.Lookup(c.n.Op).Ref(c.n, in) {
		v := constant(t.Shape, t.Data)
		v.known.name = name
		if c.n.Out[k].Type != graph.F32 {
			for _, d := range t.Data {
				v.known.i32 = append(v.known.i32, int32(d))
			}
			v.known.f32, v.elem = nil, elemOf(c.n.Out[k].Type)
		}
		c.values[c.n.Out[k]] = v
	}
}

package export

import (
	"math"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// quantize lies as its input does.
func quantize(c *call) {
	a, y := c.n.Attrs.(op.QuantizeAttrs), *c.in[0]
	y.elem = elemOf(a.Type)
	y.name = c.emit("QuantizeLinear", []string{c.in[0].name, c.scalar(float64(a.Scale)), c.zeroPoint(a.Zero, y.elem)})
	c.set(&y)
}

// zeroPoint returns the name of an initializer of a whole number of 8 bits without axes.
func (x *exporter) zeroPoint(zero int, elem onnxir.DataType) string {
	key := "zero " + elem.String() + string(rune(zero+128))
	if x.moves[key] == "" {
		x.moves[key] = x.unique("zero")
		x.out.Initializers = append(x.out.Initializers, wholeTensor(x.moves[key], elem, nil, []int32{int32(zero)}))
	}
	return x.moves[key]
}

func convInteger(c *call) {
	a := c.n.Attrs.(op.ConvIntegerAttrs)
	if c.in[1].open {
		c.fail(errBatch)
	}
	in := []string{c.first(c.in[0]), c.arranged(c.in[1], filtersFirst(len(c.in[1].shape))), c.zeroPoint(a.Zero, c.in[0].elem)}
	name := c.emit("ConvInteger", in, append(windowAttributes(a.Window),
		onnxir.IntsAttribute("dilations", int64s(a.Dilation)...), onnxir.IntAttribute("group", int64(a.Groups)))...)
	c.setFirst(c.n.Out[0], c.floats(name), c.in[0].open)
}

func matMulInteger(c *call) {
	a, b := c.in[0], c.in[1]
	if b.open {
		c.fail(errBatch)
	}
	x, w := "", ""
	if b.known != nil {
		rows, order := b, []int(nil)
		x, rows, order = c.rows(a, b)
		w = c.placed(rows, append(order, len(order)), b.shape)
	} else {
		x, w = c.arranged(a, []int{0, 1}), c.arranged(b, []int{0, 1})
	}
	name := c.emit("MatMulInteger", []string{x, w, c.zeroPoint(c.n.Attrs.(op.MatMulIntegerAttrs).Zero, a.elem)})
	c.set(computed(c.floats(name), onnxir.Float, c.n.Out[0].Shape, []int{0, 1}, a.open))
}

// floats makes whole numbers of 32 bits f32: what is done to them then is what is done to those of other products.
func (x *exporter) floats(name string) string {
	return x.emit("Cast", []string{name}, onnxir.IntAttribute("to", int64(onnxir.Float)))
}

// whole32 makes floats the whole numbers of v that they are.
func (x *exporter) whole32(v *graph.Value, f []float32) []int32 {
	lo, hi := math.MinInt32, math.MaxInt32
	if v.Type == graph.I8 || v.Type == graph.U8 {
		lo, hi = v.Type.Range()
	}
	out := make([]int32, len(f))
	for i, k := range f {
		if out[i] = int32(k); float32(out[i]) != k || int(out[i]) < lo || int(out[i]) > hi {
			x.fail(graph.Shapef("%s %s[%d] is %g: want a whole number from %d to %d, as its type is %v",
				v.Role, v.Name, i, k, lo, hi, v.Type))
		}
	}
	return out
}

// wholeTensor is a tensor of 8 bits a number, where its type is one of those, else of 64.
func wholeTensor(name string, elem onnxir.DataType, dims []int, data []int32) *onnxir.Tensor {
	t := &onnxir.Tensor{Name: name, DType: onnxir.Int64, Dims: int64s(dims)}
	if elem == onnxir.Int8 || elem == onnxir.Uint8 {
		t.DType, t.Raw = elem, make([]byte, len(data))
		for i, k := range data {
			t.Raw[i] = byte(k)
		}
		return t
	}
	for _, k := range data {
		t.Int64Data = append(t.Int64Data, int64(k))
	}
	return t
}

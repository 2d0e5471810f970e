package onnx_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
)

// newest is the version of ONNX's operators that the tests know of.
const newest = 24

// toFloat makes y of whole numbers.
func toFloat(f *file, from string) *file {
	return f.node("Cast", "y", in(from), whole("to", int64(onnxir.Float)))
}

// bytes8 is an initializer of 8 bits each.
func (f *file) bytes8(name string, d onnxir.DataType, raw []byte, dims ...int64) *file {
	f.g.Initializers = append(f.g.Initializers, &onnxir.Tensor{Name: name, DType: d, Dims: dims, Raw: raw})
	return f
}

// newerCases are the operators that came to ONNX in version 18 or later and that nets for images have.
func newerCases() []operatorCase {
	return []operatorCase{
		{"Mish 18", 18, of(2, 5).node("Mish", "y", in("x")), nil},
		{"Mish 22", 22, of(2, 5).node("Mish", "y", in("x")), nil},
		{"GroupNormalization 18", 18, of(2, 6, 3, 2).weights("s", 3).weights("bias", 3).
			node("GroupNormalization", "y", in("x", "s", "bias"), whole("num_groups", 3), number("epsilon", 1e-3)), nil},
		{"GroupNormalization 21", 21, of(2, 6, 3, 2).weights("s", 6).weights("bias", 6).
			node("GroupNormalization", "y", in("x", "s", "bias"), whole("num_groups", 3)), nil},
		{"GroupNormalization 21 of a convolution", 21, of(1, 4, 4, 3).weights("w", 4, 4, 2, 2).weights("s", 4).weights("bias", 4).
			node("Conv", "c", in("x", "w")).node("GroupNormalization", "y", in("c", "s", "bias"), whole("num_groups", 2)), nil},
		{"CenterCropPad 18", 18, of(3, 10, 7).ints("s", 3, 7, 10).node("CenterCropPad", "y", in("x", "s")), nil},
		{"CenterCropPad 18 of axes", 18, of(4, 8, 5).ints("s", 5, 9).node("CenterCropPad", "y", in("x", "s"), ints("axes", -2, 0)), nil},
		{"Gelu 20", 20, of(2, 5).node("Gelu", "y", in("x")), nil},
		{"Gelu 20 by tanh", 20, of(2, 5).node("Gelu", "y", in("x"), text("approximate", "tanh")), nil},
		{"RMSNormalization 23", 23, of(2, 3, 4).weights("s", 4).node("RMSNormalization", "y", in("x", "s")), nil},
		{"RMSNormalization 23 over two axes", 23, of(2, 3, 4).weights("s", 3, 4).
			node("RMSNormalization", "y", in("x", "s"), whole("axis", 1), number("epsilon", 0.1)), nil},
		{"Swish 24", 24, of(2, 5).node("Swish", "y", in("x")), nil},
		{"Swish 24 with a factor", 24, of(2, 5).node("Swish", "y", in("x"), number("alpha", 1.7)), nil},
	}
}

// newerAttributeCases are what newer versions added to older operators.
func newerAttributeCases() []operatorCase {
	axes := of(2, 3, 4).ints("axes", -1, 0)
	none := func() *file { return of(2, 3).ints("axes") }
	quarter := func(f *file) *file { return f.floats("q", []float32{0.25}) }
	blocks := func(opset int64, d onnxir.DataType, name string) operatorCase {
		raw := []byte{1, 250, 3, 4, 128, 6, 7, 8, 9, 255}
		f := of(1).bytes8("w", d, raw, 2, 5).floats("s", []float32{.5, 1, 2, .25, 4, 8}, 2, 3).bytes8("z", d, []byte{1, 2, 3, 4, 5, 255}, 2, 3)
		f.node("DequantizeLinear", "d", in("w", "s", "z"), whole("axis", 1), whole("block_size", 2)).node("Mul", "y", in("d", "x"))
		return operatorCase{name, opset, f, nil}
	}
	return []operatorCase{
		{"Split 18 by a number", 18, of(2, 7).nodes("Split", in("a", "b", "c"), in("x"), whole("axis", 1), whole("num_outputs", 3)).
			node("Concat", "y", in("c", "a"), whole("axis", 1)), nil},
		{"Pad 18 of axes", 18, of(2, 3, 4).ints("p", 1, 0, 2, 3).floats("v", []float32{5}).ints("axes", -1, 0).
			node("Pad", "y", in("x", "p", "v", "axes")), nil},
		{"Pad 18 by less than nothing", 18, of(2, 3, 4).ints("p", -1, 2).ints("axes", 2).
			node("Pad", "y", in("x", "p", "", "axes"), text("mode", "edge")), nil},
		{"Pad 18 reflected", 18, of(2, 3, 4).ints("p", 2, 1, 1, 3).ints("axes", 1, 2).
			node("Pad", "y", in("x", "p", "", "axes"), text("mode", "reflect")), nil},
		{"Pad 19 around", 19, of(2, 3, 4).ints("p", 1, 2, 2, 1).ints("axes", 1, 2).node("Pad", "y", in("x", "p", "", "axes"), text("mode", "wrap")), nil},
		{"ReduceMean 18", 18, axes.node("ReduceMean", "y", in("x", "axes")), nil},
		{"ReduceL1 18", 18, of(2, 3, 4).ints("axes", 1).node("ReduceL1", "y", in("x", "axes"), whole("keepdims", 0)), nil},
		{"ReduceL2 18", 18, of(2, 3, 4).ints("axes", 1, 2).node("ReduceL2", "y", in("x", "axes"), whole("keepdims", 0)), nil},
		{"ReduceLogSum 18", 18, of(2, 3).ints("axes", 1).node("Exp", "e", in("x")).node("ReduceLogSum", "y", in("e", "axes")), nil},
		{"ReduceLogSumExp 18", 18, of(2, 3).ints("axes", -1).node("ReduceLogSumExp", "y", in("x", "axes"), whole("keepdims", 0)), nil},
		{"ReduceMax 18", 18, of(2, 3).ints("axes", 0).node("ReduceMax", "y", in("x", "axes")), nil},
		{"ReduceMin 18", 18, of(2, 3).ints("axes", 0).node("ReduceMin", "y", in("x", "axes")), nil},
		{"ReduceProd 18", 18, of(2, 3).ints("axes", 1).node("ReduceProd", "y", in("x", "axes")), nil},
		{"ReduceSumSquare 18", 18, of(2, 3).ints("axes", 1).node("ReduceSumSquare", "y", in("x", "axes")), nil},
		{"ReduceMean 18 over none is over all", 18, none().node("ReduceMean", "y", in("x", "axes")), nil},
		{"ReduceMean 18 over none", 18, none().node("ReduceMean", "y", in("x", "axes"), whole("noop_with_empty_axes", 1)), nil},
		{"ReduceMax 20 of truth", 20, toFloat(quarter(of(2, 5)).ints("axes", 1).node("Greater", "g", in("x", "q")).
			node("ReduceMax", "m", in("g", "axes")), "m"), nil},
		{"ReduceMin 20 of truth", 20, toFloat(quarter(of(2, 5)).ints("axes", 0).node("Greater", "g", in("x", "q")).
			node("ReduceMin", "m", in("g", "axes"), whole("keepdims", 0)), "m"), nil},
		{"LpPool 18", 18, of(1, 2, 7, 6).node("LpPool", "y", in("x"), ints("kernel_shape", 2, 3), ints("dilations", 2, 1), ints("strides", 2, 2),
			whole("ceil_mode", 1), whole("p", 2)), nil},
		{"AveragePool 19", 19, of(1, 2, 7, 6).node("AveragePool", "y", in("x"), ints("kernel_shape", 2, 3), ints("dilations", 2, 2), ints("strides", 2, 1),
			ints("pads", 1, 2, 1, 0)), nil},
		{"AveragePool 19 with padding counted", 19, of(1, 2, 7, 6).node("AveragePool", "y", in("x"), ints("kernel_shape", 2, 3),
			ints("dilations", 2, 2), ints("pads", 1, 2, 1, 0), whole("count_include_pad", 1)), nil},
		{"AveragePool 19 rounded up", 19, of(1, 1, 6, 8).node("AveragePool", "y", in("x"), ints("kernel_shape", 3, 3), ints("strides", 2, 3),
			ints("pads", 1, 0, 1, 1), whole("ceil_mode", 1), whole("count_include_pad", 1)), nil},
		{"MaxPool 22", 22, of(1, 2, 7, 6).node("MaxPool", "y", in("x"), ints("kernel_shape", 2, 3), ints("dilations", 2, 1), ints("strides", 2, 2),
			ints("pads", 1, 1, 0, 1), whole("ceil_mode", 1)), nil},
		{"Conv 22", 22, of(1, 4, 5, 6).weights("w", 6, 2, 3, 2).weights("bias", 6).
			node("Conv", "y", in("x", "w", "bias"), whole("group", 2), text("auto_pad", "SAME_LOWER"), ints("strides", 1, 2)), nil},
		{"ConvTranspose 22", 22, of(1, 4, 3, 4).weights("w", 4, 2, 3, 2).
			node("ConvTranspose", "y", in("x", "w"), ints("strides", 2, 3), ints("pads", 1, 0, 0, 1), ints("output_padding", 1, 0)), nil},
		{"Dropout 22", 22, of(2, 3).node("Dropout", "y", in("x")), nil},
		{"HardSwish 22", 22, of(2, 3).node("HardSwish", "y", in("x")), nil},
		{"Round 22", 22, of(2, 9).floats("q", []float32{8}).node("Mul", "m", in("x", "q")).node("Round", "y", in("m")), nil},
		{"InstanceNormalization 22", 22, of(2, 3, 4).weights("s", 3).weights("bias", 3).node("InstanceNormalization", "y", in("x", "s", "bias")), nil},
		{"LpNormalization 22", 22, of(2, 3, 4).node("LpNormalization", "y", in("x"), whole("axis", 1), whole("p", 1)), nil},
		{"LayerNormalization 17", newest, of(2, 3, 4).weights("s", 4).node("LayerNormalization", "y", in("x", "s")), nil},
		{"shapes 24", newest, of(2, 3, 4, 1).ints("axes", 0).ints("flat", 0, 0).node("Shape", "s", in("x"), whole("start", 1), whole("end", -1)).
			node("ReduceProd", "n", in("s", "axes")).node("Concat", "to", in("s", "n"), whole("axis", 0)).ints("two", 2).
			node("Unsqueeze", "u", in("x", "two")).node("Squeeze", "q", in("u")).node("Transpose", "t", in("q"), ints("perm", 2, 0, 1)).
			node("Flatten", "f", in("t"), whole("axis", -2)).node("Size", "e", in("f")).node("Cast", "c", in("e"), whole("to", 1)).
			node("Div", "d", in("f", "c")).node("Identity", "y", in("d")), nil},
		{"ConstantOfShape 21 of bytes", 21, of(2, 3).node("Shape", "s", in("x")).node("ConstantOfShape", "k", in("s"),
			onnxir.TensorAttribute("value", &onnxir.Tensor{DType: onnxir.Int8, Dims: []int64{1}, Raw: []byte{0xfd}})).
			node("Cast", "c", in("k"), whole("to", 1)).node("Add", "y", in("x", "c")), nil},
		{"Constant 24", newest, of(2, 2).node("Constant", "k", nil, onnxir.FloatsAttribute("value_floats", 1, -2)).node("Add", "y", in("x", "k")), nil},
		{"Cast 24", newest, toFloat(of(2, 9).floats("q", []float32{8}).node("Mul", "m", in("x", "q")).
			node("Cast", "c", in("m"), whole("to", int64(onnxir.Int32)), whole("saturate", 1)), "c"), nil},
		{"Equal 19", 19, toFloat(of(2, 3).node("Equal", "e", in("x", "x")), "e"), nil},
		{"QuantizeLinear 21 to a type", 21, toFloat(of(2, 9).floats("s", []float32{1. / 100}).
			node("QuantizeLinear", "k", in("x", "s"), whole("output_dtype", int64(onnxir.Int8))), "k"), nil},
		{"QuantizeLinear 21 to what is usual", 21, toFloat(of(2, 9).floats("s", []float32{1. / 100}).
			node("QuantizeLinear", "k", in("x", "s"), whole("output_dtype", 0)), "k"), nil},
		{"QuantizeLinear 21 to 16 bits", 21, toFloat(of(2, 9).floats("s", []float32{1. / 30000}).
			node("QuantizeLinear", "k", in("x", "s"), whole("output_dtype", int64(onnxir.Int16))), "k"), nil},
		{"QuantizeLinear 21 in blocks", 21, toFloat(of(2, 5).floats("s", []float32{.01, .02, .03, .04, .05, .06}, 2, 3).
			bytes8("z", onnxir.Int8, []byte{1, 2, 3, 4, 5, 255}, 2, 3).
			node("QuantizeLinear", "k", in("x", "s", "z"), whole("axis", -1), whole("block_size", 2)), "k"), nil},
		blocks(21, onnxir.Uint8, "DequantizeLinear 21 in blocks"),
		blocks(23, onnxir.Int8, "DequantizeLinear 23 in blocks"),
		{"DequantizeLinear 21 of 4 bits", 21, of(1).bytes8("w", onnxir.Int4, []byte{0x71, 0x8f, 0x0a}, 5).floats("s", []float32{.5}).
			node("DequantizeLinear", "d", in("w", "s")).node("Mul", "y", in("d", "x")), nil},
		{"DequantizeLinear 21 of 4 bits without sign", 21, of(1).bytes8("w", onnxir.Uint4, []byte{0x71, 0x8f, 0x0a}, 5).floats("s", []float32{.5}).
			bytes8("z", onnxir.Uint4, []byte{8}).node("DequantizeLinear", "d", in("w", "s", "z")).node("Mul", "y", in("d", "x")), nil},
	}
}

// TestNewestNet: a net as exporters write it gives the same in every newer version.
func TestNewestNet(t *testing.T) {
	x := filled(1, 2, 3, 8, 8)
	_, want := interpreted(t, small().parse(t, "y"), x, "y")
	for opset := int64(18); opset <= newest; opset++ {
		f := small()
		f.opset = opset
		_, got := interpreted(t, f.parse(t, "y"), x, "y")
		for i, v := range got.Float64s() {
			if math.Abs(v-want.Float64s()[i]) > 1e-9 {
				t.Errorf("version %d, y[%d]: got %g, want %g", opset, i, v, want.Float64s()[i])
			}
		}
	}
}

// TestNewerUnsupported: what is not computed here says so, with operator and version.
func TestNewerUnsupported(t *testing.T) {
	cast := func(d onnxir.DataType) *file {
		return toFloat(of(2, 3).node("Cast", "c", in("x"), whole("to", int64(d))), "c")
	}
	for _, c := range []struct {
		name  string
		opset int64
		f     *file
		want  string
	}{
		{"GridSample", 20, of(1, 1, 4, 4).weights("g", 1, 2, 2, 2).node("GridSample", "y", in("x", "g")), "operator GridSample of version 20 is not known here"},
		{"Attention", 23, of(1, 2, 4, 4).node("Attention", "y", in("x", "x", "x")), "operator Attention of version 23 is not known here"},
		{"BitwiseAnd", 18, of(2, 3).node("BitwiseAnd", "y", in("x", "x")), "operator BitwiseAnd of version 18 is not known here"},
		{"Cast to 8-bit floats", 19, cast(onnxir.Float8E4M3FN), "cast from FLOAT to FLOAT8E4M3FN"},
		{"Cast to 4-bit floats", 23, cast(onnxir.Float4E2M1), "cast from FLOAT to FLOAT4E2M1"},
		{"Cast to scales", 24, cast(onnxir.Float8E8M0), "cast from FLOAT to FLOAT8E8M0"},
		{"Cast to texts", 24, cast(onnxir.String), "cast from FLOAT to STRING"},
		{"Resize in another way", 23, of(1, 1, 4, 4).floats("s", []float32{1, 1, 2, 2}, 4).node("Resize", "y", in("x", "", "s"), text("mode", "lanczos")),
			`resize with mode "lanczos" and coordinates "half_pixel"`},
		{"QuantizeLinear to 8-bit floats", 19, toFloat(of(2, 3).floats("s", []float32{1}).bytes8("z", onnxir.Float8E5M2, []byte{0}).
			node("QuantizeLinear", "k", in("x", "s", "z")), "k"), "FLOAT8E5M2"},
		{"QuantizeLinear to a type", 23, toFloat(of(2, 3).floats("s", []float32{1}).
			node("QuantizeLinear", "k", in("x", "s"), whole("output_dtype", int64(onnxir.Float8E5M2))), "k"), "quantisation to FLOAT8E5M2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.f.opset = c.opset
			m, err := onnx.Parse(c.f.bytes("y"), nil)
			if err == nil {
				_, err = m.Build(onnx.Options{})
			}
			if !errors.Is(err, graph.ErrUnsupported) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want %q of kind ErrUnsupported", err, c.want)
			}
		})
	}
}

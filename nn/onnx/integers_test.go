package onnx_test

import (
	"math"
	"testing"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/op"
)

// numbers of a test model: what is an initializer in one is an input in the other, which therefore computes in floats.
type numbers struct {
	f     *file
	known bool
	given map[string]onnx.Tensor
}

func (n *numbers) add(name string, d onnxir.DataType, data []float64, dims ...int64) {
	if n.known {
		t := &onnxir.Tensor{Name: name, DType: d, Dims: dims}
		for _, v := range data {
			switch d {
			case onnxir.Float:
				bits := math.Float32bits(float32(v))
				t.Raw = append(t.Raw, byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24))
			default:
				t.Raw = append(t.Raw, byte(int(v)))
			}
		}
		n.f.g.Initializers = append(n.f.g.Initializers, t)
		return
	}
	n.f.open(name, d, dims...)
	shape := graph.Shape{}
	for _, s := range dims {
		shape = append(shape, int(s))
	}
	t := onnx.Tensor{Type: d, Shape: shape}
	for _, v := range data {
		if d == onnxir.Float {
			t.F32 = append(t.F32, float32(v))
		} else {
			t.F64 = append(t.F64, v)
		}
	}
	n.given[name] = t
}

func drawn(seed uint32, n int, lo, hi float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Floor(lo + (hi-lo)*float64(op.Uniform(seed, 1, 0, i)))
	}
	return out
}

// TestIntegers builds quantised models whose weights are known, with products of 8-bit numbers, and the same ones with
// weights that are not, in floats.
func TestIntegers(t *testing.T) {
	one := func(v ...float64) []float64 { return v }
	for _, c := range []struct {
		name  string
		build func(n *numbers)
		x     []int64
		want  map[string]int
	}{
		{"QLinearConv", func(n *numbers) {
			n.add("sx", onnxir.Float, one(1./128))
			n.add("zx", onnxir.Uint8, one(120))
			n.add("w", onnxir.Uint8, drawn(3, 6*3*9, 0, 256), 6, 3, 3, 3)
			n.add("sw", onnxir.Float, one(.03, .02, .04, .01, .05, .03), 6)
			n.add("zw", onnxir.Uint8, one(128, 128, 128, 128, 128, 128), 6)
			n.add("sy", onnxir.Float, one(.5))
			n.add("zy", onnxir.Uint8, one(90))
			n.f.node("QuantizeLinear", "q", in("x", "sx", "zx"))
			n.f.node("QLinearConv", "c", in("q", "sx", "zx", "w", "sw", "zw", "sy", "zy"), ints("pads", 1, 0, 1, 2))
			n.f.node("DequantizeLinear", "y", in("c", "sy", "zy"))
		}, []int64{2, 3, 6, 5}, map[string]int{op.ConvIntegerOp: 1, op.Conv: 0}},
		{"QDQ", func(n *numbers) {
			n.add("s", onnxir.Float, one(1./100))
			n.add("z", onnxir.Int8, one(-3))
			n.add("w", onnxir.Int8, drawn(4, 4*3*9, -128, 128), 4, 3, 3, 3)
			n.add("sw", onnxir.Float, one(.01, .02, .03, .04), 4)
			n.add("zw", onnxir.Int8, one(0, 0, 0, 0), 4)
			n.add("m", onnxir.Int8, drawn(5, 10*64, -127, 128), 10, 64)
			n.f.weights("bias", 4).weights("b", 10)
			n.f.node("QuantizeLinear", "q", in("x", "s", "z")).node("DequantizeLinear", "dx", in("q", "s", "z"))
			n.f.node("DequantizeLinear", "dw", in("w", "sw", "zw"), onnxir.IntAttribute("axis", 0))
			n.f.node("Conv", "c", in("dx", "dw", "bias"), ints("strides", 2, 2), ints("pads", 1, 1, 1, 1)).node("Relu", "r", in("c"))
			n.f.node("Flatten", "f", in("r"))
			n.f.node("QuantizeLinear", "q2", in("f", "s", "z")).node("DequantizeLinear", "d2", in("q2", "s", "z"))
			n.f.node("DequantizeLinear", "dm", in("m", "s"))
			n.f.node("Gemm", "y", in("d2", "dm", "b"), onnxir.IntAttribute("transB", 1))
		}, []int64{2, 3, 8, 7}, map[string]int{op.ConvIntegerOp: 1, op.MatMulIntegerOp: 1, op.Conv: 0, op.MatMul: 0, op.QuantizeOp: 2}},
		{"QDQ along another axis", func(n *numbers) {
			n.add("s", onnxir.Float, one(1./100))
			n.add("z", onnxir.Int8, one(-3))
			n.add("w", onnxir.Int8, drawn(4, 3*3*9, -128, 128), 3, 3, 3, 3)
			n.add("sw", onnxir.Float, one(.01, .02, .03), 3)
			n.f.node("QuantizeLinear", "q", in("x", "s", "z")).node("DequantizeLinear", "dx", in("q", "s", "z"))
			n.f.node("DequantizeLinear", "dw", in("w", "sw")).node("Conv", "y", in("dx", "dw"))
		}, []int64{2, 3, 8, 7}, map[string]int{op.ConvIntegerOp: 0, op.Conv: 1}},
		{"MatMulInteger", func(n *numbers) {
			n.add("s", onnxir.Float, one(1./100))
			n.add("z", onnxir.Uint8, one(100))
			n.add("w", onnxir.Int8, drawn(6, 5*7, -128, 128), 5, 7)
			n.f.node("QuantizeLinear", "q", in("x", "s", "z")).node("MatMulInteger", "p", in("q", "w", "z"))
			n.f.node("Cast", "y", in("p"), onnxir.IntAttribute("to", int64(onnxir.Float)))
		}, []int64{2, 3, 5}, map[string]int{op.MatMulIntegerOp: 1, op.MatMul: 0}},
		{"weights that do not fit", func(n *numbers) {
			n.add("s", onnxir.Float, one(1./100))
			n.add("z", onnxir.Uint8, one(100))
			n.add("w", onnxir.Uint8, drawn(6, 5*7, 0, 256), 5, 7)
			n.f.node("QuantizeLinear", "q", in("x", "s", "z")).node("MatMulInteger", "p", in("q", "w", "z"))
			n.f.node("Cast", "y", in("p"), onnxir.IntAttribute("to", int64(onnxir.Float)))
		}, []int64{4, 5}, map[string]int{op.MatMulIntegerOp: 0, op.MatMul: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var outs [2]onnx.Tensor
			for k, known := range []bool{true, false} {
				n := &numbers{f: new(file).input("x", c.x...), known: known, given: map[string]onnx.Tensor{}}
				c.build(n)
				b, err := n.f.parse(t, "y").Build(onnx.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if known {
					for name, want := range c.want {
						if got := counted(b.Graph)[name]; got != want {
							t.Errorf("%d nodes %s, want %d", got, name, want)
						}
					}
				}
				shape := []int{}
				for _, s := range c.x {
					shape = append(shape, int(s))
				}
				n.given["x"] = filled(9, shape...)
				out, err := b.Interpret(n.given)
				if err != nil {
					t.Fatal(err)
				}
				outs[k] = out["y"]
			}
			for i, v := range outs[0].Float64s() {
				if w := outs[1].Float64s()[i]; math.Abs(v-w) > 1e-5*(1+math.Abs(w)) {
					t.Fatalf("element %d: got %g, in floats %g", i, v, w)
				}
			}
		})
	}
}

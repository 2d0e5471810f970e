package onnxir

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestNumbers(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, tt := range []struct {
		name string
		t    Tensor
		want []float64
	}{
		{"raw", Tensor{DType: Float, Raw: []byte("\x00\x00\x80\x3f\x00\x00\x20\xc1")}, []float64{1, -10}},
		{"typed", Tensor{DType: Float, FloatData: []float32{1, -10}}, []float64{1, -10}},
		{"double", Tensor{DType: Double, Raw: []byte("\x00\x00\x00\x00\x00\x00\xf0\x3f")}, []float64{1}},
		{"double typed", Tensor{DType: Double, DoubleData: []float64{0.1}}, []float64{0.1}},
		{"half", Tensor{DType: Float16, Raw: []byte("\x00\x3c\x00\xc0\x01\x00\xff\x7b\x00\x7c\x00\xfc\x00\x80\x00\x04\x00\x7e")},
			[]float64{1, -2, 1.0 / (1 << 24), 65504, inf, -inf, math.Copysign(0, -1), 1.0 / (1 << 14), nan}},
		{"half typed", Tensor{DType: Float16, Int32Data: []int32{0x3c00, 0xc000}}, []float64{1, -2}},
		{"bfloat16", Tensor{DType: BFloat16, Raw: []byte("\x80\x3f\x20\xc1")}, []float64{1, -10}},
		{"bfloat16 typed", Tensor{DType: BFloat16, Int32Data: []int32{0x3f80, 0xc120}}, []float64{1, -10}},
		{"int8", Tensor{DType: Int8, Raw: []byte("\xfe\x7f")}, []float64{-2, 127}},
		{"int8 typed", Tensor{DType: Int8, Int32Data: []int32{-2, 254}}, []float64{-2, -2}},
		{"uint8", Tensor{DType: Uint8, Raw: []byte("\xfe")}, []float64{254}},
		{"uint8 typed", Tensor{DType: Uint8, Int32Data: []int32{254}}, []float64{254}},
		{"int16", Tensor{DType: Int16, Raw: []byte("\xfe\xff")}, []float64{-2}},
		{"uint16", Tensor{DType: Uint16, Raw: []byte("\xfe\xff")}, []float64{65534}},
		{"int32", Tensor{DType: Int32, Raw: []byte("\xfe\xff\xff\xff")}, []float64{-2}},
		{"int32 typed", Tensor{DType: Int32, Int32Data: []int32{-2}}, []float64{-2}},
		{"uint32", Tensor{DType: Uint32, Raw: []byte("\xfe\xff\xff\xff")}, []float64{1<<32 - 2}},
		{"uint32 typed", Tensor{DType: Uint32, Uint64Data: []uint64{1<<32 - 2}}, []float64{1<<32 - 2}},
		{"int64", Tensor{DType: Int64, Raw: []byte("\xfe\xff\xff\xff\xff\xff\xff\xff")}, []float64{-2}},
		{"int64 typed", Tensor{DType: Int64, Int64Data: []int64{-2, 3}}, []float64{-2, 3}},
		{"uint64", Tensor{DType: Uint64, Uint64Data: []uint64{1 << 63}}, []float64{1 << 63}},
		{"int4", Tensor{DType: Int4, Raw: []byte("\x71\x8f\x0a")}, []float64{1, 7, -1, -8, -6}},
		{"int4 typed", Tensor{DType: Int4, Int32Data: []int32{0x71, 0x0f}}, []float64{1, 7, -1}},
		{"uint4", Tensor{DType: Uint4, Raw: []byte("\x71\x8f\xfa")}, []float64{1, 7, 15, 8, 10, 15}},
		{"bool", Tensor{DType: Bool, Raw: []byte("\x00\x01\x02")}, []float64{0, 1, 1}},
		{"bool typed", Tensor{DType: Bool, Int32Data: []int32{0, 256}}, []float64{0, 1}},
		{"empty", Tensor{DType: Float, Dims: []int64{math.MaxInt64, 0, math.MaxInt64}}, []float64{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.t.Dims == nil {
				tt.t.Dims = []int64{1, int64(len(tt.want))}
			}
			got, err := tt.t.Float64s()
			if d := cmp.Diff(tt.want, got, cmpopts.EquateNaNs()); d != "" || err != nil {
				t.Fatalf("%v (-want +got)\n%s", err, d)
			}
			floats, errFloats := tt.t.Float32s()
			integers, errIntegers := tt.t.Int64s()
			switch tt.t.DType {
			case Float, Double, Float16, BFloat16:
				for i, v := range floats {
					if float64(v) != float64(float32(got[i])) && v == v {
						t.Errorf("Float32s: element %d: got %v, want %v", i, v, got[i])
					}
				}
				if len(floats) != len(got) || errFloats != nil || !errors.Is(errIntegers, ErrFormat) {
					t.Errorf("got %v, %v, %v", floats, errFloats, errIntegers)
				}
			case Uint64:
				if !errors.Is(errIntegers, ErrUnsupported) {
					t.Errorf("got %v", errIntegers)
				}
			default:
				for i, v := range integers {
					if float64(v) != got[i] {
						t.Errorf("Int64s: element %d: got %v, want %v", i, v, got[i])
					}
				}
				if len(integers) != len(got) || errIntegers != nil || !errors.Is(errFloats, ErrFormat) {
					t.Errorf("got %v, %v, %v", integers, errIntegers, errFloats)
				}
			}
		})
	}
}

func TestTexts(t *testing.T) {
	x := Tensor{DType: String, Dims: []int64{2}, StringData: [][]byte{[]byte("a"), {}}}
	if got, err := x.Texts(); err != nil || !cmp.Equal(got, []string{"a", ""}) {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := FloatTensor("w", nil, []float32{1}).Texts(); !errors.Is(err, ErrFormat) ||
		err.Error() != `tensor "w": element type: got FLOAT, want STRING` {
		t.Errorf("got %v", err)
	}
}

func TestMade(t *testing.T) {
	x := FloatTensor("w", []int64{1, 2}, []float32{1.5, -2})
	if got, err := x.Float32s(); err != nil || !cmp.Equal(got, []float32{1.5, -2}) {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := Int64Tensor("s", []int64{2}, []int64{-1, 1 << 40}).Int64s(); err != nil || !cmp.Equal(got, []int64{-1, 1 << 40}) {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := x.Shape(); err != nil || !cmp.Equal(got, []int{1, 2}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := (&Tensor{Dims: []int64{-1}}).Shape(); err == nil {
		t.Error("a negative size has no error")
	}
}

func TestCheck(t *testing.T) {
	four, one := make([]byte, 4), []float32{1}
	for _, tt := range []struct {
		t    Tensor
		kind error
		want string
	}{
		{Tensor{DType: Float, Dims: []int64{2}, Raw: four}, ErrFormat, `tensor "w": got 4 bytes, want 8 for FLOAT [2]`},
		{Tensor{DType: Float, Raw: []byte{}}, ErrFormat, `tensor "w": got 0 bytes, want 4 for FLOAT []`},
		{Tensor{DType: Float, Dims: []int64{3}, FloatData: one}, ErrFormat,
			`tensor "w": got 1 numbers in float_data, want 3 for FLOAT [3]`},
		{Tensor{DType: Float}, ErrFormat, `tensor "w": got 0 numbers in float_data, want 1 for FLOAT []`},
		{Tensor{DType: Complex64, FloatData: one}, ErrFormat, `tensor "w": got 1 numbers in float_data, want 2 for COMPLEX64 []`},
		{Tensor{DType: Complex128, DoubleData: []float64{1}}, ErrFormat,
			`tensor "w": got 1 numbers in double_data, want 2 for COMPLEX128 []`},
		{Tensor{DType: Int4, Dims: []int64{3}, Raw: four}, ErrFormat, `tensor "w": got 4 bytes, want 2 for INT4 [3]`},
		{Tensor{DType: Int4, Dims: []int64{3}, Int32Data: []int32{1, 2, 3}}, ErrFormat,
			`tensor "w": got 3 numbers in int32_data, want 2 for INT4 [3]`},
		{Tensor{DType: Float, Raw: four, FloatData: one}, ErrFormat,
			`tensor "w": there are elements in raw_data and in float_data, want one of them`},
		{Tensor{DType: Float, DoubleData: []float64{1}}, ErrFormat,
			`tensor "w": 1 elements are in a field for other types, want those of FLOAT in float_data`},
		{Tensor{DType: String, Raw: four}, ErrFormat, `tensor "w": strings are in the field for bytes, want string_data`},
		{Tensor{DType: Float, Raw: four, External: &External{Location: "a"}}, ErrFormat,
			`tensor "w": there are elements in the model and in the file "a", want one of them`},
		{Tensor{Raw: four}, ErrFormat, `tensor "w": it has no element type`},
		{Tensor{DType: 99, Raw: four}, ErrUnsupported, `tensor "w": element type: got unknown type 99, want one up to INT2, the last that is known here`},
		{Tensor{DType: Float, Dims: []int64{2, -3}}, ErrFormat, `tensor "w": shape [2,-3]: got a negative size`},
		{Tensor{DType: Float, Dims: []int64{1 << 32, 1 << 32}}, ErrFormat,
			`tensor "w": shape [4294967296,4294967296]: more elements than memory can hold`},
		{Tensor{DType: Float, Dims: []int64{1 << 53}}, ErrFormat, `tensor "w": shape [9007199254740992]: more elements than memory can hold`},
	} {
		tt.t.Name = "w"
		err := tt.t.Check()
		if !errors.Is(err, tt.kind) || err.Error() != tt.want {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
		if _, errRead := tt.t.Float64s(); errRead == nil || errRead.Error() != err.Error() {
			t.Errorf("Float64s: got %v, want %v", errRead, err)
		}
	}
}

func TestTypesNotRead(t *testing.T) {
	for _, x := range []Tensor{
		{DType: Float4E2M1, Dims: []int64{3}, Raw: make([]byte, 2)}, {DType: Float8E5M2, Dims: []int64{3}, Raw: make([]byte, 3)},
		{DType: Complex64, Raw: make([]byte, 8)}, {DType: Uint2, Dims: []int64{5}, Int32Data: make([]int32, 2)},
	} {
		_, err := x.Float64s()
		if want := `tensor "": element type ` + x.DType.String() + " is not read here: save the model with FLOAT or FLOAT16 weights"; !errors.Is(err, ErrUnsupported) ||
			err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

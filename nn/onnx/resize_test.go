package onnx_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/op"
)

// resizing is a model of one Resize: by scales or to sizes.
type resizing struct {
	scales []float32
	sizes  []int64
	roi    []float32
}

func (r resizing) of(f *file, attributes ...*onnxir.Attribute) *file {
	names := in("x", "", "", "")
	if r.roi != nil {
		f.floats("roi", r.roi, int64(len(r.roi)))
		names[1] = "roi"
	}
	if r.scales != nil {
		f.floats("scales", r.scales, int64(len(r.scales)))
		names[2] = "scales"
	}
	if r.sizes != nil {
		f.ints("sizes", r.sizes...)
		names[3] = "sizes"
	}
	return f.node("Resize", "y", names, attributes...)
}

func resizeCases() []operatorCase {
	var out []operatorCase
	add := func(opset int64, r resizing, f *file, attributes ...*onnxir.Attribute) {
		var name []string
		for _, a := range attributes {
			switch a.Type {
			case onnxir.AttrString:
				name = append(name, string(a.S))
			case onnxir.AttrInts:
				name = append(name, a.Name+fmt.Sprint(a.Ints))
			case onnxir.AttrFloat:
				name = append(name, a.Name+fmt.Sprint(a.F))
			default:
				name = append(name, a.Name)
			}
		}
		by := fmt.Sprint(" by ", r.scales)
		if r.sizes != nil {
			by = fmt.Sprint(" to ", r.sizes)
		}
		full := fmt.Sprintf("Resize %d%s %s", opset, by, strings.Join(name, " "))
		out = append(out, operatorCase{full, opset, r.of(f, attributes...), nil})
	}
	mode := func(m string) *onnxir.Attribute { return text("mode", m) }
	coords := func(m string) *onnxir.Attribute { return text("coordinate_transformation_mode", m) }
	picture := func() *file { return of(1, 2, 5, 4) }
	up, down, mixed := resizing{scales: []float32{1, 1, 2, 3}}, resizing{scales: []float32{1, 1, 0.6, 0.5}}, resizing{sizes: []int64{1, 2, 3, 9}}
	for _, m := range []string{"linear", "cubic"} {
		for _, c := range []string{"half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"} {
			for _, r := range []resizing{up, down, mixed} {
				add(13, r, picture(), mode(m), coords(c))
			}
		}
		add(19, resizing{scales: []float32{1, 1, 1.7, 0.7}}, picture(), mode(m), coords("half_pixel_symmetric"))
		for _, r := range []resizing{down, mixed, {sizes: []int64{1, 2, 2, 1}}} {
			add(18, r, picture(), mode(m), whole("antialias", 1))
		}
		// A scale that does not change the size of an axis still moves the pixels, unless no size changes.
		add(13, resizing{scales: []float32{1, 1, 1.1, 1}}, picture(), mode(m))
		add(13, resizing{scales: []float32{1, 1, 1.1, 2}}, picture(), mode(m))
	}
	for _, n := range []string{"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"} {
		for _, c := range []string{"half_pixel", "asymmetric", "align_corners", "tf_half_pixel_for_nn"} {
			if c == "tf_half_pixel_for_nn" && n != "floor" {
				continue // it is TensorFlow's, up to version 12
			}
			opset := int64(13)
			for _, r := range []resizing{up, mixed} {
				if c == "tf_half_pixel_for_nn" {
					opset, r.roi = 12, []float32{}
					if r.scales == nil {
						r.scales = []float32{}
					}
				}
				add(opset, r, picture(), mode("nearest"), coords(c), text("nearest_mode", n))
			}
		}
	}
	add(13, down, picture(), mode("cubic"), whole("exclude_outside", 1))
	add(13, mixed, picture(), mode("cubic"), number("cubic_coeff_a", -0.5))
	add(13, resizing{scales: []float32{1, 1, 0.7, 1}}, of(1, 1, 10, 3), mode("linear")) // 10·0.7 is 7 in float32 alone
	add(11, resizing{scales: []float32{1, 1, 2}, roi: []float32{}}, of(1, 2, 5), mode("linear"))
	add(13, resizing{sizes: []int64{1, 3, 7}}, of(1, 3, 5), mode("linear"))
	add(13, resizing{sizes: []int64{1, 2, 3, 5, 2}}, of(1, 2, 2, 3, 4), mode("linear"))
	crop := resizing{sizes: []int64{1, 2, 4, 3}, roi: []float32{0, 0, 0.2, -0.3, 1, 1, 1.1, 0.8}}
	add(13, crop, picture(), mode("linear"), coords("tf_crop_and_resize"), number("extrapolation_value", 9))
	add(18, resizing{sizes: []int64{7, 6}}, picture(), mode("linear"), ints("axes", 2, 3))
	add(18, resizing{sizes: []int64{7, 6}}, picture(), mode("linear"), ints("axes", 3, 2))
	add(18, resizing{scales: []float32{2, 0.5}}, picture(), mode("nearest"), ints("axes", 3, 2))
	for _, policy := range []string{"stretch", "not_larger", "not_smaller"} {
		add(18, resizing{sizes: []int64{8, 9}}, picture(), mode("linear"), ints("axes", 2, 3), text("keep_aspect_ratio_policy", policy))
		add(19, resizing{sizes: []int64{3, 3}}, picture(), mode("nearest"), ints("axes", 2, 3), text("keep_aspect_ratio_policy", policy))
	}
	return out
}

// TestResizeByResample: what doubles a picture, and other common ones, are one step of the device, not products with matrices.
func TestResizeByResample(t *testing.T) {
	for name, attributes := range map[string][]*onnxir.Attribute{
		"linear":  {text("mode", "linear")},
		"corners": {text("mode", "linear"), text("coordinate_transformation_mode", "align_corners")},
		"nearest": {text("mode", "nearest"), text("coordinate_transformation_mode", "asymmetric"), text("nearest_mode", "floor")},
	} {
		f := resizing{scales: []float32{1, 1, 2, 2}}.of(of(1, 2, 5, 4), attributes...)
		b, _ := interpreted(t, f.parse(t, "y"), filled(7, 1, 2, 5, 4), "y")
		if n := counted(b.Graph); n[op.ResampleOp] != 1 || n[op.MatMul] != 0 {
			t.Errorf("%s: primitives %v, want one %s", name, n, op.ResampleOp)
		}
	}
}

// TestResizeErrors: sizes that do not fit are told.
func TestResizeErrors(t *testing.T) {
	var shape *graph.ShapeError
	for _, c := range []struct {
		name string
		f    *file
		want string
	}{
		{"scales of too few axes", resizing{scales: []float32{2, 2}}.of(of(1, 2, 5, 4)), "got scales [2 2], sizes [], want one of them for each of 4 axes"},
		{"nothing", resizing{}.of(of(1, 2, 5, 4)), "want one of them for each of 4 axes"},
		{"both", resizing{scales: []float32{1, 1, 2, 2}, sizes: []int64{1, 2, 5}}.of(of(1, 2, 5, 4)), "want one of them for each of 4 axes"},
		{"to nothing", resizing{scales: []float32{1, 1, 0.1, 1}}.of(of(1, 2, 5, 4)), "resize of axis 2 from 5 by 0.1: want a size from 1 to 65536"},
		{"an axis that is not there", resizing{sizes: []int64{3}}.of(of(1, 2, 5, 4), ints("axes", 4)), "axis 4 of a value with 4 axes"},
		{"a crop without a region", resizing{sizes: []int64{1, 2, 3, 3}}.of(of(1, 2, 5, 4), text("coordinate_transformation_mode", "tf_crop_and_resize")),
			"roi: got [], want two numbers for each of 4 axes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.f.opset = 18
			_, err := c.f.parse(t, "y").Build(onnx.Options{})
			if !errors.As(err, &shape) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "make_y") {
				t.Errorf("got error %v, want a ShapeError of make_y: %s", err, c.want)
			}
		})
	}
}

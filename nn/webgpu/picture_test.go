//go:build js && wasm

package webgpu_test

import (
	"context"
	"errors"
	"image"
	"math"
	"syscall/js"
	"testing"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	gpu "github.com/fovea-nn/fovea/webgpu"
)

// bitmap makes an ImageBitmap of RGBA bytes.
func bitmap(t *testing.T, pix []byte, w, h int) js.Value {
	t.Helper()
	bytes := js.Global().Get("Uint8ClampedArray").New(len(pix))
	js.CopyBytesToJS(bytes, pix)
	image := js.Global().Get("ImageData").New(bytes, w, h)
	v, err := gpu.Await(context.Background(), func() js.Value { return js.Global().Call("createImageBitmap", image) })
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestRunPicture compares what the GPU makes of a picture with data.Fit: larger, smaller, wider and higher ones, of the same size,
// and with transparency.
func TestRunPicture(t *testing.T) {
	ctx := context.Background()
	d := open(t)
	for _, channels := range []int{1, 3} {
		g := graph.New()
		x := g.Input("x", graph.F32, graph.Shape{1, 9, 12, channels})
		g.Output("y", op.Map(g, expr.New(expr.Add, expr.V(0), expr.C(0)), x))
		st, err := d.NewStore()
		if err != nil {
			t.Fatal(err)
		}
		e, err := d.Compile(ctx, plan.Build(g, plan.Options{}), st)
		if err != nil {
			t.Fatal(err)
		}
		viewer := e.(plan.Viewer)
		for _, size := range [][2]int{{12, 9}, {31, 17}, {17, 40}, {5, 4}, {12, 30}, {64, 9}} {
			w, h := size[0], size[1]
			pix := make([]byte, 4*w*h)
			for i := range pix {
				pix[i] = byte(i*i%251 + i/7)
				if i%4 == 3 {
					pix[i] = []byte{255, 255, 128, 0}[i/4%4]
				}
			}
			picture, err := data.FromRGBA(pix, w, h)
			if err != nil {
				t.Fatal(err)
			}
			want := data.Fit(picture, 9, 12, channels)
			if err := viewer.RunPicture(ctx, bitmap(t, pix, w, h), w, h, data.Cover(w, h, 12, 9)); err != nil {
				t.Fatal(err)
			}
			got, err := e.Fetch("y")(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range got[0].F32 {
				if math.Abs(float64(v)-float64(want[i])) > 2 { // each side rounds to bytes twice, once a pixel of the source
					t.Errorf("%dx%dx%d: number %d: got %g, want %d", w, h, channels, i, v, want[i])
					break
				}
			}
		}
		if err := viewer.RunPicture(ctx, "not a picture", 3, 3, image.Rect(0, 0, 3, 3)); !errors.Is(err, graph.ErrUnsupported) {
			t.Errorf("a text: got error %v, want ErrUnsupported", err)
		}
		var shape *graph.ShapeError
		if err := viewer.RunPicture(ctx, bitmap(t, make([]byte, 4), 1, 1), 1<<20, 1, image.Rect(0, 0, 1, 1)); !errors.As(err, &shape) {
			t.Errorf("too wide: got error %v, want a ShapeError", err)
		}
		if err := viewer.RunPicture(ctx, bitmap(t, make([]byte, 4), 1, 1), 1, 1, image.Rect(0, 0, 2, 1)); !errors.As(err, &shape) {
			t.Errorf("a part beyond the picture: got error %v, want a ShapeError", err)
		}
		if err := viewer.RunPicture(ctx, js.ValueOf(7), 3, 3, image.Rect(0, 0, 3, 3)); err == nil {
			t.Error("a number: no error")
		}
		e.Close()
	}
	if n := d.Stats().Textures; n != 0 {
		t.Errorf("%d textures are left", n)
	}
}

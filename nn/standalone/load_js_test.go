//go:build js && wasm

package standalone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"syscall/js"
	"testing"
	"unsafe"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
)

// instance is a model in the engine that runs the test, loaded by the loader: with relaxed SIMD if the engine has it.
type instance struct {
	about
	model js.Value
}

func load(t testing.TB, f Files) *instance {
	t.Helper()
	parts := js.Global().Get("Array").New(string(f[loaderFile]))
	blob := js.Global().Get("Blob").New(parts, map[string]any{"type": "text/javascript"})
	url := js.Global().Get("URL").Call("createObjectURL", blob)
	loader := await(t, js.Global().Call("eval", "(url) => import(url)").Invoke(url))
	file := loader.Get("moduleFile").String()
	in := &instance{model: await(t, loader.Call("load", map[string]any{"module": array(f[file]), "weights": array(f[weightsFile])}))}
	info := js.Global().Get("JSON").Call("stringify", in.model.Get("info")).String()
	if err := json.Unmarshal([]byte(info), &in.about); err != nil {
		t.Fatal(err)
	}
	return in
}

// await waits for a promise.
func await(t testing.TB, promise js.Value) js.Value {
	t.Helper()
	result, failure := make(chan js.Value, 1), make(chan error, 1)
	then := js.FuncOf(func(_ js.Value, args []js.Value) any { result <- args[0]; return nil })
	failed := js.FuncOf(func(_ js.Value, args []js.Value) any {
		failure <- errors.New(args[0].Get("message").String())
		return nil
	})
	defer then.Release()
	defer failed.Release()
	promise.Call("then", then, failed)
	select {
	case v := <-result:
		return v
	case err := <-failure:
		t.Fatal(err)
		return js.Null()
	}
}

func array(b []byte) js.Value {
	a := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(a, b)
	return a
}

// bytesOf is the memory of x.
func bytesOf(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}

func (in *instance) run(t testing.TB, x []float32) []float32 {
	t.Helper()
	input := js.Global().Get("Float32Array").New(array(bytesOf(x)).Get("buffer"))
	return floats(in.model.Call("run", input))
}

// floats copies a Float32Array.
func floats(a js.Value) []float32 {
	x := make([]float32, a.Length())
	js.CopyBytesToGo(bytesOf(x), js.Global().Get("Uint8Array").New(a.Get("buffer")))
	return x
}

// object is a picture as the loader takes it.
func object(p *data.Picture) js.Value {
	return js.ValueOf(map[string]any{"data": array(p.Pix), "width": p.W, "height": p.H})
}

// shaded is a picture with a slow change of colours, and of alpha from 255 down to alpha.
func shaded(w, h, alpha int) *data.Picture {
	p := &data.Picture{W: w, H: h, Pix: make([]byte, 0, 4*w*h)}
	for i := range w * h {
		x, y := i%w, i/w
		p.Pix = append(p.Pix, byte(255*x/w), byte(255*y/h), byte(255-255*x/w), byte(255-(255-alpha)*y/h))
	}
	return p
}

// The loader makes of a picture what the net does: exactly so without scaling, and nearly where a canvas scales.
func TestPixels(t *testing.T) {
	ready := func(name string) *preprocess.Preprocess {
		p, err := preprocess.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		p = p.Sized(32, 24)
		return &p
	}
	own := &preprocess.Preprocess{Crop: []int{32, 24}, Size: []int{32, 24}, Order: preprocess.RGB, Scale: 255}
	for name, c := range map[string]struct {
		channels int
		prepare  *preprocess.Preprocess
	}{
		"gray": {1, nil}, "colour": {3, nil},
		"torchvision": {3, ready("torchvision")}, "caffe": {3, ready("caffe")}, "unscaled": {3, own},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNet(t, fmt.Sprintf("INPUT 32x24x%d -> GAP -> FC 2", c.channels))
			n.Preprocess = c.prepare
			f, err := Compile(context.Background(), n, Options{})
			if err != nil {
				t.Fatal(err)
			}
			in := load(t, f)
			alpha := 155
			if c.prepare != nil {
				alpha = 255 // PIL, and so preprocess, forgets alpha; the loader shows pictures on white
			}
			for _, size := range [][2]int{{24, 32}, {48, 64}, {90, 33}, {33, 70}, {200, 150}} {
				p := shaded(size[0], size[1], alpha)
				want, err := n.Pixels(p)
				if err != nil {
					t.Fatal(err)
				}
				got := floats(await(t, in.model.Call("pixels", object(p))))
				// The filters of a canvas differ from ours, and its bytes are multiplied with alpha on the way.
				most, mean := float32(0), float32(0)
				for i, b := range want {
					d := max(got[i]-float32(b), float32(b)-got[i])
					most, mean = max(most, d), mean+d/float32(len(want))
				}
				exact := p.W == 24 && (c.prepare == nil || c.prepare == own)
				if exact && most > 0 || most > 3 || mean > 1 {
					t.Errorf("%dx%d: off by %g at most and by %g in the mean", p.W, p.H, most, mean)
				}
			}
		})
	}
}

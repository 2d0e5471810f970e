//go:build js && wasm

package webgpu_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"syscall/js"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

func open(t *testing.T, tune ...func(*webgpu.Tuning)) *webgpu.Device {
	t.Helper()
	var o webgpu.Options
	if len(tune) > 0 {
		o.Tune = tune[0]
	}
	return openWith(t, o)
}

func openWith(t *testing.T, o webgpu.Options) *webgpu.Device {
	t.Helper()
	d, err := webgpu.Open(context.Background(), o)
	if err != nil {
		t.Fatalf("no device: %v", err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestDevice(t *testing.T) {
	d := open(t)
	t.Logf("adapter %s", d.Info().Adapter)
	plantest.Run(t, d)
	if n := d.Stats().Buffers; n > 4*13 { // the pool of readings keeps four of each power of two from 256 bytes to 1 MiB
		t.Errorf("%d buffers are left after everything was closed", n)
	}
}

// TestTiles runs the cases of products and convolutions with a tile so small that each has several, and a product that fills
// no tile evenly with each tile that there is.
func TestTiles(t *testing.T) {
	all := webgpu.DefaultTuning(false, 32<<10)
	d := open(t, func(x *webgpu.Tuning) {
		*x = all
		x.Least, x.Tiles = 1, []webgpu.Tile{{TM: 4, TN: 1, WX: 4, WY: 4, BK: 4}}
	})
	plantest.Cases(t, d, regexp.MustCompile(`^(MatMul/(33x|batched|one row|7x)|Conv\w*/(3x3|5x5 one|stride |groups|odd|padding|1-D|3-D))`))
	for _, tile := range all.Tiles {
		d := open(t, func(x *webgpu.Tuning) { *x = all; x.Tiles = []webgpu.Tile{tile} })
		t.Run(fmt.Sprint(tile), func(t *testing.T) { checkProduct(t, d, 200, 59, 131) })
	}
}

// checkProduct multiplies two matrices of whole numbers, of which f32 holds all sums.
func checkProduct(t *testing.T, d *webgpu.Device, m, k, n int) {
	g := graph.New()
	out, err := op.Apply(g, op.MatMul, op.MatMulAttrs{}, g.Input("a", graph.F32, graph.Shape{m, k}), g.Input("b", graph.F32, graph.Shape{k, n}))
	if err != nil {
		t.Fatal(err)
	}
	g.Output("y", out[0])
	given := map[string]*op.Tensor{"a": op.NewTensor(graph.Shape{m, k}), "b": op.NewTensor(graph.Shape{k, n})}
	for i := range given["a"].Data {
		given["a"].Data[i] = float64(i*7%31 - 15)
	}
	for i := range given["b"].Data {
		given["b"].Data[i] = float64(i*11%29 - 14)
	}
	want, err := op.Interpret(g, given)
	if err != nil {
		t.Fatal(err)
	}
	got, err := plantest.RunOnce(d, plan.Build(g, plan.Options{Fused: d.Info().Fused}), given)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range want[out[0].ID].Data {
		if float64(got[0].F32[i]) != w {
			t.Fatalf("element %d: got %g, want %g", i, got[0].F32[i], w)
		}
	}
}

// TestOneCallARun counts how often a run crosses into JavaScript to do its work, whatever the number of its steps.
func TestOneCallARun(t *testing.T) {
	js.Global().Call("eval", `
		globalThis.replayed = 0;
		globalThis.plainReplay = foveaReplay;
		globalThis.foveaReplay = { ...foveaReplay, record(...a) {
			const run = plainReplay.record(...a);
			return () => { replayed++; run(); };
		} };`)
	defer js.Global().Call("eval", "globalThis.foveaReplay = plainReplay")
	d := open(t)
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{4, 4})
	y := x
	for range 12 {
		out, err := op.Apply(g, op.MatMul, op.MatMulAttrs{}, y, x)
		if err != nil {
			t.Fatal(err)
		}
		y = out[0]
	}
	g.Output("y", y)
	st, err := d.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Compile(context.Background(), plan.Build(g, plan.Options{}), st)
	if err != nil {
		t.Fatal(err)
	}
	js.Global().Set("replayed", 0) // a GPU on which variants are chosen has run some
	for range 5 {
		if err := e.Run(plan.Float32s(graph.Shape{4, 4}, make([]float32, 16)...)); err != nil {
			t.Fatal(err)
		}
	}
	if n := js.Global().Get("replayed").Int(); n != 5 || e.Stats().Steps != 12 {
		t.Errorf("%d calls for 5 runs of %d dispatches, want 5 of 12", n, e.Stats().Steps)
	}
}

func TestLostDevice(t *testing.T) {
	d := open(t)
	g := graph.New()
	g.Output("y", op.Sum(g, g.Input("x", graph.F32, graph.Shape{4}), 0))
	st, err := d.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Compile(context.Background(), plan.Build(g, plan.Options{}), st)
	if err != nil {
		t.Fatal(err)
	}
	d.Destroy()
	err = e.Run(plan.Float32s(graph.Shape{4}, 1, 2, 3, 4))
	if err == nil {
		_, err = e.Fetch("y")(context.Background())
	}
	if !errors.Is(err, graph.ErrDeviceLost) {
		t.Errorf("after the device was destroyed: got %v, want ErrDeviceLost", err)
	}
}

// memory is Notes for a test.
type memory map[string][]byte

func (m memory) Load(_ context.Context, name string) ([]byte, error) { return m[name], nil }
func (m memory) Save(_ context.Context, name string, text []byte) error {
	m[name] = text
	return nil
}

// notes is what the only entry says.
func (m memory) notes(t *testing.T) (passed map[string]bool, fastest map[string]string) {
	t.Helper()
	var k struct {
		Passed  map[string]bool
		Fastest map[string]string
	}
	if len(m) != 1 {
		t.Fatalf("%d entries of notes, want 1", len(m))
	}
	for _, text := range m {
		if err := json.Unmarshal(text, &k); err != nil {
			t.Fatal(err)
		}
	}
	return k.Passed, k.Fastest
}

var (
	choosing  = true
	smallTile = func(x *webgpu.Tuning) {
		*x = webgpu.DefaultTuning(false, 16<<10)
		x.Tiles = []webgpu.Tile{{TM: 4, TN: 1, WX: 4, WY: 4, BK: 4}}
	}
)

const smallTileName = "tile 4x1 of 4x4, 4 deep"

// modules counts the shaders that are compiled while f runs, each of them changed by change.
func modules(f func(), change string) int {
	js.Global().Call("eval", `
		globalThis.compiled = 0;
		globalThis.plainModule = GPUDevice.prototype.createShaderModule;
		GPUDevice.prototype.createShaderModule = function (d) {
			compiled++;
			const change = `+change+`;
			return plainModule.call(this, { ...d, code: change(d.code) });
		};`)
	defer js.Global().Call("eval", "GPUDevice.prototype.createShaderModule = plainModule")
	f()
	return js.Global().Get("compiled").Int()
}

// TestChoice: on first use variants are tested and measured, later the notes are enough.
func TestChoice(t *testing.T) {
	notes := memory{}
	for visit := range 2 {
		n := modules(func() {
			d := openWith(t, webgpu.Options{Choose: &choosing, Notes: notes, Tune: smallTile})
			checkProduct(t, d, 230, 220, 212)
		}, "code => code")
		passed, fastest := notes.notes(t)
		if len(passed) != 2 || !passed["MatMul registers"] || !passed["MatMul "+smallTileName] {
			t.Errorf("visit %d: passed %v, want both variants of MatMul", visit, passed)
		}
		if len(fastest) != 1 {
			t.Errorf("visit %d: measured %v, want one product", visit, fastest)
		}
		if want := []int{8, 1}[visit]; n != want { // three tests of two variants, and both of the product itself
			t.Errorf("visit %d: %d shaders compiled, want %d", visit, n, want)
		}
	}
}

// TestWrongNumbers: a driver that compiles a variant wrongly, or not at all, costs that variant; one that compiles all
// wrongly is told of.
func TestWrongNumbers(t *testing.T) {
	for _, c := range []struct{ name, change string }{
		{"wrong", `code => code.includes("tile_a") ? code.replaceAll("+= a0[0]", "-= a0[0]") : code`},
		{"refused", `code => code.includes("tile_a") ? code + "nonsense" : code`},
	} {
		t.Run(c.name, func(t *testing.T) {
			notes := memory{}
			modules(func() {
				d := openWith(t, webgpu.Options{Choose: &choosing, Notes: notes, Tune: smallTile})
				checkProduct(t, d, 40, 30, 20)
			}, c.change)
			passed, _ := notes.notes(t)
			if !passed["MatMul registers"] || passed["MatMul "+smallTileName] {
				t.Errorf("passed %v, want the registers alone", passed)
			}
		})
	}
	modules(func() {
		d := openWith(t, webgpu.Options{Choose: &choosing})
		g := graph.New()
		g.Output("y", op.Sum(g, g.Input("x", graph.F32, graph.Shape{40}), 0))
		_, err := plantest.RunOnce(d, plan.Build(g, plan.Options{}), map[string]*op.Tensor{"x": op.NewTensor(graph.Shape{40})})
		if !errors.Is(err, webgpu.ErrWrongNumbers) || !errors.Is(err, graph.ErrUnsupported) {
			t.Errorf("got error %v, want ErrWrongNumbers", err)
		}
	}, `code => code.replaceAll("s + v", "s - v")`)
}

// TestLeastAdapter: an adapter that has no more than WebGPU guarantees computes all the same, and what does not fit one of its
// buffers is refused in words.
func TestLeastAdapter(t *testing.T) {
	js.Global().Call("eval", `
		const least = { maxBufferSize: 268435456, maxStorageBufferBindingSize: 134217728, maxComputeWorkgroupStorageSize: 16384,
			maxComputeInvocationsPerWorkgroup: 256, maxStorageBuffersPerShaderStage: 8, maxComputeWorkgroupsPerDimension: 65535 };
		globalThis.plainRequest = navigator.gpu.requestAdapter;
		navigator.gpu.requestAdapter = async (...a) =>
			Object.defineProperty(await plainRequest.apply(navigator.gpu, a), "limits", { value: least });`)
	defer js.Global().Call("eval", `navigator.gpu.requestAdapter = plainRequest`)
	choosing := false
	d := openWith(t, webgpu.Options{Choose: &choosing, Tune: func(x *webgpu.Tuning) { *x = webgpu.DefaultTuning(false, 16<<10) }})
	plantest.Cases(t, d, regexp.MustCompile("^("+op.MapOp+"|"+op.ReduceOp+")"))
	checkProduct(t, d, 300, 70, 250)
	g := graph.New()
	g.Output("y", op.Sum(g, g.Input("x", graph.F32, graph.Shape{34 << 20}), 0))
	st, err := d.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Compile(context.Background(), plan.Build(g, plan.Options{}), st); !errors.Is(err, graph.ErrOutOfMemory) || !strings.Contains(err.Error(), "smaller batch") {
		t.Errorf("a buffer of 136 MiB: got error %v, want ErrOutOfMemory and what to do", err)
	}
}

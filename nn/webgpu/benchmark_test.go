//go:build js && wasm

package webgpu_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

// benchmarkOp measures one operation, with what it takes to prepare its filters, on random numbers that lie on the device.
func benchmarkOp(b *testing.B, tune func(*webgpu.Tuning), kind string, attrs any, shapes ...graph.Shape) {
	b.Helper()
	ctx := context.Background()
	d, err := webgpu.Open(ctx, webgpu.Options{Tune: tune})
	if err != nil {
		b.Skipf("no device: %v", err)
	}
	defer d.Close()
	g := graph.New()
	var in []*graph.Value
	for i, s := range shapes {
		in = append(in, g.State(fmt.Sprint(i), graph.F32, s, graph.Init{}))
	}
	out, err := op.Apply(g, kind, attrs, in...)
	if err != nil {
		b.Fatal(err)
	}
	g.Output("y", out[0])
	p := plan.Build(g, plan.Options{Fused: d.Info().Fused})
	st, err := d.NewStore()
	if err != nil {
		b.Fatal(err)
	}
	for _, x := range p.Persistent {
		t := opcases.Input{Shape: x.Shape, Lo: -1, Hi: 1}.Draw(uint32(x.Slot))
		if err := st.Write(x.Name, plantest.Tensor(t, x.Type)); err != nil {
			b.Fatal(err)
		}
	}
	e, err := d.Compile(ctx, p, st)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	prof := e.(plan.Profiler)
	var all []time.Duration
	for b.Loop() {
		times, err := prof.Profile(ctx, 3)
		if err != nil {
			b.Fatal(err)
		}
		t := time.Duration(0)
		for _, step := range times {
			t += step
		}
		all = append(all, t)
	}
	// Not the least: what it costs to wait is taken off, and where that was long for once, little or nothing is left.
	slices.Sort(all)
	median := all[len(all)/2]
	b.ReportMetric(float64(median.Nanoseconds())/1e3, "median-µs")
	b.ReportMetric(float64(p.FLOPs())/median.Seconds()/1e9, "median-GFLOP/s")
}

func asIs(*webgpu.Tuning) {}

var tileFlag = flag.String("tiles", "", "tiles that BenchmarkTiles measures, as 8,2,16,16,16;4,1,8,8,16 (TM, TN, WX, WY, BK)")

// BenchmarkTiles measures products in each tile: what a GPU has in common is too little to choose without.
func BenchmarkTiles(b *testing.B) {
	list := webgpu.DefaultTuning(false, 48<<10).Tiles
	for i, text := range strings.Split(*tileFlag, ";") {
		if text == "" {
			break
		}
		if i == 0 {
			list = nil
		}
		var t webgpu.Tile
		if _, err := fmt.Sscanf(text, "%d,%d,%d,%d,%d", &t.TM, &t.TN, &t.WX, &t.WY, &t.BK); err != nil {
			b.Fatalf("-tiles: %q: %v", text, err)
		}
		list = append(list, t)
	}
	for _, n := range []int{4096, 1024, 512, 256} {
		for _, t := range list {
			b.Run(fmt.Sprintf("MatMul/%d/%v", n, t), func(b *testing.B) {
				one := func(x *webgpu.Tuning) { *x = webgpu.DefaultTuning(false, 48<<10); x.Tiles = []webgpu.Tile{t} }
				benchmarkOp(b, one, op.MatMul, op.MatMulAttrs{}, graph.Shape{n, n}, graph.Shape{n, n})
			})
		}
	}
	x, w := graph.Shape{128, 28, 28, 128}, graph.Shape{3, 3, 128, 128}
	a := op.ConvAttrs{Window: op.Square(2, 3, 1, 1), Groups: 1, Input: x[1:]}
	for _, k := range []struct {
		name string
		in   []graph.Shape
	}{{op.Conv, []graph.Shape{x, w}}, {op.ConvGradInput, []graph.Shape{x, w}}, {op.ConvGradWeight, []graph.Shape{x, x}}} {
		for _, t := range list {
			b.Run(fmt.Sprintf("%s/%v", k.name, t), func(b *testing.B) {
				one := func(x *webgpu.Tuning) { *x = webgpu.DefaultTuning(false, 48<<10); x.Tiles = []webgpu.Tile{t} }
				benchmarkOp(b, one, k.name, a, k.in...)
			})
		}
	}
}

func BenchmarkMatMul(b *testing.B) {
	for _, c := range [][3]int{{512, 512, 512}, {64, 1024, 256}} {
		m, k, n := c[0], c[1], c[2]
		b.Run(fmt.Sprintf("%dx%dx%d", m, k, n), func(b *testing.B) {
			benchmarkOp(b, asIs, op.MatMul, op.MatMulAttrs{}, graph.Shape{m, k}, graph.Shape{k, n})
		})
		b.Run(fmt.Sprintf("%dx%dx%d left turned", m, k, n), func(b *testing.B) {
			benchmarkOp(b, asIs, op.MatMul, op.MatMulAttrs{TransA: true}, graph.Shape{k, m}, graph.Shape{k, n})
		})
		b.Run(fmt.Sprintf("%dx%dx%d right turned", m, k, n), func(b *testing.B) {
			benchmarkOp(b, asIs, op.MatMul, op.MatMulAttrs{TransB: true}, graph.Shape{m, k}, graph.Shape{n, k})
		})
	}
}

// BenchmarkConv measures convolutions of usual nets and their gradients.
func BenchmarkConv(b *testing.B) {
	for _, c := range []struct{ batch, size, from, to, kernel, stride int }{
		{1, 56, 64, 64, 3, 1}, {1, 28, 128, 128, 3, 1}, {1, 14, 256, 256, 1, 1}, {1, 56, 64, 128, 3, 2},
		{64, 14, 8, 16, 5, 1}, {16, 32, 16, 16, 3, 1}, {16, 16, 16, 32, 3, 2}, {16, 8, 64, 64, 3, 1},
	} {
		x := graph.Shape{c.batch, c.size, c.size, c.from}
		w := graph.Shape{c.kernel, c.kernel, c.from, c.to}
		dy := graph.Shape{c.batch, c.size / c.stride, c.size / c.stride, c.to}
		a := op.ConvAttrs{Window: op.Square(2, c.kernel, c.stride, c.kernel/2), Groups: 1, Input: x[1:]}
		for _, k := range []struct {
			name string
			in   []graph.Shape
		}{{op.Conv, []graph.Shape{x, w}}, {op.ConvGradInput, []graph.Shape{dy, w}}, {op.ConvGradWeight, []graph.Shape{x, dy}}} {
			b.Run(fmt.Sprintf("%s/%dx%dx%d-%d-%ds%d", k.name, c.batch, c.size, c.kernel, c.from, c.to, c.stride), func(b *testing.B) {
				benchmarkOp(b, asIs, k.name, a, k.in...)
			})
		}
	}
}

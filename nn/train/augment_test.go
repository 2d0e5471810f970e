package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

// changed puts x through the changes of one step on the cpu.
func changed(t *testing.T, a Augment, shape graph.Shape, x []float32, seed, step int32) []float32 {
	t.Helper()
	g := graph.New()
	in := g.Input("x", graph.F32, shape)
	b := layer.NewBuilder(g)
	b.Training, b.Random = true, g.Input("rng", graph.I32, graph.Shape{2})
	y, err := a.apply(b, in)
	if err != nil {
		t.Fatal(err)
	}
	g.Output("y", op.Map(g, mixture, y, y, g.Const(nil, 1))) // a value of its own, also where nothing changes
	dev := cpu.New(2)
	defer dev.Close()
	store, err := dev.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	e, err := dev.Compile(context.Background(), plan.Build(g, plan.Options{Fused: dev.Info().Fused}), store)
	if err != nil {
		t.Fatal(err)
	}
	given := append([]plan.Tensor{plan.Float32s(shape, x...), plan.Int32s(graph.Shape{2}, seed, step)}, a.inputs(uint32(seed), uint32(step))...)
	if err := e.Run(given...); err != nil {
		t.Fatal(err)
	}
	out, err := e.Fetch("y")(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return out[0].F32
}

// ramp numbers the elements from 1 on.
func ramp(s graph.Shape) []float32 {
	x := make([]float32, s.Elems())
	for i := range x {
		x[i] = float32(i + 1)
	}
	return x
}

var small = graph.Shape{200, 5, 4, 2}

func TestNothingToChange(t *testing.T) {
	x := ramp(small)
	for name, a := range map[string]Augment{"none": {}, "border": {Border: op.BorderClamp}} {
		if got := changed(t, a, small, x, 1, 1); !slices.Equal(got, x) {
			t.Errorf("%s: the pictures have changed", name)
		}
	}
}

// TestMovesAreExact takes every picture apart: each must be the original, moved by one of the allowed ways, and all ways
// must occur about as often as they should.
func TestMovesAreExact(t *testing.T) {
	x := ramp(small)
	h, w, c := small[1], small[2], small[3]
	const most = 2
	for _, border := range []op.Border{op.BorderZero, op.BorderClamp} {
		a := Augment{Mirror: 0.5, Flip: 0.25, Shift: most, Border: border}
		y := changed(t, a, small, x, 3, 4)
		if again := changed(t, a, small, x, 3, 4); !slices.Equal(again, y) {
			t.Error("the same step gave other pictures")
		}
		if other := changed(t, a, small, x, 3, 5); slices.Equal(other, y) {
			t.Error("the next step gave the same pictures")
		}
		counts := map[string]int{}
		for n := range small[0] {
			var found []string
			for way := range 4 {
				for dy := -most; dy <= most; dy++ {
					for dx := -most; dx <= most; dx++ {
						fits := true
						for i := range h * w * c {
							p, q, k := i/(w*c), i/c%w, i%c
							if way&1 != 0 {
								q = w - 1 - q
							}
							if way&2 != 0 {
								p = h - 1 - p
							}
							p, q = p+dy, q+dx
							want := float32(0)
							if border == op.BorderClamp {
								p, q = min(max(p, 0), h-1), min(max(q, 0), w-1)
							}
							if p >= 0 && p < h && q >= 0 && q < w {
								want = x[((n*h+p)*w+q)*c+k]
							}
							fits = fits && y[n*h*w*c+i] == want
						}
						if fits {
							found = append(found, fmt.Sprintf("mirror%d flip%d dy%d dx%d", way&1, way>>1, dy, dx))
						}
					}
				}
			}
			if len(found) != 1 {
				t.Fatalf("border %v: picture %d is explained by %q, want one way", border, n, found)
			}
			for _, f := range strings.Fields(found[0]) {
				counts[f]++
			}
		}
		for what, share := range map[string]float64{"mirror1": 0.5, "flip1": 0.25, "dy-2": 0.2, "dy0": 0.2, "dy2": 0.2, "dx-2": 0.2, "dx2": 0.2} {
			n := float64(small[0])
			if got, slack := float64(counts[what]), 4*math.Sqrt(n*share*(1-share)); math.Abs(got-n*share) > slack {
				t.Errorf("%s: got %g of %g pictures, want %g ± %g", what, got, n, n*share, slack)
			}
		}
	}
}

// TestTurnAndScale puts a linear function of the place through rotation and scale: about the centre it stays linear, so
// that each picture's angle and factor can be read off two pixels and must fit all others.
func TestTurnAndScale(t *testing.T) {
	s := graph.Shape{100, 21, 21, 2}
	x := make([]float32, s.Elems())
	for i := range x {
		x[i] = float32([2]int{i/42%21 - 10, i/2%21 - 10}[i%2]) // row and column from the centre
	}
	a := Augment{Rotate: 30, Scale: 0.5}
	y := changed(t, a, s, x, 1, 7)
	lo, hi, wide, narrow := 0.0, 0.0, 0.0, 9.0
	at := func(n, p, q int) (h, w float64) {
		i := ((n*21+p+10)*21 + q + 10) * 2
		return float64(y[i]), float64(y[i+1])
	}
	for n := range s[0] {
		hp, wp := at(n, 1, 0) // cos θ / s, sin θ / s
		angle, factor := math.Atan2(wp, hp)*180/math.Pi, 1/math.Hypot(hp, wp)
		lo, hi, wide, narrow = min(lo, angle), max(hi, angle), max(wide, factor), min(narrow, factor)
		for p := -4; p <= 4; p++ {
			for q := -4; q <= 4; q++ {
				h, w := at(n, p, q)
				wantH, wantW := float64(p)*hp-float64(q)*wp, float64(p)*wp+float64(q)*hp
				if math.Abs(h-wantH)+math.Abs(w-wantW) > 1e-4 {
					t.Fatalf("picture %d at %d,%d: got %g,%g, want %g,%g", n, p, q, h, w, wantH, wantW)
				}
			}
		}
	}
	if lo < -30.001 || lo > -25 || hi > 30.001 || hi < 25 || wide > 1.5001 || wide < 1.4 || narrow < 1/1.5001 || narrow > 1/1.4 {
		t.Errorf("angles from %g to %g, factors from %g to %g, want nearly all of ±30 and of 1/1.5 to 1.5", lo, hi, narrow, wide)
	}
}

func TestColour(t *testing.T) {
	s := graph.Shape{100, 3, 3, 3}
	x := ramp(s)
	for i := range x {
		x[i] = float32(math.Sin(float64(x[i])))
	}
	y := changed(t, Augment{Brightness: 0.5}, s, x, 1, 1)
	lo, hi := 0.0, 0.0
	for n := range s[0] {
		d := y[n*27] - x[n*27]
		lo, hi = min(lo, float64(d)), max(hi, float64(d))
		for i := range 27 {
			if e := y[n*27+i] - x[n*27+i]; math.Abs(float64(e-d)) > 1e-6 {
				t.Fatalf("brightness: picture %d element %d got %g more, the first %g", n, i, e, d)
			}
		}
	}
	if lo < -0.5 || hi > 0.5 || lo > -0.4 || hi < 0.4 {
		t.Errorf("brightness: got %g to %g, want nearly all of ±0.5", lo, hi)
	}
	for name, c := range map[string]struct {
		a      Augment
		spread int // elements that share a mean
	}{"contrast": {Augment{Contrast: 0.8}, 27}, "saturation": {Augment{Saturation: 0.8}, 3}} {
		y := changed(t, c.a, s, x, 1, 1)
		lo, hi := 9.0, -9.0
		for n := range s[0] {
			factor := 0.0
			for at := n * 27; at < (n+1)*27; at += c.spread {
				before, after := x[at:at+c.spread], y[at:at+c.spread]
				mean := 0.0
				for _, v := range before {
					mean += float64(v) / float64(c.spread)
				}
				for i := range before {
					d, e := float64(before[i])-mean, float64(after[i])-mean
					if factor == 0 && math.Abs(d) > 0.3 {
						factor = e / d
						lo, hi = min(lo, factor), max(hi, factor)
					}
					if factor != 0 && math.Abs(e-factor*d) > 1e-5 {
						t.Fatalf("%s: picture %d: got %g times the difference %g, want %g times", name, n, e/d, d, factor)
					}
				}
			}
		}
		if lo < 0.199 || lo > 0.3 || hi > 1.801 || hi < 1.7 {
			t.Errorf("%s: factors from %g to %g, want nearly all of 0.2 to 1.8", name, lo, hi)
		}
	}
}

// TestNoise compares mean, deviation and kurtosis of 400 000 draws with the normal ones; the bounds are four standard
// errors.
func TestNoise(t *testing.T) {
	s := graph.Shape{100, 40, 50, 2}
	const sigma = 0.3
	y := changed(t, Augment{Noise: sigma}, s, make([]float32, s.Elems()), 5, 6)
	var sum, squares, fourth float64
	for _, v := range y {
		u := float64(v) / sigma
		sum, squares, fourth = sum+u, squares+u*u, fourth+u*u*u*u
	}
	n := float64(len(y))
	for what, v := range map[string][3]float64{"mean": {sum / n, 0, 1}, "variance": {squares / n, 1, math.Sqrt2}, "fourth moment": {fourth / n, 3, math.Sqrt(96)}} {
		if math.Abs(v[0]-v[1]) > 4*v[2]/math.Sqrt(n) {
			t.Errorf("%s: got %g, want %g", what, v[0], v[1])
		}
	}
}

func TestCutoutAndMixup(t *testing.T) {
	x := ramp(small)
	y := changed(t, Augment{Cutout: 2}, small, x, 1, 1)
	for n := range small[0] {
		zeros := 0
		for i := n * 40; i < (n+1)*40; i++ {
			if y[i] == 0 {
				zeros++
			} else if y[i] != x[i] {
				t.Fatalf("cutout: element %d: got %g, want %g or 0", i, y[i], x[i])
			}
		}
		if zeros != 8 && zeros != 4 && zeros != 2 { // whole, at an edge, in a corner
			t.Errorf("cutout: picture %d has %d zeros", n, zeros)
		}
	}
	a := Augment{Mixup: 0.4}
	y = changed(t, a, small, x, 1, 9)
	share := float64(a.inputs(1, 9)[0].F32[0])
	for i := range x {
		n := i / 40
		want := share*float64(x[i]) + (1-share)*float64(x[(small[0]-1-n)*40+i%40])
		if math.Abs(float64(y[i])-want) > 1e-3 {
			t.Fatalf("mixup: element %d: got %g, want %g", i, y[i], want)
		}
	}
}

// TestBeta compares mean and variance of draws with 1/2 and 1/(4·(2α+1)).
func TestBeta(t *testing.T) {
	for _, alpha := range []float64{0.05, 0.4, 1, 5} {
		const n = 4000
		var sum, squares float64
		for step := range uint32(n) {
			v := beta(alpha, 3, step)
			if !(v >= 0 && v <= 1) {
				t.Fatalf("α %g: got %g", alpha, v)
			}
			sum += v
			squares += (v - 0.5) * (v - 0.5)
		}
		want := 1 / (4 * (2*alpha + 1))
		if math.Abs(sum/n-0.5) > 4*math.Sqrt(want/n) || math.Abs(squares/n-want) > 0.08*want {
			t.Errorf("α %g: got mean %g and variance %g, want 0.5 and %g", alpha, sum/n, squares/n, want)
		}
	}
}

// TestMixedLoss compares with the cross-entropy to the labels mixed alike.
func TestMixedLoss(t *testing.T) {
	g := graph.New()
	b := layer.NewBuilder(g)
	logits, labels := g.Input("logits", graph.F32, graph.Shape{2, 3}), g.Input("labels", graph.I32, graph.Shape{2})
	g.Input(mixInput, graph.F32, nil)
	loss, accuracy, err := Task{}.objective(b, logits, labels)
	if err != nil {
		t.Fatal(err)
	}
	x := [][]float64{{1, 2, 3}, {0, 5, 1}}
	vals, err := op.Interpret(g, map[string]*op.Tensor{
		"logits": {Shape: logits.Shape, Data: append(x[0], x[1]...)}, "labels": {Shape: labels.Shape, Data: []float64{2, 0}}, mixInput: {Data: []float64{0.7}}})
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for n, target := range [][]float64{{0.3, 0, 0.7}, {0.7, 0, 0.3}} {
		sum := 0.0
		for _, v := range x[n] {
			sum += math.Exp(v)
		}
		for c, share := range target {
			want -= share * (x[n][c] - math.Log(sum)) / 2
		}
	}
	if got := vals[loss.ID].Data[0]; math.Abs(got-want) > 1e-6 {
		t.Errorf("loss: got %g, want %g", got, want)
	}
	if got := vals[accuracy.ID].Data[0]; math.Abs(got-0.35) > 1e-6 {
		t.Errorf("accuracy: got %g, want 0.35: 0.7 of one of the two", got)
	}
}

func TestAugmentIsChecked(t *testing.T) {
	for name, a := range map[string]Augment{
		"mirror": {Mirror: 1.5}, "shift": {Shift: -1}, "rotation": {Rotate: 181}, "scale": {Scale: math.NaN()}, "saturation": {Saturation: 0.5}, "border": {Border: 7},
	} {
		if err := a.check(graph.Shape{4, 4, 1}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := (Augment{Shift: 1}).check(graph.Shape{8, 1}); err == nil {
		t.Error("a shift of what is no picture: no error")
	}
}

// pictures is a linear model of colour pictures.
type pictures struct{}

func (pictures) InputShape() graph.Shape { return graph.Shape{32, 32, 3} }

func (pictures) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	return layer.Linear(b, layer.Flatten(b, x), "fc", 10, false)
}

// TestAugmentRunsOnGPUs lowers steps with everything in them, and looks that no dispatch binds more buffers than WebGPU
// guarantees.
func TestAugmentRunsOnGPUs(t *testing.T) {
	o, err := Optimizer{Kind: "adam"}.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	all := Augment{Mirror: 0.5, Flip: 0.5, Shift: 4, Rotate: 10, Scale: 0.2, Brightness: 0.1, Contrast: 0.1, Saturation: 0.1, Noise: 0.1, Cutout: 4, Mixup: 0.3}
	pass := EvaluateOptions{Batch: 100, Views: Views(true, 2), Augment: Augment{Noise: 1}}
	for name, build := range map[string]func() (*graph.Graph, error){
		"training": func() (*graph.Graph, error) {
			return Task{Model: pictures{}, Batch: 64, Optimizer: o, Data: Table{Place: "train", Count: 1000}, Augment: all}.Graph()
		},
		"evaluation": func() (*graph.Graph, error) {
			return EvaluationGraph(pictures{}, 100, Table{Place: "test", Count: 1000})
		},
		"a pass": func() (*graph.Graph, error) { return passGraph(pictures{}, pass, Table{Place: "test", Count: 1000}) },
	} {
		g, err := build()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range plan.Build(g, plan.Options{}).Steps {
			dispatches, err := webgpu.Lower(s, webgpu.Tuning{WorkGroup: 64}, webgpu.Memory{Scratch: func(n int) webgpu.Ref { return webgpu.Ref{Scratch: true, Bytes: n} }})
			if err != nil {
				t.Errorf("%s: %v: %v", name, s, err)
			}
			for _, d := range dispatches {
				if len(d.Bindings) > 8 {
					t.Errorf("%s: %v binds %d buffers, want at most 8", name, s, len(d.Bindings))
				}
			}
		}
	}
}

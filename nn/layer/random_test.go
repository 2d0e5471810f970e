package layer_test

import (
	"math"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
)

// TestFractionalRegions pools columns that hold their own number: each maximum is the last column of its region.
func TestFractionalRegions(t *testing.T) {
	const in, out, samples = 25, 17, 40
	ends := func(t *testing.T, random bool, o layer.FractionalOptions) [][]float64 {
		n := newBuilt(graph.Shape{samples, 1, in, 1})
		for i := range n.given["x"].Data {
			n.given["x"].Data[i] = float64(i % in)
		}
		if !random {
			n.b.Random = nil
		}
		o.Output = [2]int{1, out}
		y, err := layer.FractionalMaxPool(n.b, n.x, o)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Collect(slices.Chunk(n.value(t, y), out))
	}
	for _, c := range []struct {
		name string
		o    layer.FractionalOptions
		long int // steps of 2 among those of 1
	}{
		{"regular", layer.FractionalOptions{}, in - out},
		{"random", layer.FractionalOptions{Random: true}, in - out},
		{"random with a kernel", layer.FractionalOptions{Random: true, Kernel: [2]int{1, 3}}, in - 3 - (out - 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			distinct := map[string]bool{}
			for _, e := range ends(t, true, c.o) {
				if e[out-1] != in-1 {
					t.Fatalf("regions end at %v, want the last at %d", e, in-1)
				}
				steps, long := "", 0
				last := -1.0
				if c.o.Kernel[1] > 0 {
					last = e[0]
					e = e[1:]
				}
				for _, p := range e {
					if p-last != 1 && p-last != 2 {
						t.Fatalf("regions end at %v, want steps of 1 and 2", e)
					}
					if p-last == 2 {
						long++
					}
					steps += string('0' + rune(p-last))
					last = p
				}
				// Without a kernel the ends are a(p+1)-1, so all steps show; with one the starts' do.
				if long != c.long {
					t.Fatalf("%d long steps in %s, want %d", long, steps, c.long)
				}
				distinct[steps] = true
			}
			if least := map[bool]int{true: samples / 2, false: 3}[c.o.Random]; len(distinct) < least {
				t.Errorf("%d different patterns in %d samples, want at least %d", len(distinct), samples, least)
			}
		})
	}
	fixed := ends(t, false, layer.FractionalOptions{Random: true})
	for _, e := range fixed {
		if !slices.Equal(e, fixed[0]) {
			t.Fatal("without a generator samples differ")
		}
	}
	overlapping, disjoint := ends(t, false, layer.FractionalOptions{Overlap: true}), fixed
	for i, e := range overlapping[0] {
		if want := min(disjoint[0][i]+1, in-1); e != want {
			t.Errorf("overlapping region %d ends at %g, want %g", i, e, want)
		}
	}
}

// dropped builds f on ones and returns the result.
func dropped(t *testing.T, s graph.Shape, f func(n *built) (*graph.Value, error)) []float64 {
	t.Helper()
	n := newBuilt(s)
	for i := range n.given["x"].Data {
		n.given["x"].Data[i] = 1
	}
	y, err := f(n)
	if err != nil {
		t.Fatal(err)
	}
	return n.value(t, y)
}

func TestDropoutsDropTogether(t *testing.T) {
	const p, samples, pixels, ch = 0.25, 200, 6, 5
	for _, c := range []struct {
		name string
		f    func(*layer.Builder, *graph.Value, float64) (*graph.Value, error)
		key  func(sample, pixel, channel int) int // elements of a key share a fate
	}{
		{"spatial", layer.SpatialDropout, func(s, _, c int) int { return s*ch + c }},
		{"depth", layer.StochasticDepth, func(s, _, _ int) int { return s }},
	} {
		y := dropped(t, graph.Shape{samples, 2, pixels / 2, ch}, func(n *built) (*graph.Value, error) { return c.f(n.b, n.x, p) })
		fate, zeros := map[int]float64{}, 0
		for i, v := range y {
			key := c.key(i/(pixels*ch), i/ch%pixels, i%ch)
			if old, ok := fate[key]; ok && old != v || v != 0 && !near(v, 1/(1-p)) {
				t.Fatalf("%s: element %d: got %g", c.name, i, v)
			}
			fate[key] = v
		}
		for _, v := range fate {
			if v == 0 {
				zeros++
			}
		}
		if got, five := float64(zeros)/float64(len(fate)), 5*math.Sqrt(p*(1-p)/float64(len(fate))); math.Abs(got-p) > five {
			t.Errorf("%s: dropped %g, want %g ± %g", c.name, got, p, five)
		}
	}
}

func TestCutoutCutsASquare(t *testing.T) {
	const h, w, side, ch = 8, 6, 3, 2
	y := dropped(t, graph.Shape{50, h, w, ch}, func(n *built) (*graph.Value, error) { return layer.Cutout(n.b, n.x, side) })
	whole := 0
	for _, picture := range slices.Collect(slices.Chunk(y, h*w*ch)) {
		top, left, bottom, right, zeros := h, w, -1, -1, 0
		for i, v := range picture {
			if v == 0 {
				r, q := i/(w*ch), i/ch%w
				top, left, bottom, right = min(top, r), min(left, q), max(bottom, r), max(right, q)
				zeros++
			}
		}
		rows, cols := bottom-top+1, right-left+1
		if zeros != rows*cols*ch || rows > side || cols > side || rows < side-1 || cols < side-1 ||
			rows < side && top != 0 && bottom != h-1 || cols < side && left != 0 && right != w-1 {
			t.Fatalf("%d zeros from (%d,%d) to (%d,%d), want a square of %d, cut at the edges alone", zeros, top, left, bottom, right, side)
		}
		if rows == side && cols == side {
			whole++
		}
	}
	if whole == 0 || whole == 50 {
		t.Errorf("%d of 50 squares lie inside, want some and some at the edge", whole)
	}
}

// TestInitScales compares the deviation of each kind's weights with the paper's formula for [3,3,8,64].
func TestInitScales(t *testing.T) {
	const in, out = 3 * 3 * 8, 3 * 3 * 64
	root := math.Sqrt
	for _, c := range []struct {
		name string
		init layer.Init
		want float64 // deviation
	}{
		{"default", layer.Init{}, root(2.0 / in)},
		{"he out", layer.Init{Kind: "he", FanOut: true}, root(2.0 / out)},
		{"he uniform, gain", layer.Init{Kind: "he-uniform", A: 0.5}, 0.5 * root(2.0/in)},
		{"xavier", layer.Init{Kind: "xavier"}, root(2.0 / (in + out))},
		{"xavier uniform", layer.Init{Kind: "xavier-uniform"}, root(2.0 / (in + out))},
		{"lecun", layer.Init{Kind: "lecun"}, root(1.0 / in)},
		{"orthogonal", layer.Init{Kind: "orthogonal"}, root(1.0 / in)},
		{"normal", layer.Init{Kind: "normal", B: 0.02}, 0.02},
		{"truncated", layer.Init{Kind: "truncated", B: 0.02}, 0.02 * 0.8796},
		{"uniform", layer.Init{Kind: "uniform", A: -0.1, B: 0.1}, 0.1 / root(3)},
		{"constant", layer.Init{Kind: "constant", A: 0}, 0},
	} {
		g := graph.New()
		x := g.Input("x", graph.F32, graph.Shape{1, 9, 9, 8})
		if _, err := layer.Conv(layer.NewBuilder(g), x, layer.ConvOptions{Name: "c", Filters: 64, Window: op.Square(2, 3, 1, 0), Init: c.init}); err != nil {
			t.Fatal(err)
		}
		w := g.Params()[0]
		sum, squares := 0.0, 0.0
		ws := op.InitialValues(w.Init, 1, 1, w.Shape.Elems())
		for _, v := range ws {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
		mean := sum / float64(len(ws))
		if got := root(squares/float64(len(ws)) - mean*mean); math.Abs(got-c.want) > 0.03*c.want || math.Abs(mean) > 0.05*c.want {
			t.Errorf("%s: mean %g, deviation %g, want 0 and %g", c.name, mean, got, c.want)
		}
	}
}

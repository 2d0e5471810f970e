package dense_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/dense"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// net is a text on the reference device.
type net struct {
	t     *testing.T
	e     plan.Executable
	shape graph.Shape // of x
}

// values lists what persists in a text's graph.
func values(text string) map[string]graph.Shape {
	g, _ := build(text)
	m := map[string]graph.Shape{}
	for _, v := range g.Values {
		if v.Role == graph.Parameter || v.Role == graph.State {
			m[v.Name] = v.Shape
		}
	}
	return m
}

func build(text string) (*graph.Graph, *graph.Value) {
	n := must(spec.Parse(text))
	g := graph.New()
	logits, _, err := n.Build(layer.NewBuilder(g), g.Input("x", graph.F32, append(graph.Shape{1}, n.InputShape()...)))
	must(0, err)
	g.Output("logits", logits)
	return g, logits
}

// random draws weights for a text; activations keep about their size.
func random(text string, seed uint64) map[string]plan.Tensor {
	g, _ := build(text)
	r := rand.New(rand.NewPCG(seed, 1))
	w := map[string]plan.Tensor{}
	for _, v := range g.Values {
		if v.Role != graph.Parameter && v.Role != graph.State {
			continue
		}
		n := make([]float32, v.Shape.Elems())
		scale := math.Sqrt(2 * float64(v.Shape[len(v.Shape)-1]) / float64(len(n)))
		for i := range n {
			switch {
			case strings.HasSuffix(v.Name, ".running_var"):
				n[i] = 0.5 + r.Float32()
			case len(v.Shape) == 1:
				n[i] = float32(0.1 * r.NormFloat64())
				if v.Init.A == 1 {
					n[i]++
				}
			default:
				n[i] = float32(scale * r.NormFloat64())
			}
		}
		w[v.Name] = plan.Float32s(v.Shape, n...)
	}
	return w
}

// reshaped gives the weights of a classifier the shapes of the fully convolutional net.
func reshaped(n *dense.Net, w map[string]plan.Tensor) map[string]plan.Tensor {
	to := map[string]plan.Tensor{}
	for _, one := range n.Weights {
		to[one.Name] = plan.Float32s(one.To, w[one.Name].F32...)
	}
	return to
}

// compile puts a text with weights onto the device.
func compile(t *testing.T, text string, w map[string]plan.Tensor) *net {
	t.Helper()
	g, _ := build(text)
	dev := cpu.New(0)
	t.Cleanup(func() { dev.Close() })
	p := plan.Build(g, plan.Options{Fused: dev.Info().Fused})
	st := must(dev.NewStore())
	for _, b := range p.Persistent {
		if v, ok := w[b.Name]; !ok || !v.Shape.Equal(b.Shape) {
			t.Fatalf("%s: got %v, want %v", b.Name, v.Shape, b.Shape)
		}
		must(0, st.Write(b.Name, w[b.Name]))
	}
	e := must(dev.Compile(context.Background(), p, st))
	return &net{t, e, must(spec.Parse(text)).InputShape()}
}

// run returns the logits as a map, of one place where the net gives one vector.
func (n *net) run(x dense.Map) dense.Map {
	n.t.Helper()
	if got := (graph.Shape{x.Height, x.Width, x.Channels}); !got.Equal(n.shape) {
		n.t.Fatalf("picture: got %v, want %v", got, n.shape)
	}
	must(0, n.e.Run(plan.Float32s(append(graph.Shape{1}, n.shape...), x.Values...)))
	y := must(n.e.Fetch("logits")(context.Background()))[0]
	if len(y.Shape) == 2 {
		return dense.Map{Height: 1, Width: 1, Channels: y.Shape[1], Values: y.F32}
	}
	return dense.Map{Height: y.Shape[1], Width: y.Shape[2], Channels: y.Shape[3], Values: y.F32}
}

// picture draws numbers that are as rough at large as in the small.
func picture(height, width, channels int) dense.Map {
	r := rand.New(rand.NewPCG(7, uint64(height*width)))
	m := dense.Map{Height: height, Width: width, Channels: channels, Values: make([]float32, height*width*channels)}
	for i := range m.Values {
		y, x := float64(i/channels/width), float64(i/channels%width)
		m.Values[i] = float32(math.Sin(y/5)+math.Cos(x/7+y/11)) + float32(r.NormFloat64())
	}
	return m
}

// compareCrops returns the largest difference between the places of a class map and the classifier on their windows, as a
// share of the largest score, and the mean of the differences' squares, its root as a share of the scores'.
func compareCrops(t *testing.T, classifier *net, y dense.Map, g dense.Geometry, x dense.Map) (worst, rms float64) {
	t.Helper()
	rows, columns, err := g.Windows(x.Height, x.Width)
	if err != nil || y.Height < rows || y.Width < columns {
		t.Fatalf("got %dx%d places, want at least %dx%d (%v)", y.Height, y.Width, rows, columns, err)
	}
	var largest, squares, wrong float64
	for r := range rows {
		for c := range columns {
			want, got := classifier.run(must(x.Crop(g.WindowAt(r, c)))).Values, y.At(r, c)
			if report := approx.Compare(got, want, math.MaxFloat32, 0); !report.OK() {
				t.Fatalf("row %d, column %d: %v", r, c, report)
			}
			for i := range want {
				d := float64(got[i]) - float64(want[i])
				worst, largest = max(worst, math.Abs(d)), max(largest, math.Abs(float64(want[i])))
				squares, wrong = squares+float64(want[i])*float64(want[i]), wrong+d*d
			}
		}
	}
	return worst / largest, math.Sqrt(wrong / squares)
}

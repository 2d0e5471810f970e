package quant_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/quant"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/train"
	"github.com/fovea-nn/fovea/nn/zoo"
)

func fromZoo(t testing.TB, name string) model {
	t.Helper()
	e, err := zoo.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := e.Text(zoo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, text)
}

func oneThread(t testing.TB) plan.Device {
	t.Helper()
	d, err := simd.Open(context.Background(), simd.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// backends open the devices that are measured; in a browser there is one more.
var backends = map[string]func(t testing.TB) plan.Device{"simd": oneThread}

// BenchmarkPrediction measures nets in floats and in 8-bit numbers, with weights as they are drawn.
func BenchmarkPrediction(b *testing.B) {
	for backend, open := range backends {
		b.Run(backend, func(b *testing.B) { predictions(b, open(b)) })
	}
}

func predictions(b *testing.B, dev plan.Device) {
	for _, name := range []string{"convnetjs_mnist", "convnetjs_cifar", "resnet20", "squeezenet1_1"} {
		for _, batch := range []int{1, 64} {
			if name == "squeezenet1_1" && batch > 1 {
				continue
			}
			m := fromZoo(b, name)
			g := predicting(b, m, batch)
			w := fresh(g)
			x := pictures(1, append([]int{batch}, m.InputShape()...)...)
			ranges, err := quant.Calibrate(context.Background(), dev, g, w, given(x), quant.Options{})
			if err != nil {
				b.Fatal(err)
			}
			n, err := quant.New(g, w, ranges)
			if err != nil {
				b.Fatal(err)
			}
			whole, err := n.Rewrite(g)
			if err != nil {
				b.Fatal(err)
			}
			for kind, e := range map[string]plan.Executable{"f32": runner(b, dev, g, w), "int8": runner(b, dev, whole, n.Tensors(), w)} {
				b.Run(fmt.Sprintf("%s/%d/%s", name, batch, kind), func(b *testing.B) {
					run := func(times int) time.Duration {
						start := time.Now()
						for range times {
							if err := e.Run(x); err != nil {
								b.Fatal(err)
							}
						}
						if _, err := e.Fetch("probs")(context.Background()); err != nil {
							b.Fatal(err)
						}
						return time.Since(start) / time.Duration(times)
					}
					run(20)
					times := 1 + int(500*time.Microsecond/(1+run(5)))
					best := time.Hour
					for b.Loop() {
						best = min(best, run(times))
					}
					b.ReportMetric(float64(best.Nanoseconds())/1e3, "best-µs")
				})
			}
		}
	}
}

// BenchmarkAccuracy trains ConvNetJS's net for a pass over MNIST and compares its accuracy in floats and in 8-bit numbers
// with ranges found on 256 training samples. It needs dist/data/mnist.fvd, which make writes.
func BenchmarkAccuracy(b *testing.B) {
	packed, err := os.ReadFile("../../dist/data/mnist.fvd")
	if err != nil {
		b.Skip("run make first: ", err)
	}
	sets, err := data.Unpack(packed, nil)
	if err != nil {
		b.Fatal(err)
	}
	learn, test := cropped(sets["train"]), cropped(sets["test"])
	ctx, m := context.Background(), fromZoo(b, "convnetjs_mnist")
	dev := oneThread(b)
	s, err := train.NewSession(dev, m, 1)
	if err != nil {
		b.Fatal(err)
	}
	cfg := train.Config{Optimizer: train.Optimizer{Kind: "momentum", Momentum: 0.9}, Epochs: 1, Batch: 64, LearningRate: 0.03, Seed: 1}
	if err := s.Train(ctx, learn, cfg); err != nil {
		b.Fatal(err)
	}
	w, err := s.Weights(ctx)
	if err != nil {
		b.Fatal(err)
	}
	const batch = 100
	g := predicting(b, m, batch)
	var samples []plan.Tensor
	for k := range 3 {
		samples = append(samples, batchOf(learn, k*batch, batch))
	}
	accuracy := func(e plan.Executable) float64 {
		right := 0
		for k := 0; k < test.Len(); k += batch {
			p := probs(b, e, batchOf(test, k, batch))
			for i := range batch {
				best := 0
				for c := range 10 {
					if p[10*i+c] > p[10*i+best] {
						best = c
					}
				}
				if int32(best) == test.Labels[k+i] {
					right++
				}
			}
		}
		return 100 * float64(right) / float64(test.Len())
	}
	report := func(name string, percent float64) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
			}
			b.ReportMetric(percent, "%")
		})
	}
	report("f32", accuracy(runner(b, dev, g, w)))
	for _, outliers := range []float64{0, 1e-5, 1e-4, 1e-3, 1e-2} {
		ranges, err := quant.Calibrate(ctx, dev, g, w, given(samples...), quant.Options{Outliers: outliers})
		if err != nil {
			b.Fatal(err)
		}
		n, err := quant.New(g, w, ranges)
		if err != nil {
			b.Fatal(err)
		}
		whole, err := n.Rewrite(g)
		if err != nil {
			b.Fatal(err)
		}
		report(fmt.Sprint("int8 outliers ", outliers), accuracy(runner(b, dev, whole, n.Tensors(), w)))
	}
}

// cropped cuts 28x28 pixels to the 24x24 in the middle.
func cropped(s *data.Set) *data.Set {
	c := &data.Set{Shape: []int{24, 24, 1}, Labels: s.Labels, Classes: s.Classes}
	for i := range s.Len() {
		x := s.Image(i)
		for r := 2; r < 26; r++ {
			c.Images = append(c.Images, x[28*r+2:28*r+26]...)
		}
	}
	return c
}

func batchOf(s *data.Set, from, n int) plan.Tensor {
	var x []float32
	for i := range n {
		x = append(x, s.Values(from+i)...)
	}
	return plan.Float32s(append(graph.Shape{n}, s.Shape...), x...)
}

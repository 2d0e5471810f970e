package nn_test

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

const vgg16 = `INPUT 224x224x3
  -> [CONV 3x3x64 pad 1 -> RELU]*2 -> POOL 2
  -> [CONV 3x3x128 pad 1 -> RELU]*2 -> POOL 2
  -> [CONV 3x3x256 pad 1 -> RELU]*3 -> POOL 2
  -> [[CONV 3x3x512 pad 1 -> RELU]*3 -> POOL 2]*2
  -> [FC 4096 -> RELU -> DROPOUT 0.5]*2 -> FC 1000`

// vggTable is the table of VGG-16 in Stanford's course CS231n, "Convolutional networks", case studies: the values and the
// weights, without biases, of each layer; then outputs, and receptive fields as Araujo, Norris and Sim count them.
var vggTable = []struct {
	name            string
	values, weights int
	field, stride   int
}{
	{"CONV 3x3x64", 224 * 224 * 64, 3 * 3 * 3 * 64, 3, 1},
	{"CONV 3x3x64", 224 * 224 * 64, 3 * 3 * 64 * 64, 5, 1},
	{"POOL 2", 112 * 112 * 64, 0, 6, 2},
	{"CONV 3x3x128", 112 * 112 * 128, 3 * 3 * 64 * 128, 10, 2},
	{"CONV 3x3x128", 112 * 112 * 128, 3 * 3 * 128 * 128, 14, 2},
	{"POOL 2", 56 * 56 * 128, 0, 16, 4},
	{"CONV 3x3x256", 56 * 56 * 256, 3 * 3 * 128 * 256, 24, 4},
	{"CONV 3x3x256", 56 * 56 * 256, 3 * 3 * 256 * 256, 32, 4},
	{"CONV 3x3x256", 56 * 56 * 256, 3 * 3 * 256 * 256, 40, 4},
	{"POOL 2", 28 * 28 * 256, 0, 44, 8},
	{"CONV 3x3x512", 28 * 28 * 512, 3 * 3 * 256 * 512, 60, 8},
	{"CONV 3x3x512", 28 * 28 * 512, 3 * 3 * 512 * 512, 76, 8},
	{"CONV 3x3x512", 28 * 28 * 512, 3 * 3 * 512 * 512, 92, 8},
	{"POOL 2", 14 * 14 * 512, 0, 100, 16},
	{"CONV 3x3x512", 14 * 14 * 512, 3 * 3 * 512 * 512, 132, 16},
	{"CONV 3x3x512", 14 * 14 * 512, 3 * 3 * 512 * 512, 164, 16},
	{"CONV 3x3x512", 14 * 14 * 512, 3 * 3 * 512 * 512, 196, 16},
	{"POOL 2", 7 * 7 * 512, 0, 212, 32},
	{"FC 4096", 4096, 7 * 7 * 512 * 4096, 224, 224},
	{"FC 4096", 4096, 4096 * 4096, 224, 224},
	{"FC 1000", 1000, 4096 * 1000, 224, 224},
}

// TestVGG16 reproduces the textbook's table. The sum of its column of values is 15.2 million, input included; the 24
// million that it prints below are between that and the 28.8 million that are there when ReLUs keep outputs of their own.
func TestVGG16(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s, err := nn.Describe(vgg16, 1)
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
		t.Errorf("describing allocates %d MiB, want none of the net's 528 MiB", n>>20)
	}
	values, k := 224*224*3, 0
	for _, l := range s.Layers {
		if slices.Contains([]string{"RELU", "DROPOUT"}, strings.Fields(l.Name)[0]) {
			continue
		}
		w := vggTable[k]
		k++
		biases := 0
		if w.weights > 0 {
			biases = l.Shape[len(l.Shape)-1]
		}
		if !strings.HasPrefix(l.Name, w.name) || l.ActivationBytes != 4*w.values || l.Parameters != w.weights+biases ||
			l.ReceptiveField[0] != w.field || l.Stride[1] != float64(w.stride) {
			t.Errorf("layer %d: got %+v, want %+v", l.Index, l, w)
		}
		values += w.values
	}
	if k != len(vggTable) || values != 15_237_608 {
		t.Errorf("%d layers with %d values, want 21 with 15237608", k, values)
	}
	if s.NaiveBytes != 4*28_793_320 {
		t.Errorf("with the ReLUs' outputs: %d values, want 28793320", s.NaiveBytes/4)
	}
	if s.Parameters != 138_357_544 {
		t.Errorf("%d parameters, want 138357544", s.Parameters)
	}
	macs := 0
	for _, l := range s.Layers {
		macs += l.MACs
	}
	if macs != 15_470_264_320 || math.Abs(float64(s.FLOPs)/30.96e9-1) > 0.005 {
		t.Errorf("%d multiply-adds, %d operations, want 15.47 and 30.96 thousand millions", macs, s.FLOPs)
	}
	t.Logf("forward: planned %.1f MB, bound %.1f MB, naive %.1f MB; training: %.1f MB, of it parameters %.1f MB, adam's caches %.1f MB",
		float64(s.ForwardBytes)/1e6, float64(s.Forward.LowerBoundBytes)/1e6, float64(s.NaiveBytes)/1e6, float64(s.TrainingBytes)/1e6, float64(s.Parameters)*4/1e6, float64(s.OptimizerBytes)/1e6)
	if s.ForwardBytes != s.Forward.PlannedBytes || float64(s.ForwardBytes) > 1.15*float64(s.Forward.LowerBoundBytes) || 3*s.ForwardBytes > s.NaiveBytes {
		t.Errorf("forward: %d bytes planned, bound %d, naive %d: want at most 1.15 of the bound and a third of the naive", s.ForwardBytes, s.Forward.LowerBoundBytes, s.NaiveBytes)
	}
	if s.OptimizerBytes != 2*4*s.Parameters || s.TrainingBytes < s.Training.LowerBoundBytes+3*4*s.Parameters {
		t.Errorf("training: %d bytes, %d of them the optimiser's", s.TrainingBytes, s.OptimizerBytes)
	}
	if len(s.Warnings) > 0 {
		t.Errorf("warnings: %q", s.Warnings)
	}
}

func BenchmarkDescribeVGG16(b *testing.B) {
	for b.Loop() {
		if _, err := nn.Describe(vgg16, 64); err != nil {
			b.Fatal(err)
		}
	}
}

func TestReceptiveFields(t *testing.T) {
	for _, c := range []struct {
		text          string
		field, stride []float64 // of the last map, rows and columns
		start         []float64
	}{
		{"INPUT 32x20x3 -> CONV 5x3x4", []float64{5, 3}, []float64{1, 1}, []float64{0, 0}},
		{"INPUT 32x32x3 -> CONV 3x3x4 pad 1 -> CONV 3x3x4 pad 1", []float64{5, 5}, []float64{1, 1}, []float64{-2, -2}},
		{"INPUT 32x32x3 -> CONV 3x3x4 pad 2 dilation 2", []float64{5, 5}, []float64{1, 1}, []float64{-2, -2}},
		{"INPUT 227x227x3 -> CONV 11x11x8 stride 4 -> RELU -> POOL 3 stride 2 -> CONV 5x5x8 pad 2", []float64{51, 51}, []float64{8, 8}, []float64{-16, -16}},
		{"INPUT 32x32x3 -> POOL 2 -> AVGPOOL 2 -> RELU", []float64{4, 4}, []float64{4, 4}, []float64{0, 0}},
		{"INPUT 32x24x3 -> CONV 3x3x4 pad 1 -> GAP", []float64{32, 24}, []float64{32, 24}, []float64{0, 0}},
		{"INPUT 32x24x3 -> GAP -> CONV 1x1x8", []float64{32, 24}, []float64{32, 24}, []float64{0, 0}},
		{"INPUT 8x8x3 -> CONV 8x8x5", []float64{8, 8}, []float64{8, 8}, []float64{0, 0}},
		{"INPUT 8x6x3 -> CONV 3x3x5 -> FC 10 -> RELU", []float64{8, 6}, []float64{8, 6}, []float64{0, 0}},
	} {
		s, err := nn.Describe(c.text+" -> FC 2", 1)
		if err != nil {
			t.Fatal(err)
		}
		l := s.Layers[len(s.Layers)-2]
		var field []float64
		for _, x := range l.ReceptiveField {
			field = append(field, float64(x))
		}
		if !slices.Equal(field, c.field) || !slices.Equal(l.Stride, c.stride) || !slices.Equal(l.Start, c.start) {
			t.Errorf("%s: got %v stride %v from %v, want %v stride %v from %v", c.text, field, l.Stride, l.Start, c.field, c.stride, c.start)
		}
	}
}

// TestLayersThatPassOn: dropout computes nothing when it does not train, and takes nothing.
func TestLayersThatPassOn(t *testing.T) {
	with, err := nn.Describe("INPUT 8x8x1 -> FC 10 -> DROPOUT 0.5 -> FLATTEN -> FC 3", 1)
	if err != nil {
		t.Fatal(err)
	}
	without, err := nn.Describe("INPUT 8x8x1 -> FC 10 -> FC 3", 1)
	if err != nil {
		t.Fatal(err)
	}
	if d := with.Layers[1]; d.MACs != 0 || d.FLOPs != 0 || d.Shape[0] != 10 {
		t.Errorf("dropout: %+v", d)
	}
	if with.FLOPs != without.FLOPs || with.NaiveBytes != without.NaiveBytes || without.FLOPs != 2*(64*10+10*3)+10+3 {
		t.Errorf("got %d and %d operations, %d and %d bytes; want %d operations", with.FLOPs, without.FLOPs, with.NaiveBytes, without.NaiveBytes, 2*(64*10+10*3)+13)
	}
}

func TestLargestBatch(t *testing.T) {
	for _, c := range []struct {
		text      string
		optimizer train.Optimizer
	}{
		{"INPUT 24x24x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10", train.Optimizer{Kind: "adam"}},
		{"INPUT 32x32x3 -> [CONV 3x3x8 pad 1 -> TANH -> POOL 2]*3 -> FC 500 -> RELU -> FC 10", train.Optimizer{Kind: "sgd"}},
		{"INPUT 4x4x1 -> FC 2", train.Optimizer{Kind: "momentum"}},
	} {
		takes := func(batch int) int {
			s, err := nn.Describe(c.text, batch, nn.WithOptimizer(c.optimizer))
			if err != nil {
				t.Fatal(err)
			}
			return s.TrainingBytes
		}
		s, err := nn.Describe(c.text, 1, nn.WithOptimizer(c.optimizer))
		if err != nil {
			t.Fatal(err)
		}
		for _, budget := range []int{takes(1), takes(1) + 1, takes(2) - 1, 1 << 20, 3_333_333} {
			n := s.LargestBatch(budget)
			if budget < takes(1) != (n == 0) || n > 0 && takes(n) > budget || takes(n+1) <= budget {
				t.Errorf("%s, %s: %d bytes hold %d samples, which take %d, and one more takes %d", c.text, c.optimizer.Kind, budget, n, takes(max(1, n)), takes(n+1))
			}
		}
		if n := s.LargestBatch(takes(1) - 1); n != 0 {
			t.Errorf("%s: %d samples in less than one takes", c.text, n)
		}
	}
}

func TestAdvice(t *testing.T) {
	for _, c := range []struct {
		name, text, want string // want is part of the only warning, or "" for none
		line, column     int    // of the layer that it names
	}{
		{"unused columns", "INPUT 9x9x1 -> CONV 2x2x4 stride 2 -> FC 3", "layer 1 (conv 2x2x4 stride 2): ", 1, 16},
		{"shrinking", "INPUT 32x32x3 -> [CONV 3x3x16 -> RELU]*3\n-> CONV 5x5x8 -> POOL 2 -> FC 10",
			"layer 7 (conv 5x5x8): 4 convolutions in a row without padding shrink the map from 32x32 to 22x22 and lose its border; write pad 2", 2, 4},
		{"even kernel", "INPUT 8x8x3 -> CONV 2x2x4 -> TANH -> CONV 2x2x4 -> FC 3", "write pad same", 1, 38},
		{"dwarf", "INPUT 32x32x3 -> CONV 3x3x16 pad 1 -> RELU\n-> FC 100 -> RELU -> FC 10", "layer 3 (fc 100): its 16384 x 100 weights are 1638500 of the net's 1639958 parameters; pool more", 2, 4},
		{"LeNet", "INPUT 28x28x1 -> CONV 5x5x20 -> RELU -> POOL 2 -> CONV 5x5x50 -> RELU -> POOL 2 -> FC 500 -> RELU -> FC 10", "", 0, 0},
		{"padded", "INPUT 32x32x3 -> [CONV 3x3x16 pad 1 -> RELU]*3 -> POOL 2 -> FC 10", "", 0, 0},
		{"one by one", "INPUT 32x32x3 -> CONV 3x3x16 -> RELU -> [CONV 1x1x16 -> RELU]*3 -> GAP -> FC 10", "", 0, 0},
		{"no convolution at all", "INPUT 32x32x3 -> FC 1000 -> RELU -> FC 10", "", 0, 0},
		{"a last one that sees all", "INPUT 5x5x3 -> CONV 3x3x4 -> RELU -> CONV 3x3x4", "", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := nn.Describe(c.text, 1)
			if err != nil {
				t.Fatal(err)
			}
			_, strict := nn.Describe(c.text, 1, nn.Strict())
			if c.want == "" {
				if len(s.Warnings) > 0 || strict != nil {
					t.Errorf("got %q and %v, want no warning", s.Warnings, strict)
				}
				return
			}
			if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], c.want) {
				t.Errorf("got %q, want %q", s.Warnings, c.want)
			}
			var e *spec.Error
			if !errors.As(strict, &e) || !strings.Contains(e.Msg, c.want) || e.Line != c.line || e.Column != c.column {
				t.Errorf("strict: got %v, want line %d, column %d: …%s", strict, c.line, c.column, c.want)
			}
			if _, err := nn.New(cpu.New(1), c.text, nil, 1, nn.Strict()); !errors.As(err, &e) {
				t.Errorf("New, strict: got %v", err)
			}
			n, err := nn.New(cpu.New(1), c.text, nil, 1)
			if err != nil {
				t.Fatal(err)
			}
			n.Close()
		})
	}
}

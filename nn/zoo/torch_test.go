package zoo_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// TestTorchWeights checks the names and shapes of each net that torchvision has: every name once, every shape a reordering,
// all parameters of the net. count is that of the tensors in torchvision's files, counters of batches aside.
func TestTorchWeights(t *testing.T) {
	for name, want := range map[string]struct {
		count int
		some  string // names and shapes, line by line in the order of the state dict, the first and the last among them
	}{
		"alexnet": {16, `features.0.weight [64,3,11,11]
			features.10.bias [256]
			classifier.1.weight [4096,9216]
			classifier.6.bias [1000]`},
		"vgg11": {22, `features.0.weight [64,3,3,3]
			features.18.weight [512,512,3,3]
			classifier.0.weight [4096,25088]
			classifier.6.weight [1000,4096]
			classifier.6.bias [1000]`},
		"vgg13": {26, `features.0.weight [64,3,3,3]
			features.22.bias [512]
			classifier.6.bias [1000]`},
		"vgg16": {32, `features.0.weight [64,3,3,3]
			features.28.bias [512]
			classifier.6.bias [1000]`},
		"vgg19": {38, `features.0.weight [64,3,3,3]
			features.34.bias [512]
			classifier.6.bias [1000]`},
		"googlenet_bn": {305, `conv1.conv.weight [64,3,7,7]
			conv1.bn.running_var [64]
			inception3a.branch1.conv.weight [64,192,1,1]
			inception4a.branch4.1.bn.bias [64]
			aux1.conv.conv.weight [128,512,1,1]
			aux1.fc1.weight [1024,2048]
			aux1.fc2.bias [1000]
			aux2.conv.conv.weight [128,528,1,1]
			inception5b.branch3.1.conv.weight [128,48,3,3]
			fc.weight [1000,1024]
			fc.bias [1000]`},
		"inception_v3": {484, `Conv2d_1a_3x3.conv.weight [32,3,3,3]
			Mixed_5b.branch_pool.conv.weight [32,192,1,1]
			Mixed_6b.branch7x7_2.conv.weight [128,128,1,7]
			Mixed_6c.branch7x7dbl_5.conv.weight [192,160,1,7]
			AuxLogits.conv0.conv.weight [128,768,1,1]
			AuxLogits.conv1.conv.weight [768,128,5,5]
			AuxLogits.fc.weight [1000,768]
			Mixed_7a.branch7x7x3_4.conv.weight [192,192,3,3]
			Mixed_7c.branch3x3dbl_3b.conv.weight [384,384,3,1]
			fc.bias [1000]`},
		"resnet18": {102, `conv1.weight [64,3,7,7]
			bn1.weight [64]
			bn1.bias [64]
			bn1.running_mean [64]
			bn1.running_var [64]
			layer1.0.conv1.weight [64,64,3,3]
			layer2.0.downsample.0.weight [128,64,1,1]
			layer2.0.downsample.1.running_mean [128]
			layer4.1.bn2.running_var [512]
			fc.weight [1000,512]
			fc.bias [1000]`},
		"resnet34": {182, `conv1.weight [64,3,7,7]
			layer3.5.conv2.weight [256,256,3,3]
			fc.bias [1000]`},
		"resnet50": {267, `conv1.weight [64,3,7,7]
			layer1.0.downsample.0.weight [256,64,1,1]
			layer3.5.conv3.weight [1024,256,1,1]
			fc.weight [1000,2048]
			fc.bias [1000]`},
		"resnet101": {522, `conv1.weight [64,3,7,7]
			layer3.22.conv3.weight [1024,256,1,1]
			fc.bias [1000]`},
		"resnet152": {777, `conv1.weight [64,3,7,7]
			layer2.7.conv1.weight [128,512,1,1]
			layer3.35.bn3.running_var [1024]
			fc.bias [1000]`},
		"squeezenet1_0": {52, `features.0.weight [96,3,7,7]
			features.3.squeeze.weight [16,96,1,1]
			features.12.expand3x3.weight [256,64,3,3]
			classifier.1.weight [1000,512,1,1]
			classifier.1.bias [1000]`},
		"squeezenet1_1": {52, `features.0.weight [64,3,3,3]
			features.3.squeeze.weight [16,64,1,1]
			features.4.expand1x1.bias [64]
			features.12.expand3x3.weight [256,64,3,3]
			classifier.1.weight [1000,512,1,1]
			classifier.1.bias [1000]`},
		"densenet121": {606, `features.conv0.weight [64,3,7,7]
			features.norm0.weight [64]
			features.denseblock1.denselayer1.norm1.weight [64]
			features.denseblock1.denselayer1.conv1.weight [128,64,1,1]
			features.denseblock1.denselayer6.conv2.weight [32,128,3,3]
			features.transition1.norm.running_var [256]
			features.transition1.conv.weight [128,256,1,1]
			features.denseblock4.denselayer16.norm1.weight [992]
			features.norm5.bias [1024]
			classifier.weight [1000,1024]
			classifier.bias [1000]`},
		"mobilenet_v2": {262, `features.0.0.weight [32,3,3,3]
			features.0.1.weight [32]
			features.1.conv.0.0.weight [32,1,3,3]
			features.1.conv.1.weight [16,32,1,1]
			features.1.conv.2.bias [16]
			features.2.conv.0.0.weight [96,16,1,1]
			features.2.conv.1.0.weight [96,1,3,3]
			features.17.conv.2.weight [320,960,1,1]
			features.18.0.weight [1280,320,1,1]
			classifier.1.weight [1000,1280]
			classifier.1.bias [1000]`},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := zoo.Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			ws, err := e.TorchWeights(zoo.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(ws) != want.count {
				t.Errorf("got %d tensors, want %d", len(ws), want.count)
			}
			parameters, side := 0, 0
			here, there := map[string]bool{}, map[string]bool{}
			var lines []string
			for _, w := range ws {
				if here[w.Name] || there[w.Torch] || w.Shape.Elems() != w.TorchShape.Elems() || zoo.TorchName(w.Torch) != w.Torch {
					t.Errorf("twice or of another size: %+v", w)
				}
				here[w.Name], there[w.Torch] = true, true
				lines = append(lines, fmt.Sprint(w.Torch, " ", w.TorchShape))
				switch {
				case strings.Contains(w.Name, ".running_"):
				case w.Side:
					side += w.Shape.Elems()
				default:
					parameters += w.Shape.Elems()
				}
			}
			if parameters != e.Parameters || side != e.SideParameters {
				t.Errorf("got %d parameters and %d in side heads, want %d and %d", parameters, side, e.Parameters, e.SideParameters)
			}
			some := strings.Split(strings.ReplaceAll(want.some, "\t", ""), "\n")
			if first, last := lines[0], lines[len(lines)-1]; first != some[0] || last != some[len(some)-1] {
				t.Errorf("got %s to %s, want %s to %s", first, last, some[0], some[len(some)-1])
			}
			rest := lines
			for _, line := range some {
				i := slices.Index(rest, line)
				if i < 0 {
					t.Fatalf("%s is not where it should be", line)
				}
				rest = rest[i:]
			}
			for _, v := range graphOf(t, e).Values {
				if (v.Role == graph.Parameter || v.Role == graph.State) && !here[v.Name] {
					t.Errorf("no tensor for %s", v.Name)
				}
			}
		})
	}
	each(t, func(t *testing.T, e zoo.Entry) {
		if _, err := e.TorchWeights(zoo.Options{}); e.Torch != (err == nil) || err != nil && !errors.Is(err, graph.ErrUnsupported) {
			t.Errorf("Torch is %v: %v", e.Torch, err)
		}
	})
}

// graphOf is the net as it predicts.
func graphOf(t *testing.T, e zoo.Entry) *graph.Graph {
	g, _, _, err := build(parse(t, e, zoo.Options{}), 1, false)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestTorchWeightsOfOtherClasses(t *testing.T) {
	e, err := zoo.Lookup("resnet18")
	if err != nil {
		t.Fatal(err)
	}
	ws, err := e.TorchWeights(zoo.Options{Classes: 5, Size: 64})
	if err != nil || !ws[len(ws)-2].TorchShape.Equal(graph.Shape{5, 512}) {
		t.Errorf("got %+v %v, want [5,512]", ws[len(ws)-2], err)
	}
	if _, err := e.TorchWeights(zoo.Options{Size: 8}); err == nil {
		t.Error("a size that is too small: no error")
	}
}

// TestFromTorch numbers the elements of tensors of AlexNet by their place, and looks for them at theirs.
func TestFromTorch(t *testing.T) {
	e, err := zoo.Lookup("alexnet")
	if err != nil {
		t.Fatal(err)
	}
	ws, err := e.TorchWeights(zoo.Options{Classes: 3})
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for _, c := range []struct {
		torch string
		shape graph.Shape              // in Fovea, a map's places apart
		from  func(i, j, c, f int) int // the place in PyTorch
	}{
		{"features.0.weight", graph.Shape{11, 11, 3, 64}, func(i, j, c, f int) int { return ((f*3+c)*11+i)*11 + j }},
		{"features.3.bias", graph.Shape{1, 1, 1, 192}, func(_, _, _, f int) int { return f }},
		{"classifier.1.weight", graph.Shape{6, 6, 256, 4096}, func(i, j, c, f int) int { return f*9216 + (c*6+i)*6 + j }},
		{"classifier.6.weight", graph.Shape{1, 1, 4096, 3}, func(_, _, c, f int) int { return f*4096 + c }},
	} {
		for _, w := range ws {
			if w.Torch != c.torch {
				continue
			}
			tested++
			data := make([]float32, w.TorchShape.Elems())
			for i := range data {
				data[i] = float32(i % (1 << 20))
			}
			got, err := w.FromTorch(w.TorchShape, data)
			if err != nil || len(got) != w.Shape.Elems() {
				t.Fatalf("%s: %d numbers, %v", w.Torch, len(got), err)
			}
			for k := 0; k < len(got); k += 101 { // of all filters and places
				f, rest := k%c.shape[3], k/c.shape[3]
				in, rest := rest%c.shape[2], rest/c.shape[2]
				if want := data[c.from(rest/c.shape[1], rest%c.shape[1], in, f)]; got[k] != want {
					t.Fatalf("%s: element %d: got %g, want %g", w.Torch, k, got[k], want)
				}
			}
			_, err = w.FromTorch(append(w.TorchShape.Clone(), 2), data)
			if !errors.Is(err, graph.ErrFormat) || !strings.Contains(err.Error(), w.Torch) {
				t.Errorf("an axis too many: got %v", err)
			}
			if _, err := w.FromTorch(w.TorchShape, data[1:]); !errors.Is(err, graph.ErrFormat) {
				t.Errorf("a number too few: got %v", err)
			}
		}
	}
	if tested != 4 {
		t.Errorf("tested %d tensors", tested)
	}
}

func TestTorchName(t *testing.T) {
	for name, want := range map[string]string{
		"features.denseblock1.denselayer12.norm.1.running_var": "features.denseblock1.denselayer12.norm1.running_var",
		"features.denseblock4.denselayer1.conv.2.weight":       "features.denseblock4.denselayer1.conv2.weight",
		"features.denseblock4.denselayer1.conv2.weight":        "features.denseblock4.denselayer1.conv2.weight",
		"features.transition1.norm.weight":                     "features.transition1.norm.weight",
		"layer1.0.conv1.weight":                                "layer1.0.conv1.weight",
	} {
		if got := zoo.TorchName(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

package nn

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/safetensors"
	"github.com/fovea-nn/fovea/nn/tfjs"
	"github.com/fovea-nn/fovea/nn/train"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// OpenOptions say what a file leaves open.
type OpenOptions struct {
	// Read gives the bytes of a file beside the model, by its path from there: the shards of a TensorFlow.js model, or the numbers
	// of an ONNX model that has them elsewhere. It may be nil where there are none.
	Read func(path string) ([]byte, error)
	Size []int // height and width of pictures, where the model leaves them open
	// Classes are names, in the order of the outputs, where the file has none.
	Classes []string
	// Preprocess is how a picture becomes what the net takes, where the file does not say; nil gives it bytes from 0 to 255.
	Preprocess *preprocess.Preprocess
	// Zoo names the net of nn/zoo whose weights a file of PyTorch has.
	Zoo  string
	Seed uint32
}

// Open makes a net of a file, by what is in it: one that Fovea saved, an ONNX model, the model.json of TensorFlow.js, or, with
// OpenOptions.Zoo, a state dict of PyTorch as safetensors. It owns dev from then on, if there is no error. An error is of kind
// graph.ErrFormat, graph.ErrUnsupported or *graph.ShapeError, and says what to do.
func Open(dev plan.Device, b []byte, o OpenOptions) (*Net, error) {
	switch {
	case len(b) > 8 && b[8] == '{' && binary.LittleEndian.Uint64(b) <= safetensors.MaxHeaderBytes:
		return openSafetensors(dev, b, o)
	case len(b) > 0 && b[0] == '{':
		return openTFJS(dev, b, o)
	}
	return openONNX(dev, b, o)
}

func openSafetensors(dev plan.Device, b []byte, o OpenOptions) (*Net, error) {
	f, err := decode(b)
	if err != nil {
		return nil, err
	}
	if _, ok := f.Metadata["onnx"]; ok {
		s, err := inspect(f)
		if err != nil {
			return nil, err
		}
		o.Classes, o.Read = s.Classes, inTensors(f)
		n, err := openONNX(dev, s.onnx, o)
		if err == nil {
			n.Run = s.Run
			if s.Preprocess != nil { // its numbers are part of the graph
				n.Preprocess = s.Preprocess
			}
		}
		return n, err
	}
	if _, ok := f.Metadata["net"]; ok {
		s, err := inspect(f)
		if err != nil {
			return nil, err
		}
		n, err := New(dev, s.Text, s.Classes, o.Seed)
		if err != nil {
			return nil, err
		}
		if _, err := n.restore(f, s); err != nil {
			n.Detach()
			return nil, err
		}
		return n, nil
	}
	if o.Zoo == "" {
		return nil, fmt.Errorf("nn: the file has weights and no net; say which net of the zoo they are of, as resnet18: %w", graph.ErrFormat)
	}
	return openTorch(dev, f, o)
}

// openTorch puts weights of torchvision into a net of the zoo.
func openTorch(dev plan.Device, f *safetensors.File, o OpenOptions) (*Net, error) {
	e, err := zoo.Lookup(o.Zoo)
	if err != nil {
		return nil, err
	}
	zo := zoo.Options{Classes: len(o.Classes)}
	if len(o.Size) == 2 {
		zo.Size = o.Size[0]
	}
	text, err := e.Text(zo)
	if err != nil {
		return nil, err
	}
	weights, err := e.TorchWeights(zo)
	if err != nil {
		return nil, err
	}
	found := map[string]safetensors.Tensor{}
	for _, t := range f.Tensors {
		found[zoo.TorchName(t.Name)] = t
	}
	w := map[string]plan.Tensor{}
	for _, x := range weights {
		t, ok := found[x.Torch]
		if !ok {
			if x.Side {
				continue
			}
			return nil, fmt.Errorf("nn: the file has no %s: it is of another net than %s: %w", x.Torch, e.Name, graph.ErrFormat)
		}
		data, err := safetensors.Float32s(t)
		if err != nil {
			return nil, err
		}
		if data, err = x.FromTorch(t.Shape, data); err != nil {
			return nil, err
		}
		w[x.Name] = plan.Float32s(x.Shape, data...)
	}
	if o.Preprocess == nil {
		p, err := torchPreprocess(e)
		if err != nil {
			return nil, err
		}
		o.Preprocess = &p
	}
	sum, err := Describe(text, 2)
	if err != nil {
		return nil, err
	}
	return opened(dev, sum, w, o)
}

// torchPreprocess is how torchvision's nets see pictures.
func torchPreprocess(e zoo.Entry) (preprocess.Preprocess, error) {
	name := "torchvision"
	if e.Size == 299 {
		name = "torchvision-299"
	}
	p, err := preprocess.Named(name)
	if e.Name == "googlenet_bn" || e.Name == "inception_v3" { // their weights come from TensorFlow
		p.Mean, p.Deviation = []float64{0.5, 0.5, 0.5}, []float64{0.5, 0.5, 0.5}
	}
	return p, err
}

func openTFJS(dev plan.Device, b []byte, o OpenOptions) (*Net, error) {
	var input graph.Shape
	if len(o.Size) == 2 {
		input = graph.Shape{o.Size[0], o.Size[1], 3}
	}
	m, err := tfjs.ParseSize(b, o.Read, input)
	if err != nil {
		return nil, err
	}
	w := map[string]plan.Tensor{}
	for name, x := range m.Weights() {
		if x.F32 == nil {
			return nil, fmt.Errorf("nn: weight %s has whole numbers, which a net does not train with: %w", name, graph.ErrUnsupported)
		}
		w[name] = plan.Float32s(x.Shape, x.F32...)
	}
	sum, err := describeModel(m)
	if err != nil {
		return nil, err
	}
	return opened(dev, sum, w, o)
}

// Keys of the metadata of ONNX files that Fovea wrote.
const (
	onnxClasses    = "fovea.classes"
	onnxPreprocess = "fovea.preprocess"
)

func openONNX(dev plan.Device, b []byte, o OpenOptions) (*Net, error) {
	read := o.Read
	m, err := onnx.Parse(b, func(location string, offset, length int64) ([]byte, error) {
		if read == nil {
			return nil, fmt.Errorf("the model has numbers in the file %q, which was not given: %w", location, graph.ErrFormat)
		}
		all, err := read(location)
		if err != nil {
			return nil, err
		}
		if offset < 0 || length < 0 || offset > int64(len(all)) || length > int64(len(all))-offset {
			return nil, fmt.Errorf("%s has %d bytes, the model wants %d from %d on: %w", location, len(all), length, offset, graph.ErrFormat)
		}
		return all[offset : offset+length], nil
	})
	if err != nil {
		return nil, err
	}
	c, err := m.Classifier(o.Size)
	if err != nil {
		return nil, err
	}
	meta := m.Metadata()
	if text, ok := meta[onnxClasses]; ok && o.Classes == nil {
		if err := json.Unmarshal([]byte(text), &o.Classes); err != nil {
			return nil, fmt.Errorf("nn: the file's names of classes cannot be read (%v): %w", err, graph.ErrFormat)
		}
	}
	if text, ok := meta[onnxPreprocess]; ok && o.Preprocess == nil {
		p, err := preprocess.Parse([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("nn: the file's preprocessing cannot be read (%v): %w", err, graph.ErrFormat)
		}
		o.Preprocess = &p
	}
	w := map[string]plan.Tensor{}
	for name, x := range c.Weights() {
		w[name] = plan.Float32s(x.Shape, x.F32...)
	}
	sum, err := describeModel(c)
	if err != nil {
		return nil, err
	}
	return opened(dev, sum, w, o)
}

// opened makes a net with weights. Where bytes become other numbers, the session does it, on the device.
func opened(dev plan.Device, sum *Summary, w map[string]plan.Tensor, o OpenOptions) (*Net, error) {
	channels := sum.Input[len(sum.Input)-1]
	mean, scale := make([]float32, channels), make([]float32, channels)
	for k := range scale {
		scale[k] = 1
	}
	if p := o.Preprocess; p != nil {
		if err := p.Validate(); err != nil {
			return nil, err
		}
		if got := graph.Shape(p.Shape()); !got.Equal(sum.Input) {
			return nil, graph.Shapef("nn: the preprocessing makes pictures of %v, the net takes %v", got, graph.Shape(sum.Input))
		}
		mean, scale = p.MeanScale()
	}
	w[train.InputMean], w[train.InputScale] = plan.Float32s(graph.Shape{channels}, mean...), plan.Float32s(graph.Shape{channels}, scale...)
	dev, err := narrowing(dev, sum)
	if err != nil {
		return nil, err
	}
	n, err := newNet(dev, sum, o.Classes, o.Seed)
	if err != nil {
		return nil, err
	}
	if err := n.SetWeights(w, 0); err != nil {
		n.Detach()
		return nil, err
	}
	n.Preprocess = o.Preprocess
	if sum.Text == "" {
		n.skeleton = n.withoutNumbers
	}
	return n, nil
}

// Labels reads names of classes, one a line.
func Labels(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

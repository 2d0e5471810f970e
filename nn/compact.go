package nn

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/internal/half"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/safetensors"
	"github.com/fovea-nn/fovea/nn/train"
)

// Width is how many bits a weight takes in a file.
type Width int

// The widths. Int8 has a scale for each filter, w = scale·q with q from -127 to 127, and Half is IEEE 754 binary16. What has
// one axis alone, such as biases, stays as it is.
const (
	Float Width = 32
	Half  Width = 16
	Int8  Width = 8
)

// scaleSuffix is behind the name of a tensor of 8 bits that of its scales.
const scaleSuffix = ".scale8"

// SaveCompact is Save for use alone: without the learning curve and the optimiser's caches, and with weights of so many bits.
func (n *Net) SaveCompact(ctx context.Context, w Width) ([]byte, error) {
	f, err := n.file(ctx)
	if err != nil {
		return nil, err
	}
	if n.Summary.Text != "" {
		if f.Tensors, err = n.needed(f.Tensors); err != nil {
			return nil, err
		}
	}
	short := n.Run
	short.History = nil // a small net's is larger than its weights
	text, err := json.Marshal(short)
	if err != nil {
		return nil, fmt.Errorf("nn: save: %w", err)
	}
	f.Metadata["run"] = string(text)
	filters := 0 // the axis of filters: ONNX's first, Fovea's last
	if n.Summary.Text != "" {
		filters = -1
	}
	var out []safetensors.Tensor
	for _, t := range f.Tensors {
		narrow, err := narrowed(t, w, filters)
		if err != nil {
			return nil, err
		}
		out = append(out, narrow...)
	}
	f.Tensors = out
	return encode(f)
}

// needed are those of a file's tensors that prediction reads, by the names of the parameters: where training kept averages of
// them, these.
func (n *Net) needed(tensors []safetensors.Tensor) ([]safetensors.Tensor, error) {
	g, err := train.PredictionGraph(n.Summary.model, 1)
	if err != nil {
		return nil, err
	}
	var values []*graph.Value
	for _, v := range g.Values {
		if v.Role == graph.Parameter || v.Role == graph.State {
			values = append(values, v)
		}
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = v.Name
	}
	find := func(name string) int {
		return slices.IndexFunc(tensors, func(t safetensors.Tensor) bool { return t.Name == name })
	}
	train.Averaged(g, func(name string) bool { return find(name) >= 0 })
	var out []safetensors.Tensor
	for i, v := range values {
		if k := find(v.Name); k >= 0 {
			t := tensors[k]
			t.Name = names[i]
			out = append(out, t)
		}
	}
	return out, nil
}

func toHalf(t safetensors.Tensor) (safetensors.Tensor, error) {
	x, err := safetensors.Float32s(t)
	if err != nil {
		return t, err
	}
	b := make([]byte, 0, 2*len(x))
	for i, v := range x {
		if v > half.Max || v < -half.Max {
			return t, fmt.Errorf("nn: save: %s[%d] is %g, half precision ends at %d; save it in full: %w", t.Name, i, v, half.Max, graph.ErrUnsupported)
		}
		b = binary.LittleEndian.AppendUint16(b, half.Narrow(v))
	}
	return safetensors.Tensor{Name: t.Name, DType: "F16", Shape: t.Shape, Data: b}, nil
}

// filterOf returns which filter element i of a tensor belongs to.
func filterOf(shape []int, axis int) (count int, of func(i int) int) {
	if axis < 0 {
		count = shape[len(shape)-1]
		return count, func(i int) int { return i % count }
	}
	count = shape[0]
	size := graph.Shape(shape[1:]).Elems()
	return count, func(i int) int { return i / size }
}

func toInt8(t safetensors.Tensor, axis int) (q, scale safetensors.Tensor, err error) {
	x, err := safetensors.Float32s(t)
	if err != nil {
		return q, scale, err
	}
	count, of := filterOf(t.Shape, axis)
	s := make([]float32, count)
	for i, v := range x {
		s[of(i)] = max(s[of(i)], float32(math.Abs(float64(v)))/127)
	}
	b := make([]byte, len(x))
	for i, v := range x {
		if k := s[of(i)]; k > 0 {
			b[i] = byte(int8(math.RoundToEven(float64(v / k))))
		}
	}
	shape := []int{count}
	if axis >= 0 {
		shape = append(shape, slices.Repeat([]int{1}, len(t.Shape)-1)...)
	}
	return safetensors.Tensor{Name: t.Name, DType: "I8", Shape: t.Shape, Data: b}, safetensors.FromFloat32s(t.Name+scaleSuffix, shape, s), nil
}

// expand gives tensors of 8 bits their numbers back; the scales go.
func expand(f *safetensors.File) error {
	scales := map[string]safetensors.Tensor{}
	f.Tensors = slices.DeleteFunc(f.Tensors, func(t safetensors.Tensor) bool {
		name, ok := strings.CutSuffix(t.Name, scaleSuffix)
		if ok {
			scales[name] = t
		}
		return ok
	})
	for i, t := range f.Tensors {
		st, ok := scales[t.Name]
		if !ok || t.DType != "I8" {
			continue
		}
		s, err := safetensors.Float32s(st)
		if err != nil {
			return err
		}
		axis := 0
		if len(st.Shape) == 1 {
			axis = -1
		}
		count, of := filterOf(t.Shape, axis)
		if len(t.Shape) == 0 || count != len(s) {
			return fmt.Errorf("nn: tensor %q %v has %d scales, want one for each filter: %w", t.Name, t.Shape, len(s), graph.ErrFormat)
		}
		x := make([]float32, len(t.Data))
		for k, b := range t.Data {
			x[k] = float32(int8(b)) * s[of(k)]
		}
		f.Tensors[i] = safetensors.FromFloat32s(t.Name, t.Shape, x)
	}
	return nil
}

// weightsOf are tensors as a session takes them.
func weightsOf(w map[string]plan.Tensor) []safetensors.Tensor {
	var out []safetensors.Tensor
	for name, t := range w {
		out = append(out, safetensors.FromFloat32s(name, t.Shape, t.F32))
	}
	return out
}

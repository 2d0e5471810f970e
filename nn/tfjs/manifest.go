package tfjs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"path"
	"strings"

	"github.com/fovea-nn/fovea/internal/half"
	"github.com/fovea-nn/fovea/nn/graph"
)

// shardGroup is an entry of the manifest: weights that lie one behind the other in files, which end anywhere.
type shardGroup struct {
	Paths   []string     `json:"paths"`
	Weights []weightSpec `json:"weights"`
}

// weightSpec describes a weight.
type weightSpec struct {
	Name         string        `json:"name"`
	Shape        []int         `json:"shape"`
	DType        string        `json:"dtype"`
	Quantization *quantization `json:"quantization"`
}

// quantization says that numbers are stored in fewer bits: value = stored·scale + min, or float16.
type quantization struct {
	DType string   `json:"dtype"`
	Scale *float64 `json:"scale"`
	Min   *float64 `json:"min"`
}

// array is known numbers, f32 or i32.
type array struct {
	name  string
	shape graph.Shape
	f32   []float32
	i32   []int32
}

func (a *array) len() int { return max(len(a.f32), len(a.i32)) }

func (a *array) at(k int) float64 {
	if a.f32 != nil {
		return float64(a.f32[k])
	}
	return float64(a.i32[k])
}

// floats returns the numbers as f32; they belong to the array.
func (a *array) floats() []float32 {
	if a.f32 != nil {
		return a.f32
	}
	f := make([]float32, len(a.i32))
	for k, v := range a.i32 {
		f[k] = float32(v)
	}
	return f
}

const (
	maxElems    = 1 << 29 // of one value: memory in browsers ends at 4 GiB
	maxComputed = 1 << 20 // numbers that are computed while a model is built
)

var elementBytes = map[string]int{"float32": 4, "int32": 4, "float16": 2, "uint16": 2, "uint8": 1, "bool": 1}

// readShards reads all weights. What is allocated is bounded by the shards' bytes: a uint8 becomes four.
func readShards(groups []shardGroup, read func(string) ([]byte, error)) (map[string]*array, error) {
	arrays, seen := map[string]*array{}, map[string]bool{}
	for k, g := range groups {
		var shards [][]byte
		for _, p := range g.Paths {
			b, err := readShard(p, seen, read)
			if err != nil {
				return nil, fmt.Errorf("tfjs: shard %q: %w", p, err)
			}
			shards = append(shards, b)
		}
		data := bytes.Join(shards, nil)
		want := 0
		for _, w := range g.Weights {
			n, err := w.bytes()
			if err != nil {
				return nil, formatError("weight %q: %w", w.Name, err)
			}
			if n > len(data)-want {
				return nil, formatError("weight %q %v: got %d bytes behind the weights before it, want %d; is a shard too short?",
					w.Name, w.Shape, len(data)-want, n)
			}
			if arrays[w.Name] != nil {
				return nil, formatError("weight %q comes twice", w.Name)
			}
			if arrays[w.Name], err = w.decode(data[want : want+n]); err != nil {
				return nil, fmt.Errorf("tfjs: weight %q: %w", w.Name, err)
			}
			want += n
		}
		if want != len(data) {
			return nil, formatError("group %d: its shards have %d bytes, its weights %d", k+1, len(data), want)
		}
	}
	return arrays, nil
}

func readShard(p string, seen map[string]bool, read func(string) ([]byte, error)) ([]byte, error) {
	clean := path.Clean(p)
	switch {
	case !fs.ValidPath(clean) || clean == "." || strings.ContainsAny(clean, `\:`):
		return nil, fmt.Errorf("want a path inside the model's folder: %w", graph.ErrFormat)
	case seen[clean]:
		return nil, fmt.Errorf("comes twice: %w", graph.ErrFormat)
	case read == nil:
		return nil, fmt.Errorf("nothing was given that reads it: %w", graph.ErrFormat)
	}
	seen[clean] = true
	return read(clean)
}

// stored is the type of the numbers in the shard.
func (w weightSpec) stored() string {
	if w.Quantization != nil {
		return w.Quantization.DType
	}
	return w.DType
}

func (w weightSpec) bytes() (int, error) {
	size := elementBytes[w.stored()]
	if size == 0 {
		return 0, fmt.Errorf("got type %q, want float32, int32, float16, uint16, uint8 or bool: %w", w.stored(), graph.ErrUnsupported)
	}
	for _, d := range w.Shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v: got a negative size", w.Shape)
		}
	}
	n := graph.Shape(w.Shape).Elems()
	if n > maxElems {
		return 0, fmt.Errorf("shape %v: got %d elements, want at most %d", w.Shape, n, maxElems)
	}
	return n * size, nil
}

func (w weightSpec) decode(b []byte) (*array, error) {
	a := &array{name: w.Name, shape: w.Shape}
	q, stored := w.Quantization, w.stored()
	size := elementBytes[stored]
	n := len(b) / size
	whole := func(k int) int32 {
		switch size {
		case 1:
			return int32(b[k])
		case 2:
			return int32(binary.LittleEndian.Uint16(b[2*k:]))
		}
		return int32(binary.LittleEndian.Uint32(b[4*k:]))
	}
	scaled := q != nil && (stored == "uint8" || stored == "uint16")
	if scaled && (q.Scale == nil || q.Min == nil) {
		return nil, fmt.Errorf("quantization %s: want scale and min: %w", stored, graph.ErrFormat)
	}
	if q != nil && !scaled && !(stored == "float16" && w.DType == "float32") {
		return nil, fmt.Errorf("quantization of %s as %s: want uint8, uint16 or, of float32, float16: %w",
			w.DType, stored, graph.ErrUnsupported)
	}
	switch {
	case w.DType == "float32" || w.DType == "float16":
		a.f32 = make([]float32, n)
		for k := range a.f32 {
			switch {
			case scaled:
				a.f32[k] = float32(float64(whole(k))**q.Scale + *q.Min)
			case stored == "float16":
				a.f32[k] = half.Widen(uint16(whole(k)))
			default:
				a.f32[k] = math.Float32frombits(uint32(whole(k)))
			}
		}
	case w.DType == "int32" || w.DType == "uint8" || w.DType == "bool":
		a.i32 = make([]int32, n)
		for k := range a.i32 {
			a.i32[k] = whole(k)
			if scaled {
				a.i32[k] = int32(math.Floor(float64(whole(k))**q.Scale + *q.Min + 0.5)) // Math.round
			}
		}
	default:
		return nil, fmt.Errorf("got type %q, want float32, int32, float16, uint8 or bool: %w", w.DType, graph.ErrUnsupported)
	}
	return a, nil
}

func formatError(format string, args ...any) error {
	return fmt.Errorf("tfjs: %w: %w", graph.ErrFormat, fmt.Errorf(format, args...))
}

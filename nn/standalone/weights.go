package standalone

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/safetensors"
	"github.com/fovea-nn/fovea/nn/simd"
)

// place is where a tensor of weights.bin goes to. Each begins at a multiple of 4 bytes; before numbers of 8 bits lie their
// scales, as many as Filters: number i is scale[i mod Filters]·q.
type place struct {
	At      int `json:"at"` // address in the module's memory, where it becomes f32
	Count   int `json:"count"`
	Bits    int `json:"bits"`
	Filters int `json:"filters,omitempty"`
}

// bitsOf are the types that tensors may have.
var bitsOf = map[string]int{"F32": 32, "F16": 16, "I8": 8}

// pack returns the tensors that the program reads, one behind the other, and where they go to.
func pack(p *plan.Program, m *simd.Standalone, tensors []safetensors.Tensor) (bytes []byte, places []place, err error) {
	f := safetensors.File{Tensors: tensors}
	for _, b := range p.Persistent {
		t, ok := f.Find(b.Name)
		bits := bitsOf[t.DType]
		if !ok || bits == 0 || b.Type.Type != graph.F32 {
			return nil, nil, fmt.Errorf("standalone: %s is %q here and %v%v in the program: want F32, F16 or I8 that becomes f32: %w",
				b.Name, t.DType, b.Type.Type, b.Shape, graph.ErrUnsupported)
		}
		to := place{At: m.At(b), Count: b.Shape.Elems(), Bits: bits}
		if bits == 8 {
			scale, ok := f.Find(b.Name + ".scale8")
			if !ok {
				return nil, nil, fmt.Errorf("standalone: %s of 8 bits has no scales: %w", b.Name, graph.ErrFormat)
			}
			to.Filters = len(scale.Data) / 4
			bytes = append(bytes, scale.Data...)
		}
		bytes = append(bytes, t.Data...)
		bytes = append(bytes, make([]byte, -len(bytes)&3)...)
		places = append(places, to)
	}
	return bytes, places, nil
}

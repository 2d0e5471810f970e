package webgpu

import (
	"encoding/binary"
	"fmt"

	"github.com/fovea-nn/fovea/internal/half"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// halfBytes is what n numbers of 16 bits take, in whole words.
func halfBytes(n int) int { return (n + 1) / 2 * 4 }

// encodeHalf is encode with numbers of 16 bits. One that is too large for that is an error: as an infinity it would spoil all
// that it is multiplied with.
func encodeHalf(name string, t plan.Tensor) ([]byte, error) {
	b := make([]byte, 0, halfBytes(len(t.F32)))
	for i, v := range t.F32 {
		if v > half.Max || v < -half.Max {
			return nil, fmt.Errorf("webgpu: %s[%d] is %g, half precision ends at %d; use full precision: %w", name, i, v, half.Max, graph.ErrUnsupported)
		}
		b = binary.LittleEndian.AppendUint16(b, half.Narrow(v))
	}
	return b[:cap(b)], nil
}

func decodeHalf(b []byte, typ graph.Type) plan.Tensor {
	t := plan.Tensor{Shape: typ.Shape, Type: typ.Type, F32: make([]float32, typ.Shape.Elems())}
	for i := range t.F32 {
		t.F32[i] = half.Widen(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return t
}

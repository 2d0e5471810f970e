package nn

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/fovea-nn/fovea/nn/plan"
)

// Digest returns SHA-256 over the parameters and states as they are in use (see train.Session.InUse): equal where they are equal to
// the bit, before a net is saved and after it was loaded. What is hashed is, for each value in the order of their names, a line of
// name and shape, such as
//
//	conv1.weight [3,3,1,8]
//
// and its numbers in 4 bytes each, little-endian.
//
// Source: FIPS 180-4, "Secure hash standard", 2015.
func (n *Net) Digest(ctx context.Context) ([sha256.Size]byte, error) {
	values, err := n.InUse(ctx)
	if err != nil {
		return [sha256.Size]byte{}, err
	}
	return digest(values), nil
}

func digest(values map[string]plan.Tensor) [sha256.Size]byte {
	h := sha256.New()
	block := make([]byte, 0, 4096)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(h, "%s %v\n", name, values[name].Shape)
		for some := range slices.Chunk(values[name].F32, cap(block)/4) {
			block = block[:0]
			for _, v := range some {
				block = binary.LittleEndian.AppendUint32(block, math.Float32bits(v))
			}
			h.Write(block)
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
}

package data

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// Digest returns SHA-256 over all that a set is, so that the same data have the same digest wherever they came from. What is
// hashed are lines of text,
//
//	fovea data 1
//	shape [28 28 1]
//	label []
//	classes ["zero" "one"]
//	samples 60000 byte
//
// with float in place of byte for a set of numbers, then the labels in 4 bytes each and the samples in 1 byte or 4 bytes a value,
// little-endian. yield, where not nil, is called after each sample, so that a page can breathe.
//
// It returns ctx's error when that ends. Source: FIPS 180-4, "Secure hash standard", 2015.
func (s *Set) Digest(ctx context.Context, yield func()) ([sha256.Size]byte, error) {
	kind := "byte"
	if s.Floats != nil {
		kind = "float"
	}
	h := sha256.New()
	fmt.Fprintf(h, "fovea data 1\nshape %d\nlabel %d\nclasses %q\nsamples %d %s\n", s.Shape, s.LabelShape, s.Classes, s.Len(), kind)
	var b []byte
	for _, l := range s.Labels {
		b = binary.LittleEndian.AppendUint32(b, uint32(l))
	}
	h.Write(b)
	for i := range s.Len() {
		if s.Floats != nil {
			b = b[:0]
			for _, v := range s.Values(i) {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
			}
		} else {
			b = s.Image(i)
		}
		h.Write(b)
		if yield != nil {
			yield()
		}
		if err := ctx.Err(); err != nil {
			return [sha256.Size]byte{}, err
		}
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

package pb

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// buffer is what Encode has written so far. Numbers that are 0 and empty texts are left out, which is how the format says
// that they are missing, but by the methods varint, float, bytes and always.
type buffer []byte

func (b *buffer) tag(num protowire.Number, typ protowire.Type) {
	*b = protowire.AppendTag(*b, num, typ)
}

// message writes a message whose fields body writes. Its length stands in front of it and is known only afterwards, so the
// body moves by the bytes of the length: that is cheaper than a buffer for each message, and takes no memory.
func (b *buffer) message(num protowire.Number, body func()) {
	b.tag(num, protowire.BytesType)
	start := len(*b)
	body()
	b.prefix(start)
}

// optional writes a message unless it is nil.
func optional[T any](b *buffer, num protowire.Number, v *T, write func(b *buffer, v *T)) {
	if v != nil {
		b.message(num, func() { write(b, v) })
	}
}

// list writes a message for each of values.
func list[T any](b *buffer, num protowire.Number, values []*T, write func(b *buffer, v *T)) {
	for _, v := range values {
		b.message(num, func() { write(b, v) })
	}
}

// prefix puts the length of what was written from start on in front of it.
func (b *buffer) prefix(start int) {
	n := len(*b) - start
	var space [10]byte
	shift := protowire.SizeVarint(uint64(n))
	*b = append(*b, space[:shift]...)
	copy((*b)[start+shift:], (*b)[start:start+n])
	protowire.AppendVarint((*b)[:start], uint64(n))
}

func (b *buffer) varint(num protowire.Number, v uint64) {
	b.tag(num, protowire.VarintType)
	*b = protowire.AppendVarint(*b, v)
}

func (b *buffer) int(num protowire.Number, v int64) {
	if v != 0 {
		b.varint(num, uint64(v))
	}
}

func (b *buffer) float(num protowire.Number, v float32) {
	b.tag(num, protowire.Fixed32Type)
	*b = protowire.AppendFixed32(*b, math.Float32bits(v))
}

func (b *buffer) bytes(num protowire.Number, v []byte) {
	b.tag(num, protowire.BytesType)
	*b = protowire.AppendBytes(*b, v)
}

func (b *buffer) always(num protowire.Number, v string) {
	b.tag(num, protowire.BytesType)
	*b = protowire.AppendString(*b, v)
}

func (b *buffer) text(num protowire.Number, v string) {
	if v != "" {
		b.always(num, v)
	}
}

func (b *buffer) texts(num protowire.Number, v []string) {
	for _, s := range v {
		b.always(num, s)
	}
}

// packed writes a list of numbers as varints.
func packed[T int32 | int64 | uint64](b *buffer, num protowire.Number, v []T) {
	if len(v) == 0 {
		return
	}
	b.tag(num, protowire.BytesType)
	start := len(*b)
	for _, x := range v {
		*b = protowire.AppendVarint(*b, uint64(x))
	}
	b.prefix(start)
}

func (b *buffer) floats(num protowire.Number, v []float32) {
	if len(v) == 0 {
		return
	}
	b.tag(num, protowire.BytesType)
	*b = protowire.AppendVarint(*b, 4*uint64(len(v)))
	for _, x := range v {
		*b = protowire.AppendFixed32(*b, math.Float32bits(x))
	}
}

func (b *buffer) doubles(num protowire.Number, v []float64) {
	if len(v) == 0 {
		return
	}
	b.tag(num, protowire.BytesType)
	*b = protowire.AppendVarint(*b, 8*uint64(len(v)))
	for _, x := range v {
		*b = protowire.AppendFixed64(*b, math.Float64bits(x))
	}
}

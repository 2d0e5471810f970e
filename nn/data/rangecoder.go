package data

import "encoding/binary"

// coder is a binary range coder: it narrows an interval of 64-bit numbers by each bit's probability
// and passes on the upper half of the numbers when the interval has become small.
// One type does both directions, so that one model can walk a picture for both: bit returns the bit
// that it was given when encoding, and the bit that it read when decoding.
//
// Source: G. N. N. Martin, "Range encoding: an algorithm for removing redundancy from a digitised
// message", 1979.
type coder struct {
	size     uint64 // of the interval
	low      uint64 // encoding: its start; decoding: the number read, from its start
	decoding bool
	data     []byte // written so far, or still to read
	missing  int    // bytes read behind the end
}

func newEncoder() *coder { return &coder{size: 1<<64 - 1} }

func newDecoder(data []byte) *coder {
	c := &coder{size: 1<<64 - 1, decoding: true, data: data}
	c.low = c.read()
	c.low = c.low<<32 | c.read()
	return c
}

// read takes 4 bytes; behind the end it reads zeros and counts them.
func (c *coder) read() uint64 {
	if len(c.data) < 4 {
		var last [4]byte
		c.missing += 4 - copy(last[:], c.data)
		c.data = nil
		return uint64(binary.BigEndian.Uint32(last[:]))
	}
	v := binary.BigEndian.Uint32(c.data)
	c.data = c.data[4:]
	return uint64(v)
}

// bit codes one bit that is 1 with probability p/65536, 0 < p < 65536.
func (c *coder) bit(bit int, p uint32) int {
	bound := c.size >> 16 * uint64(p) // the first part of the interval stands for 1
	if c.decoding {
		if c.low < bound {
			bit = 1
			c.size = bound
		} else {
			bit = 0
			c.low -= bound
			c.size -= bound
		}
		if c.size < 1<<32 {
			c.low = c.low<<32 | c.read()
			c.size <<= 32
		}
		return bit
	}
	if bit == 1 {
		c.size = bound
	} else {
		c.size -= bound
		c.low += bound
		if c.low < bound { // it overflowed: carry into what is written
			for i := len(c.data) - 1; i >= 0; i-- {
				if c.data[i]++; c.data[i] != 0 {
					break
				}
			}
		}
	}
	if c.size < 1<<32 {
		c.data = binary.BigEndian.AppendUint32(c.data, uint32(c.low>>32))
		c.low <<= 32
		c.size <<= 32
	}
	return bit
}

// finish returns what was encoded.
func (c *coder) finish() []byte { return binary.BigEndian.AppendUint64(c.data, c.low) }

// atEnd reports whether decoding has used all data and found what finish wrote.
func (c *coder) atEnd() bool { return c.missing == 0 && len(c.data) == 0 && c.low == 0 }

// overrun reports whether decoding needed bytes that the data does not have.
func (c *coder) overrun() bool { return c.missing > 0 }

// chance is an adaptive probability of a 1, in 1/65536.
type chance uint16

func newChances(n int) []chance {
	cs := make([]chance, n)
	for i := range cs {
		cs[i] = 1 << 15
	}
	return cs
}

// code codes a bit by the chance and moves the chance towards it.
func (h *chance) code(c *coder, bit int) int {
	p := uint32(*h)
	bit = c.bit(bit, p)
	if bit == 1 {
		*h = chance(p + (65535-p)>>6)
	} else {
		*h = chance(p - (p-32)>>6)
	}
	return bit
}

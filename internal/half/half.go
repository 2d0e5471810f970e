// Package half converts numbers of 16 bits, IEEE 754 binary16.
package half

import "math"

// Max is the largest finite number of 16 bits.
const Max = 65504

// Widen returns the number whose 16 bits are h, exactly.
func Widen(h uint16) float32 {
	sign, exp, frac := uint32(h>>15)<<31, uint32(h>>10&31), uint32(h&1023)
	switch exp {
	case 0: // zero and subnormal: frac · 2⁻²⁴
		v := float32(frac) / (1 << 24)
		return math.Float32frombits(math.Float32bits(v) | sign)
	case 31: // infinity and NaN
		return math.Float32frombits(sign | 255<<23 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}

// Narrow returns the bits of the nearest number, the even one of two that are as near. Beyond Max, by half of a last place
// or more, it is infinite; NaN stays NaN.
func Narrow(v float32) uint16 {
	bits := math.Float32bits(v)
	sign, rest := uint16(bits>>16&0x8000), bits&0x7fffffff
	switch {
	case rest > 0x7f800000: // NaN: quiet, with what fits of its bits
		return sign | 0x7e00 | uint16(rest>>13&0x1ff)
	case rest >= 0x477ff000: // 65520 and more
		return sign | 0x7c00
	case rest < 0x38800000: // below 2⁻¹⁴: a multiple of 2⁻²⁴, which adding 0.5 rounds to
		return sign | uint16(math.Float32bits(math.Float32frombits(rest)+0.5)-0x3f000000)
	}
	return sign | uint16((rest-0x38000000+0xfff+(rest>>13&1))>>13)
}

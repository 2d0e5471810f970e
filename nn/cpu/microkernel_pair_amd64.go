//go:build goexperiment.simd

package cpu

import "simd/archsimd"

func init() {
	if archsimd.X86.AVX512() && vectors {
		microkernel2 = microkernelPair
	}
}

// microkernelPair is the micro-kernel for two panels of the right side at once, with vectors of 16 columns, one half from each: what
// limits the micro-kernel is spreading numbers of the left side over vectors, and these are twice as long.
func microkernelPair(a, b, b2 []float32, acc, acc2 *[mr * nr]float32) {
	var c0, c1, c2, c3, c4, c5, c6, c7 archsimd.Float32x16
	add := func(a *[mr]float32, b, b2 *[nr]float32) {
		y := both(b, b2)
		c0 = splat16(&a[0]).MulAdd(y, c0)
		c1 = splat16(&a[1]).MulAdd(y, c1)
		c2 = splat16(&a[2]).MulAdd(y, c2)
		c3 = splat16(&a[3]).MulAdd(y, c3)
		c4 = splat16(&a[4]).MulAdd(y, c4)
		c5 = splat16(&a[5]).MulAdd(y, c5)
		c6 = splat16(&a[6]).MulAdd(y, c6)
		c7 = splat16(&a[7]).MulAdd(y, c7)
	}
	for len(a) >= 4*mr && len(b) >= 4*nr && len(b2) >= 4*nr {
		add((*[mr]float32)(a), (*[nr]float32)(b), (*[nr]float32)(b2))
		add((*[mr]float32)(a[mr:]), (*[nr]float32)(b[nr:]), (*[nr]float32)(b2[nr:]))
		add((*[mr]float32)(a[2*mr:]), (*[nr]float32)(b[2*nr:]), (*[nr]float32)(b2[2*nr:]))
		add((*[mr]float32)(a[3*mr:]), (*[nr]float32)(b[3*nr:]), (*[nr]float32)(b2[3*nr:]))
		a, b, b2 = a[4*mr:], b[4*nr:], b2[4*nr:]
	}
	for len(a) >= mr && len(b) >= nr && len(b2) >= nr {
		add((*[mr]float32)(a), (*[nr]float32)(b), (*[nr]float32)(b2))
		a, b, b2 = a[mr:], b[nr:], b2[nr:]
	}
	for i, c := range [mr]archsimd.Float32x16{c0, c1, c2, c3, c4, c5, c6, c7} {
		c.GetLo().StoreSlice(acc[i*nr:])
		c.GetHi().StoreSlice(acc2[i*nr:])
	}
	archsimd.ClearAVXUpperBits()
}

func both(b, b2 *[nr]float32) archsimd.Float32x16 {
	var y archsimd.Float32x16
	return y.SetLo(archsimd.LoadFloat32x8(b)).SetHi(archsimd.LoadFloat32x8(b2))
}

func splat16(x *float32) archsimd.Float32x16 {
	var v archsimd.Float32x4
	return v.SetElem(0, *x).Broadcast1To16()
}

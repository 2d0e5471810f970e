//go:build goexperiment.simd

package cpu

import "simd/archsimd"

// One vector of 8 columns for each of 8 rows: 42 GFLOP/s a core with AVX2. 4 x 16 is no faster so written and leaves
// lanes empty where a layer has 8, 10 or 20 filters; with 12 sums or more the compiler spills.
const mr, nr = 8, 8

// vectors says whether the processor has what the micro-kernel is made of.
var vectors = archsimd.X86.AVX2() && archsimd.X86.FMA()

// microkernel computes acc[i][j] = Σ k a[k][i]·b[k][j]. The products are not rounded before they are added.
func microkernel(a, b []float32, acc *[mr * nr]float32) {
	if !vectors {
		microkernelPlain(a, b, acc)
		return
	}
	var c0, c1, c2, c3, c4, c5, c6, c7 archsimd.Float32x8
	add := func(a *[mr]float32, b *[nr]float32) { // is inlined, so that sums stay in registers
		y := load(b[:])
		c0 = splat(&a[0]).MulAdd(y, c0)
		c1 = splat(&a[1]).MulAdd(y, c1)
		c2 = splat(&a[2]).MulAdd(y, c2)
		c3 = splat(&a[3]).MulAdd(y, c3)
		c4 = splat(&a[4]).MulAdd(y, c4)
		c5 = splat(&a[5]).MulAdd(y, c5)
		c6 = splat(&a[6]).MulAdd(y, c6)
		c7 = splat(&a[7]).MulAdd(y, c7)
	}
	for len(a) >= 4*mr && len(b) >= 4*nr { // by four: the compiler moves sums between registers at the end of a loop
		add((*[mr]float32)(a), (*[nr]float32)(b))
		add((*[mr]float32)(a[mr:]), (*[nr]float32)(b[nr:]))
		add((*[mr]float32)(a[2*mr:]), (*[nr]float32)(b[2*nr:]))
		add((*[mr]float32)(a[3*mr:]), (*[nr]float32)(b[3*nr:]))
		a, b = a[4*mr:], b[4*nr:]
	}
	for len(a) >= mr && len(b) >= nr {
		add((*[mr]float32)(a), (*[nr]float32)(b))
		a, b = a[mr:], b[nr:]
	}
	c0.StoreSlice(acc[0*nr:])
	c1.StoreSlice(acc[1*nr:])
	c2.StoreSlice(acc[2*nr:])
	c3.StoreSlice(acc[3*nr:])
	c4.StoreSlice(acc[4*nr:])
	c5.StoreSlice(acc[5*nr:])
	c6.StoreSlice(acc[6*nr:])
	c7.StoreSlice(acc[7*nr:])
	archsimd.ClearAVXUpperBits() // what follows is scalar code, slow beside dirty upper halves
}

// The compiler begins the functions that it inlines one after the other, so loads in load and splat come late, when
// their register is needed; written in the micro-kernel they all come first and sums are spilled: 29 GFLOP/s.

func load(x []float32) archsimd.Float32x8 { return archsimd.LoadFloat32x8((*[8]float32)(x)) }

func splat(x *float32) archsimd.Float32x8 {
	var v archsimd.Float32x4
	return v.SetElem(0, *x).Broadcast1To8()
}

// microkernelPlain is the micro-kernel for processors before 2013.
func microkernelPlain(a, b []float32, acc *[mr * nr]float32) {
	clear(acc[:])
	for k := 0; k < len(a)/mr; k++ {
		for i, x := range a[k*mr : (k+1)*mr] {
			for j, y := range b[k*nr : (k+1)*nr] {
				acc[i*nr+j] += x * y
			}
		}
	}
}

func init() {
	if vectors {
		addRuns, axpy = addRunsVectors, axpyVectors
	}
}

// addRunsVectors does as addRunsPlain.
func addRunsVectors(dw, image []float32, hits []hit) {
	for len(dw) >= 32 {
		w := (*[32]float32)(dw)
		s0, s1, s2, s3 := load(w[0:8]), load(w[8:16]), load(w[16:24]), load(w[24:32])
		for i := range hits {
			h := &hits[i]
			x, d := (*[32]float32)(image[h.corner:]), splat(&h.d)
			s0 = load(x[0:8]).MulAdd(d, s0)
			s1 = load(x[8:16]).MulAdd(d, s1)
			s2 = load(x[16:24]).MulAdd(d, s2)
			s3 = load(x[24:32]).MulAdd(d, s3)
		}
		s0.StoreSlice(w[0:8])
		s1.StoreSlice(w[8:16])
		s2.StoreSlice(w[16:24])
		s3.StoreSlice(w[24:32])
		dw, image = dw[32:], image[32:]
	}
	for len(dw) >= 8 {
		s := load(dw)
		for i := range hits {
			h := &hits[i]
			s = load(image[h.corner:]).MulAdd(splat(&h.d), s)
		}
		s.StoreSlice(dw)
		dw, image = dw[8:], image[8:]
	}
	archsimd.ClearAVXUpperBits()
	addRunsPlain(dw, image, hits)
}

// axpyVectors does as axpyPlain.
func axpyVectors(a float32, x, y []float32) {
	v := splat(&a)
	for len(x) >= 8 && len(y) >= 8 {
		load(x).MulAdd(v, load(y)).StoreSlice(y)
		x, y = x[8:], y[8:]
	}
	archsimd.ClearAVXUpperBits()
	axpyPlain(a, x, y)
}

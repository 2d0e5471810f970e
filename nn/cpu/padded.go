package cpu

import "github.com/fovea-nn/fovea/nn/op"

// padded is the geometry of a convolution in images whose padding is written out, as zeros: every window is whole, and its
// numbers lie at the same places from its corner on.
type padded struct {
	op.Geometry
	size   [3]int // of an image with its padding, as far as windows reach
	run    int    // how many numbers of a window lie side by side: KW·C of a row, or a group's C/groups under a tap
	offset []int  // where each run begins, from the window's corner on; in the order of the filters
	corner []int  // where the window of each flat output position begins
}

func newPadded(g op.Geometry) padded {
	v := padded{Geometry: g, run: g.C / g.Groups}
	for a := range v.size {
		v.size[a] = (g.Out[a]-1)*g.S[a] + (g.K[a]-1)*g.D[a] + 1
	}
	runs := g.K[2] // in a row of a window
	if g.D[2] == 1 && g.Groups == 1 {
		v.run, runs = g.K[2]*g.C, 1
	}
	for kd := range g.K[0] {
		for kh := range g.K[1] {
			for kw := range runs {
				v.offset = append(v.offset, v.place(kd*g.D[0], kh*g.D[1], kw*g.D[2]))
			}
		}
	}
	v.corner = make([]int, g.OutPlane())
	for p := range v.corner {
		d, h, w := v.position(p)
		v.corner[p] = v.place(d*g.S[0], h*g.S[1], w*g.S[2])
	}
	return v
}

// place is where position d, h, w begins in the padded image.
func (v *padded) place(d, h, w int) int { return ((d*v.size[1]+h)*v.size[2] + w) * v.C }

// position splits a flat output position.
func (v *padded) position(p int) (d, h, w int) {
	return p / (v.Out[1] * v.Out[2]), p / v.Out[2] % v.Out[1], p % v.Out[2]
}

// same says whether an image is its own padded one.
func (v *padded) same() bool { return v.size == v.In && v.Before == [3]int{} }

// images returns memory of a padded image for each thread. Where images are their own, it is empty.
func (v *padded) images(c *compiler) [][]float32 {
	if v.same() {
		return c.perThread(0)
	}
	return c.perThread(v.place(v.size[0], 0, 0))
}

// pad returns the padded image, written to dst as far as the windows of output positions lo to hi-1 reach. What dst has
// beside rows of the image stays as it is: 0.
func (v *padded) pad(dst, image []float32, lo, hi int) []float32 {
	if v.same() {
		return image
	}
	d0, h0, _ := v.position(lo)
	d1, h1, _ := v.position(hi - 1)
	if d0 != d1 {
		h0, h1 = 0, v.Out[1]-1
	}
	v.rows(d0, d1, h0, h1, func(in, out, n int) { copy(dst[out:out+n], image[in:]) })
	return dst
}

// unpad writes to the image what the padded one has in its place; where no window reaches, 0.
func (v *padded) unpad(image, padded []float32) {
	if v.same() {
		return
	}
	clear(image)
	v.rows(0, v.Out[0]-1, 0, v.Out[1]-1, func(in, out, n int) { copy(image[in:in+n], padded[out:]) })
}

// rows calls f for each row of the image that windows of output planes d0 to d1 and rows h0 to h1 see: n numbers from in
// on, in the padded image from out on.
func (v *padded) rows(d0, d1, h0, h1 int, f func(in, out, n int)) {
	// seen is the part of an axis, in padded positions, that lies in the image and under windows first to last.
	seen := func(a, first, last int) (lo, hi int) {
		return max(first*v.S[a], v.Before[a]), min(last*v.S[a]+(v.K[a]-1)*v.D[a]+1, v.Before[a]+v.In[a])
	}
	dLo, dHi := seen(0, d0, d1)
	hLo, hHi := seen(1, h0, h1)
	w, wHi := seen(2, 0, v.Out[2]-1)
	if w >= wHi {
		return
	}
	for d := dLo; d < dHi; d++ {
		for h := hLo; h < hHi; h++ {
			in := ((d-v.Before[0])*v.In[1]+h-v.Before[1])*v.In[2] + w - v.Before[2]
			f(in*v.C, v.place(d, h, w), (wHi-w)*v.C)
		}
	}
}

package cpu

import (
	"testing"

	"github.com/fovea-nn/fovea/nn/op"
)

// TestPadded compares the windows of padded images with the image under each tap, for every range of output positions.
func TestPadded(t *testing.T) {
	one := [3]int{1, 1, 1}
	for name, g := range map[string]op.Geometry{
		"5x5 same":      {C: 2, Groups: 1, In: [3]int{1, 5, 6}, Out: [3]int{1, 5, 6}, K: [3]int{1, 5, 5}, S: one, D: one, Before: [3]int{0, 2, 2}},
		"1x1":           {C: 3, Groups: 1, In: [3]int{1, 4, 3}, Out: [3]int{1, 4, 3}, K: one, S: one, D: one},
		"stride leaves": {C: 1, Groups: 1, In: [3]int{1, 8, 9}, Out: [3]int{1, 2, 3}, K: [3]int{1, 2, 2}, S: [3]int{1, 3, 3}, D: one},
		"groups":        {C: 4, Groups: 2, In: [3]int{1, 4, 4}, Out: [3]int{1, 4, 4}, K: [3]int{1, 3, 3}, S: one, D: one, Before: [3]int{0, 1, 1}},
		"dilated":       {C: 2, Groups: 1, In: [3]int{1, 7, 7}, Out: [3]int{1, 4, 5}, K: [3]int{1, 3, 2}, S: [3]int{1, 2, 1}, D: [3]int{1, 2, 2}, Before: [3]int{0, 2, 0}},
		"cropped":       {C: 1, Groups: 1, In: [3]int{1, 6, 6}, Out: [3]int{1, 3, 3}, K: [3]int{1, 2, 2}, S: one, D: one, Before: [3]int{0, -1, -1}},
		"only padding":  {C: 1, Groups: 1, In: [3]int{1, 2, 2}, Out: [3]int{1, 4, 4}, K: [3]int{1, 2, 2}, S: [3]int{1, 3, 3}, D: one, Before: [3]int{0, 5, 5}},
		"volume":        {C: 2, Groups: 1, In: [3]int{3, 4, 3}, Out: [3]int{3, 2, 3}, K: [3]int{3, 3, 3}, S: [3]int{1, 2, 1}, D: one, Before: one},
	} {
		v := newPadded(g)
		image := make([]float32, v.InPlane()*v.C)
		for i := range image {
			image[i] = float32(i + 1)
		}
		dst := v.images(&compiler{threads: 1})[0]
		for lo := range v.OutPlane() {
			for hi := lo + 1; hi <= v.OutPlane(); hi++ {
				clear(dst)
				padded := v.pad(dst, image, lo, hi)
				for p := lo; p < hi; p++ {
					for e := range v.run * len(v.offset) {
						got, want := padded[v.corner[p]+v.offset[e/v.run]+e%v.run], v.under(image, p, e)
						if got != want {
							t.Fatalf("%s, positions %d to %d: window %d: [%d]: got %g, want %g", name, lo, hi, p, e, got, want)
						}
					}
				}
			}
		}
		back := make([]float32, len(image))
		v.unpad(back, v.pad(dst, image, 0, v.OutPlane()))
		for i, x := range back {
			if !v.same() && x != 0 && x != image[i] {
				t.Errorf("%s: and back: [%d]: got %g, want %g or 0", name, i, x, image[i])
			}
		}
	}
}

// under is the number under element e of the window of output position p, of the first group.
func (v *padded) under(image []float32, p, e int) float32 {
	cg := v.C / v.Groups
	tap := e / cg
	k := [3]int{tap / (v.K[1] * v.K[2]), tap / v.K[2] % v.K[1], tap % v.K[2]}
	d, h, w := v.position(p)
	var in [3]int
	for a, o := range [3]int{d, h, w} {
		in[a] = o*v.S[a] - v.Before[a] + k[a]*v.D[a]
		if in[a] < 0 || in[a] >= v.In[a] {
			return 0
		}
	}
	return image[((in[0]*v.In[1]+in[1])*v.In[2]+in[2])*v.C+e%cg]
}

package cpu

import (
	"github.com/fovea-nn/fovea/nn/op"
)

// Behind a max-pooling most of a convolution's output gets no gradient. These kernels walk over the winners alone, in
// images padded with zeros so that every window is whole. Filters are laid out [F][KH][KW·C]: a row of a window is one
// run. Two spatial axes, one group (the planner asks for no others).

type sparse struct {
	padded
	plane int // pooled positions
}

func newSparse(n *compiler, pooled int) *sparse {
	g := op.ConvGeometry(op.ConvOfPooled(n.node))
	return &sparse{newPadded(g), pooled / g.N / g.F}
}

// hit is one winner that got a gradient.
type hit struct {
	corner int32
	d      float32
}

func init() {
	kernels[op.ConvGradWeightPooled] = func(c *compiler) func() {
		s := newSparse(c, c.in[1].shape.Elems())
		x, dy, at, dw := c.in[0].f32, c.in[1].f32, c.in[2].i32, c.out[0].f32
		k, inImage := len(s.offset)*s.run, s.InPlane()*s.C
		size := s.F * k
		chunks, bounds := blocks(s.N, (s.N+gradChunks-1)/gradChunks, 1)
		partial := c.floats(chunks * size)
		images := s.images(c)
		hits := make([][]hit, c.threads)
		for t := range hits {
			hits[t] = make([]hit, 0, s.plane)
		}
		return func() {
			c.parallel(chunks, func(t, i int) {
				sum := partial[i*size : (i+1)*size]
				clear(sum)
				lo, hi := bounds(i)
				for n := lo; n < hi; n++ {
					image := s.pad(images[t], x[n*inImage:(n+1)*inImage], 0, s.OutPlane())
					for f := range s.F {
						hits[t] = s.hits(hits[t][:0], dy, at, n, f)
						for j, off := range s.offset {
							addRuns(sum[f*k+j*s.run:f*k+(j+1)*s.run], image[off:], hits[t])
						}
					}
				}
			})
			for i := 1; i < chunks; i++ {
				for j, v := range partial[i*size : (i+1)*size] {
					partial[j] += v
				}
			}
			for f := range s.F {
				for j, v := range partial[f*k : (f+1)*k] {
					dw[j*s.F+f] = v
				}
			}
		}
	}
	kernels[op.ConvGradInputPooled] = func(c *compiler) func() {
		s := newSparse(c, c.in[0].shape.Elems())
		dy, at, w, dx := c.in[0].f32, c.in[1].i32, c.in[2].f32, c.out[0].f32
		k, inImage := len(s.offset)*s.run, s.InPlane()*s.C
		filters := c.floats(s.F * k)
		images := s.images(c)
		return func() {
			for f := range s.F {
				for j := range k {
					filters[f*k+j] = w[j*s.F+f]
				}
			}
			c.parallel(s.N, func(t, n int) {
				image, sum := dx[n*inImage:(n+1)*inImage], images[t]
				if s.same() {
					sum = image
				}
				clear(sum)
				base := n * s.plane * s.F
				for o, d := range dy[base : base+s.plane*s.F] {
					if d == 0 {
						continue
					}
					f := o % s.F
					corner := s.corner[at[base+o]]
					for j, off := range s.offset {
						axpy(d, filters[f*k+j*s.run:f*k+(j+1)*s.run], sum[corner+off:])
					}
				}
				s.unpad(image, sum)
			})
		}
	}
}

// hits lists the winners of image n and filter f whose gradient is not 0.
func (s *sparse) hits(list []hit, dy []float32, at []int32, n, f int) []hit {
	for p := range s.plane {
		o := (n*s.plane+p)*s.F + f
		if d := dy[o]; d != 0 {
			list = append(list, hit{int32(s.corner[at[o]]), d})
		}
	}
	return list
}

// Loops that vectors do faster, where there are any: microkernel_amd64.go.
var addRuns, axpy = addRunsPlain, axpyPlain

// addRunsPlain adds to dw, for every hit, d times the image from its corner on: eight sums stay in registers.
func addRunsPlain(dw, image []float32, hits []hit) {
	for len(dw) >= 8 {
		w := (*[8]float32)(dw)
		s0, s1, s2, s3, s4, s5, s6, s7 := w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]
		for _, h := range hits {
			x, d := (*[8]float32)(image[h.corner:]), h.d
			s0 += d * x[0]
			s1 += d * x[1]
			s2 += d * x[2]
			s3 += d * x[3]
			s4 += d * x[4]
			s5 += d * x[5]
			s6 += d * x[6]
			s7 += d * x[7]
		}
		*w = [8]float32{s0, s1, s2, s3, s4, s5, s6, s7}
		dw, image = dw[8:], image[8:]
	}
	for i := range dw {
		s := dw[i]
		for _, h := range hits {
			s += h.d * image[int(h.corner)+i]
		}
		dw[i] = s
	}
}

// axpyPlain adds a·x to y.
func axpyPlain(a float32, x, y []float32) {
	for len(x) >= 4 && len(y) >= 4 {
		p, q := (*[4]float32)(x), (*[4]float32)(y)
		q[0] += a * p[0]
		q[1] += a * p[1]
		q[2] += a * p[2]
		q[3] += a * p[3]
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		y[i] += a * v
	}
}

package cpu

import (
	"github.com/fovea-nn/fovea/nn/op"
)

// window calls f for every input position, flat in its plane, under output position (od, oh, ow).
func window(g *op.Geometry, od, oh, ow int, f func(in int)) {
	for kd := range g.K[0] {
		d := od*g.S[0] - g.Before[0] + kd*g.D[0]
		for kh := range g.K[1] {
			h := oh*g.S[1] - g.Before[1] + kh*g.D[1]
			if d < 0 || d >= g.In[0] || h < 0 || h >= g.In[1] {
				continue
			}
			for kw := range g.K[2] {
				if w := ow*g.S[2] - g.Before[2] + kw*g.D[2]; w >= 0 && w < g.In[2] {
					f((d*g.In[1]+h)*g.In[2] + w)
				}
			}
		}
	}
}

// eachOutput calls f for every output position in order.
func eachOutput(g *op.Geometry, f func(out, od, oh, ow int)) {
	out := 0
	for od := range g.Out[0] {
		for oh := range g.Out[1] {
			for ow := range g.Out[2] {
				f(out, od, oh, ow)
				out++
			}
		}
	}
}

// places returns where a maximum's winners of image n go, or nil if nothing reads them.
func (c *compiler) places(n, image int) []int32 {
	if len(c.out) < 2 {
		return nil
	}
	return c.out[1].i32[n*image:]
}

// maxPoolImage pools one image; the first of equal elements wins. A window that NaN enters yields NaN. at, where not
// nil, takes the winners' places.
func maxPoolImage(g *op.Geometry, x, y []float32, at []int32) {
	if at == nil {
		maxValues(g, x, y)
		return
	}
	eachOutput(g, func(out, od, oh, ow int) {
		best, place := y[out*g.C:(out+1)*g.C], at[out*g.C:(out+1)*g.C]
		first := true
		window(g, od, oh, ow, func(in int) {
			row := x[in*g.C : (in+1)*g.C]
			if first {
				first = false
				copy(best, row)
				for c := range place {
					place[c] = int32(in)
				}
				return
			}
			place := place[:len(row)]
			best := best[:len(row)]
			for c, v := range row {
				if v > best[c] || v != v {
					best[c], place[c] = v, int32(in)
				}
			}
		})
	})
}

// maxValues is maxPoolImage without places.
func maxValues(g *op.Geometry, x, y []float32) {
	eachOutput(g, func(out, od, oh, ow int) {
		best := y[out*g.C : (out+1)*g.C]
		first := true
		window(g, od, oh, ow, func(in int) {
			row := x[in*g.C : (in+1)*g.C]
			if first {
				first = false
				copy(best, row)
				return
			}
			maxInto(best, row)
		})
	})
}

func init() {
	kernels[op.Pool] = func(c *compiler) func() {
		a, g := c.node.Attrs.(op.PoolAttrs), op.PoolGeometry(c.node)
		x, y := c.in[0].f32, c.out[0].f32
		in, out := g.InPlane()*g.C, g.OutPlane()*g.C
		post := c.epilogue()
		tasks, bounds := blocks(g.N, minPoolTask/in, 1)
		var counts []float32
		if a.Kind != op.PoolMax {
			counts = poolCounts(c, &a, &g)
		}
		return func() {
			c.parallel(tasks, func(t, i int) {
				lo, hi := bounds(i)
				for n := lo; n < hi; n++ {
					if a.Kind == op.PoolMax {
						maxPoolImage(&g, x[n*in:], y[n*out:], c.places(n, out))
						continue
					}
					sumPoolImage(&g, x[n*in:], y[n*out:(n+1)*out])
					divide(y[n*out:(n+1)*out], y[n*out:], counts, g.C)
				}
				post(t, lo*out, hi*out)
			})
		}
	}
	kernels[op.PoolGrad] = func(c *compiler) func() {
		a, g := c.node.Attrs.(op.PoolAttrs), op.PoolGeometry(c.node)
		dy, dx := c.in[0].f32, c.out[0].f32
		in, out := g.InPlane()*g.C, g.OutPlane()*g.C
		post := c.epilogue()
		tasks, bounds := blocks(g.N, minPoolTask/in, 1)
		var counts []float32
		var shares [][]float32
		if a.Kind != op.PoolMax {
			counts, shares = poolCounts(c, &a, &g), c.perThread(out)
		}
		return func() {
			c.parallel(tasks, func(t, i int) {
				lo, hi := bounds(i)
				clear(dx[lo*in : hi*in])
				for n := lo; n < hi; n++ {
					image, d := dx[n*in:(n+1)*in], dy[n*out:(n+1)*out]
					if a.Kind == op.PoolMax {
						winners := c.in[1].i32[n*out : (n+1)*out]
						for o := 0; o < out; o += g.C {
							for k, v := range d[o : o+g.C] {
								image[int(winners[o+k])*g.C+k] += v
							}
						}
						continue
					}
					divide(shares[t], d, counts, g.C)
					sumPoolGradImage(&g, shares[t], image)
				}
				post(t, lo*in, hi*in)
			})
		}
	}
}

// minPoolTask is how many elements a task has at least, so that images of a few do not cost a task each.
const minPoolTask = 8192

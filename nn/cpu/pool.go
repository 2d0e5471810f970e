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
			best := best[:len(row)]
			for c, v := range row {
				if v > best[c] || v != v {
					best[c] = v
				}
			}
		})
	})
}

func init() {
	kernels[op.Pool] = func(c *compiler) func() {
		a, g := c.node.Attrs.(op.PoolAttrs), op.PoolGeometry(c.node)
		x, y := c.in[0].f32, c.out[0].f32
		in, out := g.InPlane()*g.C, g.OutPlane()*g.C
		post := c.epilogue()
		return func() {
			c.parallel(g.N, func(t, n int) {
				if a.Kind == op.PoolMax {
					maxPoolImage(&g, x[n*in:], y[n*out:], c.places(n, out))
				} else {
					avgPoolImage(&a, &g, x[n*in:], y[n*out:(n+1)*out])
				}
				post(t, n*out, (n+1)*out)
			})
		}
	}
	kernels[op.PoolGrad] = func(c *compiler) func() {
		a, g := c.node.Attrs.(op.PoolAttrs), op.PoolGeometry(c.node)
		dy, dx := c.in[0].f32, c.out[0].f32
		in, out := g.InPlane()*g.C, g.OutPlane()*g.C
		post := c.epilogue()
		return func() {
			c.parallel(g.N, func(t, n int) {
				image := dx[n*in : (n+1)*in]
				clear(image)
				if a.Kind == op.PoolMax {
					for o, d := range dy[n*out : (n+1)*out] {
						image[int(c.in[1].i32[n*out+o])*g.C+o%g.C] += d
					}
				} else {
					avgPoolGradImage(&a, &g, dy[n*out:], image)
				}
				post(t, n*in, (n+1)*in)
			})
		}
	}
}

func avgPoolImage(a *op.PoolAttrs, g *op.Geometry, x, y []float32) {
	clear(y)
	eachOutput(g, func(out, od, oh, ow int) {
		sum := y[out*g.C : (out+1)*g.C]
		window(g, od, oh, ow, func(in int) {
			for c, v := range x[in*g.C : (in+1)*g.C] {
				sum[c] += v
			}
		})
		n := float32(a.Count(g, od, oh, ow))
		for c := range sum {
			sum[c] /= n
		}
	})
}

func avgPoolGradImage(a *op.PoolAttrs, g *op.Geometry, dy, dx []float32) {
	share := make([]float32, g.C)
	eachOutput(g, func(out, od, oh, ow int) {
		n := float32(a.Count(g, od, oh, ow))
		for c := range share {
			share[c] = dy[out*g.C+c] / n
		}
		window(g, od, oh, ow, func(in int) {
			row := dx[in*g.C : (in+1)*g.C]
			for c, v := range share {
				row[c] += v
			}
		})
	})
}

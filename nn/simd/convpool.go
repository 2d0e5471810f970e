package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.ConvPool] = func(c *compiler) {
		conv, pool := op.SplitConvPool(c.node)
		a := c.node.Attrs.(op.ConvPoolAttrs)
		ep := c.newEpilogue(a.Epilogue, 2, conv.Out[0].Shape)
		g, pg := op.ConvGeometry(conv), op.PoolGeometry(pool)
		if !fusesPool(g, pg, ep) {
			y := scratchValue(c.alloc(4*conv.Out[0].Shape.Elems()), conv.Out[0].Shape)
			c.conv(g, ep, y)
			c.pool(a.Pool, pg, &epilogue{}, y)
			return
		}
		v := c.newPooledConvolution(g, pg, ep)
		v.allocWeights(c)
		c.phase(v.tasks(), func(t *task) {
			k := v.task(t)
			k.each(func(p panel) { v.tiles(k, p) })
		})
	}
}

// fusesPool tells whether pooling can take place in registers: windows do not share pixels, and what the epilogue reads
// depends on the filter alone.
func fusesPool(g, pool op.Geometry, ep *epilogue) bool {
	if isDepthwise(g) || g.Out[0] > 1 || pool.Before != [3]int{} || pool.D != [3]int{1, 1, 1} {
		return false
	}
	for i := range pool.S {
		if pool.S[i] < pool.K[i] || (pool.Out[i]-1)*pool.S[i]+pool.K[i] > pool.In[i] {
			return false
		}
	}
	for _, x := range ep.extra {
		if x.kind != perChannel && x.kind != single {
			return false
		}
	}
	return true
}

// pooledConvolution is a convolution whose tiles are the windows of a max-pooling: of the map between the two only the
// winners are stored. Its outputs are those of the pooling.
type pooledConvolution struct {
	*convolution
	ep      *epilogue
	at      []int   // of each pixel of a window of the pooling: bytes from the first one's window
	index   []int32 // and its number in the map
	steps   [2]int  // from a window to the next, down and to the right, in pixels of the map
	columns int     // of the map
}

func (c *compiler) newPooledConvolution(g, pool op.Geometry, ep *epilogue) *pooledConvolution {
	strides := g.S
	var more [3]int
	for i := range 3 {
		more[i] = (pool.K[i] - 1) * strides[i]
		g.S[i] *= pool.S[i]
	}
	columns := g.Out[2]
	g.Out = pool.Out
	v := &pooledConvolution{convolution: c.newConvolution(g, positionsWanted/pool.KernelPlane(), more), ep: ep, columns: columns}
	v.steps = [2]int{pool.S[1], pool.S[2]}
	for i := range pool.K[1] {
		for j := range pool.K[2] {
			v.at = append(v.at, i*strides[1]*v.rowBytes+j*strides[2]*v.colBytes)
			v.index = append(v.index, int32(i*columns+j))
		}
	}
	return v
}

// tiles emits the strip's outputs of a panel. A window that has more sums than there are registers is done in parts.
func (v *pooledConvolution) tiles(k *convTask, p panel) {
	row, rowX, place := k.LocalI32("row"), k.LocalI32("rowX"), k.LocalI32("place")
	x, col, pixel := k.LocalI32("x"), k.LocalI32("col"), k.LocalI32("pixel")
	rowX.Set(k.x)
	place.Set(k.slice.Mul(k.I32(v.Out[1])).Add(k.first).Mul(k.I32(4 * v.Out[2] * v.F)).Add(k.channel))
	k.For(row, k.I32(0), k.count, 1, func() {
		pixel.Set(k.first.Add(row).Mul(k.I32(v.steps[0] * v.columns)))
		x.Set(rowX)
		k.For(col, k.I32(0), k.I32(v.Out[2]), 1, func() {
			v.window(k, p, x, place, pixel)
			x.Inc(v.S[2] * v.colBytes)
			place.Inc(4 * v.F)
			pixel.Inc(v.steps[1])
		})
		rowX.Inc(v.S[1] * v.rowBytes)
	})
}

func (v *pooledConvolution) window(k *convTask, p panel, x, place, pixel wasmasm.I32) {
	best, won := make([]wasmasm.V128, p.vectors), make([]wasmasm.V128, p.vectors)
	for j := range best {
		best[j], won[j] = k.LocalV128("best"), k.LocalV128("won")
	}
	winners := len(k.out) > 1
	part := maxSums / p.vectors
	for from := 0; from < len(v.at); from += part {
		at := v.at[from:min(len(v.at), from+part)]
		k.Scope(func() {
			sums := k.sums(len(at), p.vectors)
			k.clearSums(sums)
			k.products(sums, x, k.w, at, v.convolution.window, k.weightPitch(p))
			for i := range sums {
				for j := range sums[i] {
					y := keep(k.Func, "y", v.ep.apply(k.task, sums[i][j], 4, k.I32(0), 0, k.channel, 16*j))
					n := ints(k.Func, v.index[from+i])
					switch {
					case from+i == 0:
						best[j].Set(y)
						won[j].Set(n)
					case winners:
						won[j].Set(n.Bitselect(won[j], keep(k.Func, "more", y.F32x4Gt(best[j]))))
						best[j].Set(best[j].F32x4Pmax(y))
					default:
						best[j].Set(best[j].F32x4Pmax(y))
					}
				}
			}
		})
	}
	for o, values := range [][]wasmasm.V128{best, won}[:len(k.out)] {
		to := k.LocalI32("to")
		to.Set(k.out[o].Add(place))
		for j, y := range values {
			if o == 1 {
				y.Set(y.I32x4Add(pixel.I32x4Splat()))
			}
			storeLanes(to, 16*j, y, p.lanes(j))
		}
	}
}

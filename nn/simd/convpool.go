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
		if m := winogradTile(g); m > 0 && pg.S == pg.K && pg.K[1] == pg.K[2] && m%pg.K[1] == 0 {
			c.newWinograd(g, m, pg.K[1]).emit(c, ep, c.outputs())
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
	best := make([]maximum, p.vectors)
	part := k.c.positions(p.vectors, len(v.at))
	for from := 0; from < len(v.at); from += part {
		at := v.at[from:min(len(v.at), from+part)]
		sums := k.sums(len(at), p.vectors)
		k.clearSums(sums)
		k.products(sums, x, k.w, at, v.convolution.window, k.weightPitch(p))
		for i := range sums {
			for j := range sums[i] {
				y := v.ep.apply(k.task, sums[i][j], 4, k.I32(0), 0, k.channel, 16*j)
				best[j].take(k.Func, y, v.index[from+i], len(k.out) > 1)
			}
		}
	}
	to := k.LocalI32("to")
	to.Set(k.out[0].Add(place))
	for j := range best {
		storeLanes(to, 16*j, best[j].value, p.lanes(j))
	}
	if len(k.out) > 1 {
		to.Set(k.out[1].Add(place))
		for j := range best {
			storeLanes(to, 16*j, keep(k.Func, "winner", best[j].place.I32x4Add(pixel.I32x4Splat())), p.lanes(j))
		}
	}
}

// maximum is the largest of some vectors so far, the first of equal ones, and its number.
type maximum struct {
	value, place wasmasm.V128
	some         bool
}

// take emits that y, which has a number, takes part; its number is kept if somebody asks for the winner.
func (m *maximum) take(f *wasmasm.Func, y wasmasm.V128, number int32, winner bool) {
	if !m.some {
		m.some = true
		m.value = keep(f, "best", y)
		if winner {
			m.place = keep(f, "won", ints(f, number))
		}
		return
	}
	y = keep(f, "y", y)
	if winner {
		m.place.Set(ints(f, number).Bitselect(m.place, keep(f, "more", y.F32x4Gt(m.value))))
	}
	m.value.Set(m.value.F32x4Pmax(y))
}

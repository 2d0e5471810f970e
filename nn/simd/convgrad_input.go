package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

func init() {
	kernels[op.ConvGradInput] = func(c *compiler) {
		ep := c.newEpilogue(c.node.Epilogue, c.node.Arity, c.out[0].Shape)
		if g := op.ConvGeometry(c.node); isDepthwise(g) {
			c.depthwiseGradInput(g, ep)
		} else {
			c.convGradInput(g, ep)
		}
	}
}

// Along an axis the pixels of x fall into as many classes as the stride is long: pixel r + S·j gets something of the
// outputs o = j + (r + before - k·D)/S alone, for those taps k with which that is whole. So for each class the gradient
// is a convolution with stride 1 over dy, with some of the taps.

// class is one class of an axis: taps from the tap first on, step apart, read outputs from j + offset on, back apart and
// backwards.
type class struct {
	r, places           int
	first, step, count  int
	offset, back, least int
}

// classes lists the classes of an axis of g, those without taps too.
func classes(g op.Geometry, axis int) []class {
	stride, dilation, before := g.S[axis], g.D[axis], g.Before[axis]
	step := stride / gcd(stride, dilation)
	all := make([]class, stride)
	for r := range all {
		c := class{r: r, places: (g.In[axis] - r + stride - 1) / stride, step: step, back: step * dilation / stride}
		for k := g.K[axis] - 1; k >= 0; k-- {
			if (r+before-k*dilation)%stride == 0 {
				c.first = k
				c.count++
			}
		}
		if c.count > 0 {
			c.offset = (r + before - c.first*dilation) / stride
			c.least = c.offset - (c.count-1)*c.back
		}
		all[r] = c
	}
	return all
}

// inputGradient is a ConvGradInput. A slice is a depth j of an image; a task does some rows j of some slices, and some
// channels of a group, all their classes.
type inputGradient struct {
	op.Geometry
	cg, fg          int
	axes            [3][]class
	lead            [3]int // zeros before dy that windows see
	places          [3]int // j along each axis
	rows, strips    int
	channels        int // of a block
	blocks          int
	plane           plane // of dy
	planeBytes      int
	strip, pitch    int // scratch memory of each thread
	weights, wPitch int
}

func (c *compiler) newInputGradient(g op.Geometry) *inputGradient {
	v := &inputGradient{Geometry: g, cg: g.C / g.Groups, fg: g.F / g.Groups}
	for a := range v.axes {
		v.axes[a] = classes(g, a)
		v.places[a] = v.axes[a][0].places
		for _, k := range v.axes[a] {
			if k.count > 0 {
				v.lead[a] = max(v.lead[a], -k.least)
			}
		}
	}
	v.plane = plane{height: g.Out[1], width: g.Out[2] * g.F, left: v.lead[2] * g.F}
	v.plane.pitch = (v.lead[2] + max(g.Out[2], v.places[2]+v.reachAhead(2))) * g.F
	v.rows = max(1, min(v.places[1], max(1, positionsWanted/v.places[2]), stripFloats/v.plane.pitch))
	v.strips = (v.places[1] + v.rows - 1) / v.rows
	depth := g.KernelPlane() * v.fg
	v.channels = min(v.cg, filtersWanted)
	if few := minTasks / (g.N * v.places[0] * v.strips * g.Groups); few > 1 {
		v.channels = min(v.channels, max(16, roundUp(v.cg, few)/few/8*8))
	}
	v.blocks = (v.cg + v.channels - 1) / v.channels
	v.planeBytes = 4 * v.plane.pitch * v.planeRows()
	v.strip, v.pitch = c.allocThreads(v.plane.padded(v.planeRows() * v.depths()))
	v.weights, v.wPitch = c.allocThreads(panelBytes(v.channels, depth))
	return v
}

// planeRows is how many rows of dy a strip sees.
func (v *inputGradient) planeRows() int { return v.rows + v.lead[1] + v.reachAhead(1) }

// reachAhead is how far a class reads behind its own place.
func (v *inputGradient) reachAhead(axis int) int {
	n := 0
	for _, k := range v.axes[axis] {
		if k.count > 0 {
			n = max(n, k.offset)
		}
	}
	return n
}

// depths is how many planes of dy a slice sees.
func (v *inputGradient) depths() int { return 1 + v.lead[0] + v.reachAhead(0) }

func (c *compiler) convGradInput(g op.Geometry, ep *epilogue) {
	v := c.newInputGradient(g)
	then := ep.registers()
	c.phase(g.N*v.places[0]*v.strips*g.Groups*v.blocks, func(t *task) { v.emit(t, then) })
	if then != ep {
		c.after(ep, c.output(0))
	}
}

// gradTask is one task while it is emitted.
type gradTask struct {
	*inputGradient
	*task
	ep                *epilogue
	x                 wasmasm.I32 // where the strip's dy begins
	w                 wasmasm.I32 // packed weights of the next class
	image, depth, row wasmasm.I32 // of the strip
	channel           wasmasm.I32
	filters           wasmasm.I32 // where the weights of the block's first channel begin
}

func (v *inputGradient) emit(t *task, ep *epilogue) {
	k := &gradTask{inputGradient: v, task: t, ep: ep}
	k.image = keepI32(t, "image", t.index)
	block, group := t.takeOff(k.image, v.blocks), t.takeOff(k.image, v.Groups)
	k.row, k.depth = t.takeOff(k.image, v.strips), t.takeOff(k.image, v.places[0])
	k.row.Set(k.row.Mul(t.I32(v.rows)))
	k.channel, k.filters = t.LocalI32("channel"), t.LocalI32("filters")
	k.channel.Set(group.Mul(t.I32(v.cg)).Add(block.Mul(t.I32(v.channels))).Shl(t.I32(2)))
	k.filters.Set(t.in[1].Add(group.Mul(t.I32(4 * v.fg))).Add(block.Mul(t.I32(4 * v.channels * v.F))))
	k.see(group)
	k.w = t.LocalI32("w")
	k.w.Set(t.own(v.weights, v.wPitch))
	for _, d := range v.axes[0] {
		for _, h := range v.axes[1] {
			for _, w := range v.axes[2] {
				narrow(t, block, v.cg, v.channels, func(channels int) { k.class([3]class{d, h, w}, channels) })
			}
		}
	}
}

// see copies the strip of dy with zeros around.
func (k *gradTask) see(group wasmasm.I32) {
	g := k.Geometry
	to, i, d, first, from := k.LocalI32("to"), k.LocalI32("i"), k.LocalI32("d"), k.LocalI32("first"), k.LocalI32("from")
	k.x = k.LocalI32("x")
	to.Set(k.own(k.strip, k.pitch))
	k.x.Set(to.Add(group.Mul(k.I32(4 * k.fg))))
	d.Set(k.depth.Sub(k.I32(k.lead[0])))
	k.For(i, k.I32(0), k.I32(k.depths()), 1, func() {
		first.Set(k.row.Sub(k.I32(k.lead[1])).Select(k.I32(g.Out[1]), d.LtU(k.I32(g.Out[0]))))
		from.Set(k.in[0].Add(k.image.Mul(k.I32(g.Out[0])).Add(d).Mul(k.I32(4 * k.plane.width * g.Out[1]))))
		k.plane.pad(k.task, to, from, first, k.planeRows())
		to.Inc(k.planeBytes)
		d.Inc(1)
	})
}

// class emits the places of one class.
func (k *gradTask) class(c [3]class, channels int) {
	r := reach{run: k.fg, step: 4}
	bytes := [3]int{k.planeBytes, 4 * k.plane.pitch, 4 * k.F}
	start := 0
	for a, c := range c {
		if c.count != 1 {
			r.outer = append(r.outer, loop{c.count, -c.back * bytes[a]})
		}
		start += (k.lead[a] + c.offset) * bytes[a]
	}
	depth := r.length()
	if depth > 0 {
		k.packClass(c, channels, depth)
	}
	limit := k.LocalI32("limit")
	limit.Set(k.I32(c[1].places).Sub(k.row))
	limit.Set(limit.Select(k.I32(k.rows), limit.LtS(k.I32(k.rows))))
	w, channel := k.LocalI32("w"), k.LocalI32("channel")
	w.Set(k.w)
	channel.Set(k.channel)
	k.If(k.depth.LtU(k.I32(c[0].places)), func() {
		k.eachPanel(channels, max(1, depth), true, w, channel, func(p panel) { k.tiles(c, p, r, start, limit, w, channel) })
	})
}

// packClass packs the taps of a class one behind the other: a row for each filter, of the panel's channels.
func (k *gradTask) packClass(c [3]class, channels, depth int) {
	g := k.Geometry
	out, from, channel := k.LocalI32("out"), k.LocalI32("from"), k.LocalI32("channel")
	out.Set(k.w)
	from.Set(k.filters)
	channel.Set(k.I32(0))
	tapBytes := 4 * k.cg * g.F
	k.eachPanel(channels, depth, true, out, channel, func(p panel) {
		to, tap := k.LocalI32("to"), k.LocalI32("tap")
		to.Set(out)
		tap.Set(from.Add(k.I32(((c[0].first*g.K[1]+c[1].first)*g.K[2] + c[2].first) * tapBytes)))
		k.eachTap(c, [3]int{g.K[1] * g.K[2] * tapBytes, g.K[2] * tapBytes, tapBytes}, tap, func() {
			k.packTransposed(to, tap, p, k.fg, g.F)
			to.Inc(16 * p.vectors * k.fg)
		})
		from.Inc(4 * p.filters * g.F)
	})
}

// eachTap emits loops over a class's taps: tap goes on by their bytes.
func (k *gradTask) eachTap(c [3]class, bytes [3]int, tap wasmasm.I32, body func()) {
	var nest func(a int)
	nest = func(a int) {
		if a == 3 {
			body()
			return
		}
		i := k.LocalI32("i")
		k.For(i, k.I32(0), k.I32(c[a].count), 1, func() {
			nest(a + 1)
			tap.Inc(c[a].step * bytes[a])
		})
		tap.Inc(-c[a].count * c[a].step * bytes[a])
	}
	nest(0)
}

// tiles emits a panel of a class, row by row; the last tile of a row overlaps the one before.
func (k *gradTask) tiles(c [3]class, p panel, r reach, start int, limit, w, channel wasmasm.I32) {
	g := k.Geometry
	if c[2].places == 0 {
		return
	}
	n := k.c.positions(p.vectors, c[2].places)
	count := (c[2].places + n - 1) / n
	row, rowX, rowPlace := k.LocalI32("row"), k.LocalI32("rowX"), k.LocalI32("rowPlace")
	x, place, col, q := k.LocalI32("x"), k.LocalI32("place"), k.LocalI32("col"), k.LocalI32("q")
	rowX.Set(k.x.Add(k.I32(start)))
	d := k.image.Mul(k.I32(g.In[0])).Add(k.depth.Mul(k.I32(g.S[0]))).Add(k.I32(c[0].r))
	h := d.Mul(k.I32(g.In[1])).Add(k.row.Mul(k.I32(g.S[1]))).Add(k.I32(c[1].r))
	rowPlace.Set(h.Mul(k.I32(g.In[2])).Add(k.I32(c[2].r)).Mul(k.I32(4 * g.C)).Add(channel))
	k.For(row, k.I32(0), limit, 1, func() {
		k.For(col, k.I32(0), k.I32(count), 1, func() {
			q.Set(col.Mul(k.I32(n)))
			atMost(q, k.I32(c[2].places-n))
			x.Set(rowX.Add(q.Mul(k.I32(4 * g.F))))
			place.Set(rowPlace.Add(q.Mul(k.I32(4 * g.S[2] * g.C))))
			sums := k.sums(n, p.vectors)
			k.clearSums(sums)
			if r.length() > 0 {
				k.products(sums, x, w, steps(n, 4*g.F), r, 16*p.vectors)
			}
			k.store(sums, k.ep, p, k.out[0], place, steps(n, 4*g.S[2]*g.C), channel)
		})
		rowX.Inc(4 * k.plane.pitch)
		rowPlace.Inc(4 * g.S[1] * g.In[2] * g.C)
	})
}

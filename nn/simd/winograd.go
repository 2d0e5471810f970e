package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// winograd is a convolution of stride 1 by F(m×m, r×r): pictures are cut into tiles of m×m outputs, tiles and filters
// transformed, multiplied for each of the a² places, and transformed back. A task does some tiles and some filters.
type winograd struct {
	op.Geometry
	toomCook
	window             int    // of a max-pooling behind it, along each axis; 1 where there is none
	result             [2]int // rows and columns of what is stored
	share              int    // outputs of a tile along each axis that are stored
	tileRows, tileCols int    // of an image
	rows, strips       int    // of tile rows: a task's, and how many parts
	images             int    // that a task does
	tiles              int    // that a task does, at most
	filters, blocks    int
	parts, perPart     int // of the blocks: as many parts as tasks share a tile
	plane              plane

	// Scratch memory: the transformed filters, of all tasks; of each thread the padded strip, the transformed tiles and
	// their products, and two small squares.
	u, blockBytes, placeBytes int
	strip, stripPitch         int
	v, vPitch                 int
	tilePitch, vPlace         int // bytes from tile to tile, and from place to place
	y, yPitch                 int
	sumPitch, yPlace          int
	small, smallPitch         int
}

// winogradTile returns how many outputs a tile has along each axis where that is worth while, else 0.
func winogradTile(g op.Geometry) int {
	if g.Groups != 1 || g.Out[0]*g.K[0] != 1 || g.S != [3]int{1, 1, 1} || g.D != [3]int{1, 1, 1} || g.K[1] != g.K[2] || g.C%4 != 0 {
		return 0
	}
	best, cost := 0, float64(g.OutPlane()*g.KernelPlane())*float64(g.N*g.C*g.F)
	for _, m := range tileSizes[g.K[1]] {
		if c := winogradCost(g, m); c < cost {
			best, cost = m, c
		}
	}
	return best
}

// tileSizes are the m that are tried for each filter size.
var tileSizes = map[int][]int{3: {2, 4}, 5: {2}}

// winogradCost is what the transforms and products take, in multiplications by a direct convolution.
func winogradCost(g op.Geometry, m int) float64 {
	a := m + g.K[1] - 1
	tiles := g.N * ((g.Out[1] + m - 1) / m) * ((g.Out[2] + m - 1) / m)
	products := float64(a*a*tiles) * float64(g.C*g.F)
	filters := float64(a * a * g.C * g.F)
	if filters > cachedFilters {
		filters *= farCost
	}
	return products*productCost + float64(transformCost*a*a*tiles)*float64(g.C+g.F) + filters*filterCost
}

// Measured costs: of a number's transform, of a filter's number, how much more that is where they are too many for the cache,
// and of a product beside one of a direct convolution.
const (
	transformCost = 8
	filterCost    = 5
	farCost       = 6
	cachedFilters = 256 << 10
	productCost   = 1.15
)

const (
	fewTiles, manyTiles = 28, 96 // rows of the products
	leastTiles          = 14     // where there are not many
	winogradTasks       = 8      // fewer than of other steps: tasks with other filters transform their tiles again
	winogradFilters     = 64     // whose products a task has at a time
)

// winogradTiles is how many tiles are done at a time. All transformed filters, C·F numbers a place, pass by once for them, and
// what they are transformed to, C+F numbers a tile, is written and read: the more tiles, the less of the former and the more of the latter
// stays in the cache.
func winogradTiles(g op.Geometry) int {
	return min(manyTiles, max(fewTiles, g.C*g.F/(g.C+g.F)))
}

// shareBlocks cuts blocks of filters into parts, as many as make enough tasks of so many others.
func shareBlocks(blocks, others int) (parts, perPart int) {
	parts = min(blocks, (winogradTasks+others-1)/others)
	perPart = (blocks + parts - 1) / parts
	return (blocks + perPart - 1) / perPart, perPart
}

// newWinograd plans the convolution and a max-pooling over windows of window×window, which a tile holds whole.
func (c *compiler) newWinograd(g op.Geometry, m, window int) *winograd {
	w := &winograd{Geometry: g, toomCook: newToomCook(m, g.K[1]), images: 1, window: window}
	w.result, w.share = [2]int{g.Out[1] / window, g.Out[2] / window}, m/window
	w.tileRows, w.tileCols = (w.result[0]+w.share-1)/w.share, (w.result[1]+w.share-1)/w.share
	w.filters = min(g.F, winogradFilters)
	// Few tiles are shared out before filters are: tasks with other filters transform them again.
	wanted := min(winogradTiles(g), max(leastTiles, g.N*w.tileRows*w.tileCols/winogradTasks))
	w.strips = (w.tileRows + max(1, wanted/w.tileCols) - 1) / max(1, wanted/w.tileCols)
	w.rows = (w.tileRows + w.strips - 1) / w.strips
	if w.strips == 1 {
		w.images = max(1, min(wanted/(w.tileRows*w.tileCols), g.N/winogradTasks))
	}
	w.tiles = w.images * w.rows * w.tileCols
	if few := winogradTasks / (w.imageTasks() * w.strips); few > 1 {
		w.filters = min(w.filters, max(16, roundUp(g.F, few)/few/8*8))
	}
	w.blocks = (g.F + w.filters - 1) / w.filters
	w.parts, w.perPart = shareBlocks(w.blocks, w.imageTasks()*w.strips)

	w.plane = plane{height: g.In[1], width: g.In[2] * g.C, left: g.Before[2] * g.C}
	w.plane.pitch = max(g.Before[2]+g.In[2], w.tileCols*m+w.r-1) * g.C
	places := w.a * w.a
	w.placeBytes = roundUp(panelBytes(w.filters, g.C), align)
	w.blockBytes = w.placeBytes * places
	w.u = c.alloc(w.blockBytes * w.blocks)
	w.strip, w.stripPitch = c.allocThreads(w.plane.padded(w.stripRows()))
	w.tilePitch = 4 * g.C
	w.vPlace = w.tiles*w.tilePitch + align // no multiple of 4 KiB: stores of one tile would fall into few sets of the cache
	w.v, w.vPitch = c.allocThreads(w.vPlace * places)
	w.sumPitch = 4 * roundUp(w.filters, 4)
	w.yPlace = w.tiles*w.sumPitch + align
	w.y, w.yPitch = c.allocThreads(w.yPlace * places)
	w.small, w.smallPitch = c.allocThreads(2 * 16 * places)
	return w
}

func (w *winograd) imageTasks() int { return (w.N + w.images - 1) / w.images }

// stripRows is how many input rows a task sees of an image.
func (w *winograd) stripRows() int { return w.rows*w.m + w.r - 1 }

// emit emits out[0] = the pooled epilogue(conv(in 0, in 1)), and in out[1], where there is one, the winners.
func (w *winograd) emit(c *compiler, ep *epilogue, out []value) {
	w.transformFilters(c)
	c.phase(w.imageTasks()*w.strips*w.parts, func(t *task) {
		k := &winogradTask{winograd: w, task: t, ep: ep}
		k.emit(out)
	})
}

// transformFilters emits a phase that writes G·g·Gᵀ as panels, a place after the other.
func (w *winograd) transformFilters(c *compiler) {
	const perTask = 8 // channels
	parts := (w.C + perTask - 1) / perTask
	c.phase(w.blocks*parts, func(t *task) {
		block := keepI32(t, "block", t.index)
		first := t.takeOff(block, parts)
		end := t.partEnd(first, perTask, w.C)
		first.Set(first.Mul(t.I32(perTask)))
		to, from, channel, small := t.LocalI32("to"), t.LocalI32("from"), t.LocalI32("channel"), t.LocalI32("small")
		small.Set(t.own(w.small, w.smallPitch))
		to.Set(t.scratch.Add(t.I32(w.u)).Add(block.Mul(t.I32(w.blockBytes))))
		from.Set(t.in[1].Add(block.Mul(t.I32(4 * w.filters))).Add(first.Mul(t.I32(4 * w.F))))
		channel.Set(t.I32(0))
		emit := func(filters int) {
			t.eachPanel(filters, w.C, true, to, channel, func(p panel) {
				at, g, i := t.LocalI32("at"), t.LocalI32("g"), t.LocalI32("i")
				at.Set(to.Add(first.Mul(t.I32(16 * p.vectors))))
				g.Set(from.Add(channel))
				t.For(i, first, end, 1, func() {
					for range p.vectors {
						w.g.sandwich(t, square{g, 4 * w.r * w.C * w.F, 4 * w.C * w.F}, square{at, w.a * w.placeBytes, w.placeBytes}, small)
						at.Inc(16)
						g.Inc(16)
					}
					g.Inc(4*w.F - 16*p.vectors)
				})
			})
		}
		narrow(t, block, w.F, w.filters, emit)
	})
}

// winogradTask is one task while it is emitted.
type winogradTask struct {
	*winograd
	*task
	ep                   *epilogue
	out                  []wasmasm.I32
	block, image, last   wasmasm.I32 // last is behind the last image
	row                  wasmasm.I32 // first row of tiles
	strip, v, y, u, tiny wasmasm.I32
}

func (k *winogradTask) emit(out []value) {
	t := k.task
	w := k.winograd
	k.image = keepI32(t, "image", t.index)
	part := t.takeOff(k.image, w.parts)
	k.row = t.takeOff(k.image, w.strips)
	k.row.Set(k.row.Mul(t.I32(w.rows)))
	k.last = t.partEnd(k.image, w.images, w.N)
	k.image.Set(k.image.Mul(t.I32(w.images)))
	k.strip, k.v, k.y = keepI32(t, "strip", t.own(w.strip, w.stripPitch)), keepI32(t, "v", t.own(w.v, w.vPitch)), keepI32(t, "y", t.own(w.y, w.yPitch))
	lastBlock := t.partEnd(part, w.perPart, w.blocks)
	k.block, k.u = t.LocalI32("block"), t.LocalI32("u")
	k.tiny = keepI32(t, "tiny", t.own(w.small, w.smallPitch))
	for _, o := range out {
		k.out = append(k.out, keepI32(t, "out", o.at(t)))
	}
	t.Scope(k.transformTiles)
	t.For(k.block, part.Mul(t.I32(w.perPart)), lastBlock, 1, func() {
		k.u.Set(t.scratch.Add(t.I32(w.u)).Add(k.block.Mul(t.I32(w.blockBytes))))
		narrow(t, k.block, w.F, w.filters, k.multiply)
		narrow(t, k.block, w.F, w.filters, k.transformBack)
	})
}

// eachTile emits body for the task's tiles, image by image: i counts images, row and col tiles, at holds the first byte of
// the tile, which go on by step.
func (k *winogradTask) eachTile(first wasmasm.I32, step int, image func(n wasmasm.I32), body func(n, row, col, at wasmasm.I32)) {
	n, row, col, at := k.LocalI32("n"), k.LocalI32("row"), k.LocalI32("col"), k.LocalI32("at")
	at.Set(first)
	k.For(n, k.image, k.last, 1, func() {
		image(n)
		k.For(row, k.I32(0), k.I32(k.rows), 1, func() {
			k.For(col, k.I32(0), k.I32(k.tileCols), 1, func() {
				body(n, row, col, at)
				at.Inc(step)
			})
		})
	})
}

// transformTiles writes Bᵀ·d·B of every tile, four channels at a time.
func (k *winogradTask) transformTiles() {
	from, first, corner, to, c := k.LocalI32("from"), k.LocalI32("first"), k.LocalI32("corner"), k.LocalI32("to"), k.LocalI32("c")
	first.Set(k.row.Mul(k.I32(k.m)).Sub(k.I32(k.Before[1])))
	rowBytes := 4 * k.plane.pitch
	k.eachTile(k.v, k.tilePitch, func(n wasmasm.I32) {
		from.Set(k.in[0].Add(n.Mul(k.I32(4 * k.InPlane() * k.C))))
		k.plane.pad(k.task, k.strip, from, first, k.stripRows())
	}, func(_, row, col, at wasmasm.I32) {
		corner.Set(k.strip.Add(row.Mul(k.I32(k.m * rowBytes))).Add(col.Mul(k.I32(4 * k.m * k.C))))
		to.Set(at)
		k.For(c, k.I32(0), k.I32(4*k.C), 16, func() {
			k.bt.sandwich(k.task, square{corner, rowBytes, 4 * k.C}, square{to, k.a * k.vPlace, k.vPlace}, k.tiny)
			corner.Inc(16)
			to.Inc(16)
		})
	})
}

// multiply emits the products of each place: [tiles, C] · [C, filters].
func (k *winogradTask) multiply(filters int) {
	place, v, u, y, w, channel := k.LocalI32("place"), k.LocalI32("v"), k.LocalI32("u"), k.LocalI32("y"), k.LocalI32("w"), k.LocalI32("channel")
	v.Set(k.v)
	u.Set(k.u)
	y.Set(k.y)
	k.For(place, k.I32(0), k.I32(k.a*k.a), 1, func() {
		w.Set(u)
		channel.Set(k.I32(0))
		k.eachPanel(filters, k.C, true, w, channel, func(p panel) { k.multiplyPanel(p, v, w, y, channel) })
		v.Inc(k.vPlace)
		u.Inc(k.placeBytes)
		y.Inc(k.yPlace)
	})
}

func (k *winogradTask) multiplyPanel(p panel, v, w, y, channel wasmasm.I32) {
	x, to, i := k.LocalI32("x"), k.LocalI32("to"), k.LocalI32("i")
	x.Set(v)
	to.Set(y.Add(channel))
	tile := func(n int) {
		sums := k.sums(n, p.vectors)
		k.clearSums(sums)
		k.products(sums, x, w, steps(n, k.tilePitch), reach{run: k.C, step: 4}, 16*p.vectors)
		for i := range sums {
			for j, s := range sums[i] {
				to.V128Store(i*k.sumPitch+16*j, s)
			}
		}
		x.Inc(n * k.tilePitch)
		to.Inc(n * k.sumPitch)
	}
	n := k.c.positions(p.vectors, k.tiles)
	k.For(i, k.I32(0), k.I32(k.tiles/n), 1, func() { k.Scope(func() { tile(n) }) })
	if k.tiles%n > 0 {
		tile(k.tiles % n)
	}
}

// transformBack writes Aᵀ·m·A with the epilogue: outputs of the last tiles that do not exist are left out.
func (k *winogradTask) transformBack(filters int) {
	outputs, sums, place, channel, p, q := k.LocalI32("outputs"), k.LocalI32("sums"), k.LocalI32("place"), k.LocalI32("channel"), k.LocalI32("p"), k.LocalI32("q")
	outputs.Set(k.tiny.Add(k.I32(16 * k.a * k.a)))
	k.eachTile(k.y, k.sumPitch, func(wasmasm.I32) {}, func(n, row, col, at wasmasm.I32) {
		p.Set(k.row.Add(row).Mul(k.I32(k.share)))
		q.Set(col.Mul(k.I32(k.share)))
		some := func(lanes int, channel wasmasm.I32) {
			sums.Set(at.Add(channel))
			k.at.sandwich(k.task, square{sums, k.a * k.yPlace, k.yPlace}, square{outputs, 16 * k.m, 16}, k.tiny)
			place.Set(n.Mul(k.I32(k.result[0])).Add(p).Mul(k.I32(k.result[1])).Add(q).Mul(k.I32(4 * k.F)))
			place.Set(place.Add(k.block.Mul(k.I32(4 * k.filters))).Add(channel))
			k.storeTile(lanes, outputs, place, channel, p, q)
		}
		if whole := filters / 4; whole > 0 {
			k.For(channel, k.I32(0), k.I32(16*whole), 16, func() { some(4, channel) })
		}
		if rest := filters % 4; rest > 0 {
			channel.Set(k.I32(4 * (filters - rest)))
			some(rest, channel)
		}
	})
}

// storeTile stores what of a tile exists.
func (k *winogradTask) storeTile(lanes int, outputs, place, channel, p, q wasmasm.I32) {
	all := k.LocalI32("all")
	all.Set(k.block.Mul(k.I32(4 * k.filters)).Add(channel))
	for i := range k.share {
		for j := range k.share {
			store := func() { k.storeOutput(i, j, lanes, outputs, place, all, p, q) }
			row, col := k.inside(p, i, k.result[0], k.tileRows%k.rows > 0), k.inside(q, j, k.result[1], false)
			switch {
			case row != nil && col != nil:
				k.If(row().And(col()), store)
			case row != nil:
				k.If(row(), store)
			case col != nil:
				k.If(col(), store)
			default:
				k.Scope(store)
			}
		}
	}
}

// storeOutput stores output (i,j) of a tile, which is the maximum of a window.
func (k *winogradTask) storeOutput(i, j, lanes int, outputs, place, channel, p, q wasmasm.I32) {
	offset := 4 * k.F * (i*k.result[1] + j)
	var best maximum
	for r := range k.window {
		for c := range k.window {
			x := keep(k.Func, "x", outputs.V128Load(16*((i*k.window+r)*k.m+j*k.window+c)))
			best.take(k.Func, k.ep.apply(k.task, x, 4, place, offset, channel, 0), int32(r*k.Out[2]+c), len(k.out) > 1)
		}
	}
	to := k.LocalI32("to")
	to.Set(k.out[0].Add(place))
	storeLanes(to, offset, best.value, lanes)
	if len(k.out) > 1 {
		first := p.Add(k.I32(i)).Mul(k.I32(k.Out[2])).Add(q.Add(k.I32(j))).Mul(k.I32(k.window))
		at := keep(k.Func, "winner", best.place.I32x4Add(first.I32x4Splat()))
		to.Set(k.out[1].Add(place))
		storeLanes(to, offset, at, lanes)
	}
}

// inside tells whether output i of a tile that begins at p exists; nil if that is so for all tiles. spare says that there may
// be tiles behind the last one.
func (k *winogradTask) inside(p wasmasm.I32, i, size int, spare bool) func() wasmasm.I32 {
	if n := size % k.share; !spare && (n == 0 || i < n) {
		return nil
	}
	return func() wasmasm.I32 { return p.Add(k.I32(i)).LtU(k.I32(size)) }
}

package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// winogradWeight is the gradient of a convolution's filters by F(k×k, r×r), k being their size: the roles of filters and
// outputs change, so that dy is cut into tiles of r×r, each of which is a filter for the k×k numbers of dw.
//
//	dw = Aᵀ [Σ over tiles (G dy Gᵀ) ⊙ (Bᵀ x B)] A
//
// The sums of a chunk of images are matrix products, one for each of the a² places: [C, tiles] · [tiles, F].
type winogradWeight struct {
	op.Geometry
	toomCook
	tileRows, tileCols int // of an image
	rows, strips       int // tile rows that are done at a time, and how many parts of an image that makes
	images             int // that are done at a time
	tiles              int // that are done at a time
	filters, blocks    int
	parts, perPart     int // of the blocks: as many parts as tasks share a chunk
	chunks, perChunk   int // of the images

	planeX, planeY      plane // with zeros around
	xRows, yRows        int   // that tiles see
	strip, stripPitch   int   // scratch memory of each thread: a padded strip of x or dy
	left, leftPitch     int   // transformed x: [place][tile][C]
	right, rightPitch   int   // transformed dy: [place][tile][filters]
	leftTile, leftPlace int   // bytes from tile to tile, and from place to place
	rightTile           int
	rightPlace          int
	small, smallPitch   int
}

// winogradWeightSides is a: as many points as there are good ones for.
const winogradWeightSides = 6

// usesWinogradWeight tells whether this is less work than the sums over all pixels.
func usesWinogradWeight(g op.Geometry) bool {
	if g.Groups != 1 || g.Out[0]*g.K[0] != 1 || g.S != [3]int{1, 1, 1} || g.D != [3]int{1, 1, 1} || g.K[1] != g.K[2] || g.C%4 != 0 || g.F%4 != 0 {
		return false
	}
	r := winogradWeightSides + 1 - g.K[1]
	if g.K[1] != 3 && g.K[1] != 5 {
		return false
	}
	places, tiles := winogradWeightSides*winogradWeightSides, g.N*((g.Out[1]+r-1)/r)*((g.Out[2]+r-1)/r)
	cost := float64(places*tiles)*(float64(g.C*g.F)*productCost+float64(transformCost*(g.C+g.F))) + float64(places*minTasks*4)*float64(g.C*g.F)
	return cost < float64(g.N*g.OutPlane()*g.KernelPlane())*float64(g.C*g.F)
}

func (c *compiler) newWinogradWeight(g op.Geometry) *winogradWeight {
	r := winogradWeightSides + 1 - g.K[1]
	w := &winogradWeight{Geometry: g, toomCook: newToomCook(g.K[1], r), images: 1}
	places := w.a * w.a
	w.tileRows, w.tileCols = (g.Out[1]+r-1)/r, (g.Out[2]+r-1)/r
	w.filters = min(g.F, winogradFilters)
	wanted := winogradTiles(g)
	w.rows = divisorBelow(w.tileRows, max(1, wanted/w.tileCols))
	w.strips = w.tileRows / w.rows
	if w.strips == 1 {
		w.images = divisorBelow(g.N, max(1, wanted/(w.tileRows*w.tileCols)))
	}
	w.tiles = w.images * w.rows * w.tileCols
	groups := g.N / w.images
	w.chunks = max(1, min(minTasks, groups, 2*partialFloats/(places*g.C*g.F)))
	w.perChunk = (groups + w.chunks - 1) / w.chunks * w.images
	w.chunks = (g.N + w.perChunk - 1) / w.perChunk
	if few := winogradTasks / w.chunks; few > 1 {
		w.filters = min(w.filters, max(16, roundUp(g.F, few)/few/8*8))
	}
	w.blocks = (g.F + w.filters - 1) / w.filters
	w.parts, w.perPart = shareBlocks(w.blocks, w.chunks)

	w.planeX = plane{height: g.In[1], width: g.In[2] * g.C, left: g.Before[2] * g.C}
	w.planeX.pitch = max(g.Before[2]+g.In[2], w.tileCols*r+w.m-1) * g.C
	w.planeY = plane{height: g.Out[1], width: g.Out[2] * g.F, pitch: w.tileCols * r * g.F}
	w.xRows, w.yRows = w.rows*r+w.m-1, w.rows*r
	w.strip, w.stripPitch = c.allocThreads(max(w.planeX.padded(w.xRows), w.planeY.padded(w.yRows)))
	w.leftTile, w.rightTile = 4*g.C, 4*w.filters
	w.leftPlace, w.rightPlace = w.tiles*w.leftTile+align, w.tiles*w.rightTile+align
	w.left, w.leftPitch = c.allocThreads(w.leftPlace * places)
	w.right, w.rightPitch = c.allocThreads(w.rightPlace * places)
	w.small, w.smallPitch = c.allocThreads(16 * places)
	return w
}

func (c *compiler) winogradGradWeight(g op.Geometry) {
	w := c.newWinogradWeight(g)
	places := w.a * w.a
	size := places * g.C * g.F
	all := scratchValue(c.alloc(4*size*w.chunks), graph.Shape{w.chunks, size})
	c.phase(w.chunks*w.parts, func(t *task) { (&weightTask{winogradWeight: w, task: t}).emit(all) })
	if w.chunks > 1 {
		c.sumChunks(all, all, size, w.chunks)
	}
	c.phaseOf(g.C, max(1, 2048/g.F), func(t *task, i wasmasm.I32) {
		from, to, f, small := t.LocalI32("from"), t.LocalI32("to"), t.LocalI32("f"), t.LocalI32("small")
		from.Set(all.at(t).Add(i.Mul(t.I32(4 * g.F))))
		to.Set(t.out[0].Add(i.Mul(t.I32(4 * g.F))))
		small.Set(t.own(w.small, w.smallPitch))
		place := 4 * g.C * g.F
		t.For(f, t.I32(0), t.I32(g.F/4), 1, func() {
			w.at.sandwich(t, square{from, w.a * place, place}, square{to, w.m * place, place}, small)
			from.Inc(16)
			to.Inc(16)
		})
	})
}

// weightTask is one task of the sums while it is emitted.
type weightTask struct {
	*winogradWeight
	*task
	block, channel           wasmasm.I32 // of filters, and the byte of its first one
	image, row               wasmasm.I32 // the first of those that are done at a time
	x, dy, padded, tiny, out wasmasm.I32
	fresh                    wasmasm.I32
}

func (k *weightTask) emit(all value) {
	t, w := k.task, k.winogradWeight
	chunk := keepI32(t, "chunk", t.index)
	part := t.takeOff(chunk, w.parts)
	lastBlock := t.partEnd(part, w.perPart, w.blocks)
	k.block, k.channel = t.LocalI32("block"), t.LocalI32("channel")
	k.x, k.dy = keepI32(t, "x", t.own(w.left, w.leftPitch)), keepI32(t, "dy", t.own(w.right, w.rightPitch))
	k.padded, k.tiny = keepI32(t, "padded", t.own(w.strip, w.stripPitch)), keepI32(t, "tiny", t.own(w.small, w.smallPitch))
	k.out = keepI32(t, "out", all.at(t).Add(chunk.Mul(t.I32(4*w.a*w.a*w.C*w.F))))
	k.fresh = keepI32(t, "fresh", t.I32(1))
	k.image, k.row = t.LocalI32("image"), t.LocalI32("row")
	end := t.partEnd(chunk, w.perChunk, w.N)
	t.For(k.image, chunk.Mul(t.I32(w.perChunk)), end, w.images, func() {
		t.For(k.row, t.I32(0), t.I32(w.tileRows), w.rows, func() {
			t.Scope(func() {
				k.transform(k.in[0], w.planeX, w.xRows, w.InPlane(), w.C, w.bt, k.x, w.leftTile, w.leftPlace, w.Before[1], t.I32(0), w.C)
			})
			t.For(k.block, part.Mul(t.I32(w.perPart)), lastBlock, 1, func() {
				k.channel.Set(k.block.Mul(t.I32(4 * w.filters)))
				narrow(t, k.block, w.F, w.filters, func(filters int) {
					k.transform(k.in[1], w.planeY, w.yRows, w.OutPlane(), w.F, w.g, k.dy, w.rightTile, w.rightPlace, 0, k.channel, filters)
					k.multiply(filters)
				})
			})
			k.fresh.Set(t.I32(0))
		})
	})
}

// transform writes m·tile·mᵀ of all tiles of some images, four of the channels at a time. Tiles lie r pixels apart.
func (k *weightTask) transform(images wasmasm.I32, p plane, rows, pixels, channels int, m matrix, to wasmasm.I32, tile, place, before int, channel wasmasm.I32, count int) {
	n, from, first, row, col := k.LocalI32("n"), k.LocalI32("from"), k.LocalI32("first"), k.LocalI32("row"), k.LocalI32("col")
	corner, in, out, at, c := k.LocalI32("corner"), k.LocalI32("in"), k.LocalI32("out"), k.LocalI32("at"), k.LocalI32("c")
	at.Set(to)
	first.Set(k.row.Mul(k.I32(k.r)).Sub(k.I32(before)))
	rowBytes := 4 * p.pitch
	k.For(n, k.I32(0), k.I32(k.images), 1, func() {
		from.Set(images.Add(k.image.Add(n).Mul(k.I32(4 * pixels * channels))))
		p.pad(k.task, k.padded, from, first, rows)
		k.For(row, k.I32(0), k.I32(k.rows), 1, func() {
			corner.Set(k.padded.Add(row.Mul(k.I32(k.r * rowBytes))).Add(channel))
			k.For(col, k.I32(0), k.I32(k.tileCols), 1, func() {
				in.Set(corner)
				out.Set(at)
				k.For(c, k.I32(0), k.I32(count/4), 1, func() {
					m.sandwich(k.task, square{in, rowBytes, 4 * channels}, square{out, k.a * place, place}, k.tiny)
					in.Inc(16)
					out.Inc(16)
				})
				corner.Inc(4 * k.r * channels)
				at.Inc(tile)
			})
		})
	})
}

// multiply adds the products of each place to the chunk's sums.
func (k *weightTask) multiply(filters int) {
	place, x, dy, to := k.LocalI32("place"), k.LocalI32("x"), k.LocalI32("dy"), k.LocalI32("to")
	x.Set(k.x)
	dy.Set(k.dy)
	to.Set(k.out.Add(k.channel))
	k.For(place, k.I32(0), k.I32(k.a*k.a), 1, func() {
		w, channel := k.LocalI32("w"), k.LocalI32("channel")
		w.Set(dy)
		channel.Set(k.I32(0))
		k.eachPanel(filters, k.tiles, false, w, channel, func(p panel) {
			left, sums, i := k.LocalI32("left"), k.LocalI32("sums"), k.LocalI32("i")
			left.Set(x)
			sums.Set(to.Add(channel))
			tile := func(n int) {
				s := k.sums(n, p.vectors)
				at := steps(n, 4*k.F)
				k.IfElse(k.fresh, func() { k.clearSums(s) }, func() { loadSums(s, sums, at) })
				k.products(s, left, w, steps(n, 4), reach{run: k.tiles, step: k.leftTile}, k.rightTile)
				k.store(s, &epilogue{}, p, sums, k.I32(0), at, k.I32(0))
				left.Inc(4 * n)
				sums.Inc(4 * n * k.F)
			}
			n := k.c.positions(p.vectors, k.C)
			k.For(i, k.I32(0), k.I32(k.C/n), 1, func() { k.Scope(func() { tile(n) }) })
			if rest := k.C % n; rest > 0 {
				tile(rest)
			}
		})
		x.Inc(k.leftPlace)
		dy.Inc(k.rightPlace)
		to.Inc(4 * k.C * k.F)
	})
}

// loadSums sets sums to what was stored at each place.
func loadSums(sums [][]wasmasm.V128, from wasmasm.I32, at []int) {
	for i := range sums {
		for j, s := range sums[i] {
			s.Set(from.V128Load(at[i] + 16*j))
		}
	}
}

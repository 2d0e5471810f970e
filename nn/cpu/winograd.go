package cpu

import "github.com/fovea-nn/fovea/nn/op"

// winograd is a convolution with 3x3 filters and stride 1 by F(4x4,3x3): the result is cut into tiles of 4x4, which see 6x6
// inputs d. These and the filters g are transformed and multiplied in each of 36 places, over all channels at once:
//
//	y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A
//
// That takes 36 products for a tile, a channel and a filter where windows take 144. The transforms cost more than it saves
// unless there are many channels and filters: winogradPays.
//
// Source: Lavin & Gray, "Fast algorithms for convolutional neural networks", CVPR 2016, arXiv:1509.09308.
type winograd struct {
	padded                      // with whole tiles: Out is rounded up
	out       [2]int            // rows and columns of the result
	tiles     [2]int            // of an image
	rows      int               // of tiles, that a task does
	u         []float32         // transformed filters: place by place, packed
	apart     [3]int            // how far places lie apart in u, v and y
	at        []int             // where each tile begins in v
	thread    []winogradScratch // of each thread
	transform func()            // of the filters, where they have changed
}

// winogradScratch is what a thread works with: the padded image, a task's transformed tiles and their products with some
// filters, and half-way results.
type winogradScratch struct{ image, v, y, half, edge, panel []float32 }

// Sizes of the tiles and of what is worked on at a time.
const (
	wTile, wPlaces = 4, 36
	wFilters       = 64      // whose products are in memory at a time
	wCache         = 160_000 // numbers of transformed tiles and products that stay in the second-level cache
	wTasks         = 4       // are wanted
	wChannels      = 64      // are transformed at a time, so that half-way results stay in the first-level cache
)

// transformCosts are measured costs, in products of windows: of a number's transform by two matrices, how many numbers that
// takes at once, and of a filter's number that is loaded again for every task, as all of them are too many for the cache.
type transformCosts struct {
	number   float64
	together int
	load     int
}

// winogradPays says whether the convolution takes longer from windows. To begin a product of rows is as if they were longer;
// numbers that fill no vector take eight times as long.
func winogradPays(g op.Geometry) bool {
	const begin, cached = 14, 200_000
	if g.Groups != 1 || g.Out[0] != 1 || g.K != [3]int{1, 3, 3} || g.S != [3]int{1, 1, 1} || g.D != [3]int{1, 1, 1} {
		return false
	}
	filters := panels(g.F, panelWidth) * panelWidth
	cost := func(tasks, rows, places, depth int) float64 {
		products := places * panels(rows, 8) * 8 * (depth + begin) * filters
		if n := places * depth * filters; n > cached {
			products += costs.load * n
		}
		return float64(tasks) * float64(products)
	}
	numbers := func(n int) int { return n + 7*(n%costs.together) }
	tiles := [2]int{panels(g.Out[1], wTile), panels(g.Out[2], wTile)}
	rows := winogradRows(g, tiles)
	transforms := costs.number * float64(g.N*tiles[0]*tiles[1]*wPlaces*(numbers(g.C)+numbers(g.F)))
	return transforms+cost(g.N*panels(tiles[0], rows), rows*tiles[1], wPlaces, g.C) <
		cost(g.N*panels(g.OutPlane(), windowsTask), min(windowsTask, g.OutPlane()), 1, g.KernelPlane()*g.C)
}

// winogradRows is how many rows of tiles a task does: as many as stay in the cache, with their products; fewer if there are few
// tasks, but a micro-kernel's eight tiles at least.
func winogradRows(g op.Geometry, tiles [2]int) int {
	rows := max(1, wCache/(wPlaces*tiles[1]*(g.C+min(wFilters, g.F))))
	return min(tiles[0], rows, max(panels(8, tiles[1]), panels(tiles[0]*g.N, wTasks)))
}

func newWinograd(c *compiler, g op.Geometry) *winograd {
	w := &winograd{out: [2]int{g.Out[1], g.Out[2]}}
	for a := range w.tiles {
		w.tiles[a] = panels(w.out[a], wTile)
		g.Out[a+1] = w.tiles[a] * wTile
	}
	w.padded = newPadded(g)
	filters := min(wFilters, g.F)
	w.rows = winogradRows(g, w.tiles)
	tiles := w.rows * w.tiles[1]
	// A few numbers more than needed: places that lie 4 KiB apart would share few sets of the cache.
	w.apart = [3]int{packedSize(g.C, g.F) + 16, tiles*g.C + 16, tiles*filters + 16}
	w.at = places(tiles, g.C)
	w.u = c.floats(wPlaces * w.apart[0])
	images, v, y := w.images(c), c.perThread(wPlaces*w.apart[1]), c.perThread(wPlaces*w.apart[2])
	half, edge, panel := c.perThread(wPlaces*wChannels), c.perThread(wTile*wTile*filters), c.perThread(mr*g.C)
	for t := range c.threads {
		w.thread = append(w.thread, winogradScratch{images[t], v[t], y[t], half[t], edge[t], panel[t]})
	}
	weights := c.in[1].f32
	w.transform = c.in[1].onChange(func() { w.transformFilters(c, weights) })
	return w
}

func (w *winograd) tasks() int { return panels(w.tiles[0], w.rows) }

func (w *winograd) positions(task int) (lo, hi int) {
	return task * w.rows * wTile * w.out[1], min((task+1)*w.rows*wTile, w.out[0]) * w.out[1]
}

func (w *winograd) prepare() { w.transform() }

// transformFilters transforms the filters [3,3,C,F].
func (w *winograd) transformFilters(c *compiler, filters []float32) {
	c.parallel(w.C, func(t, channel int) {
		from := filters[channel*w.F:]
		for f := 0; f < w.F; f += panelWidth {
			to := w.u[f*w.C+channel*panelWidth:]
			sandwich(filterTransform, 6, 3, square{to, 6 * w.apart[0], w.apart[0]}, square{from[f:], 3 * w.C * w.F, w.C * w.F},
				w.thread[t].half, min(panelWidth, w.F-f))
		}
	})
}

// convolve computes one task of an image x of the result y.
func (w *winograd) convolve(t, task int, x, y []float32) {
	s := &w.thread[t]
	first := task * w.rows
	rows := min(w.rows, w.tiles[0]-first)
	tile, width := 0, w.Out[2]
	image := w.pad(s.image, x, first*wTile*width, (first+rows)*wTile*width-1)
	for row := first; row < first+rows; row++ {
		for col := range w.tiles[1] {
			from := w.padded.place(0, row*wTile, col*wTile)
			for c := 0; c < w.C; c += wChannels {
				sandwich(inputTransform, 6, 6, square{s.v[w.at[tile]+c:], 6 * w.apart[1], w.apart[1]},
					square{image[from+c:], w.size[2] * w.C, w.C}, s.half, min(wChannels, w.C-c))
			}
			tile++
		}
	}
	filters := min(wFilters, w.F)
	for f := 0; f < w.F; f += filters {
		n := min(filters, w.F-f)
		for p := range wPlaces {
			tiles := left{s.v[p*w.apart[1]:], zeroOffset, w.C, 1}
			tiles.times(s.panel, w.at[:tile], w.u[p*w.apart[0]+f*w.C:], n, s.y[p*w.apart[2]:], filters, false)
		}
		for i := range tile {
			w.transformBack(s, s.y[i*filters:], y[f:], (first+i/w.tiles[1])*wTile, i%w.tiles[1]*wTile, n)
		}
	}
}

// transformBack writes a tile of n filters from row and col of the result on, as far as it lies in it.
func (w *winograd) transformBack(s *winogradScratch, from, y []float32, row, col, n int) {
	source := square{from, 6 * w.apart[2], w.apart[2]}
	to := square{y[(row*w.out[1]+col)*w.F:], w.out[1] * w.F, w.F}
	rows, cols := min(wTile, w.out[0]-row), min(wTile, w.out[1]-col)
	if rows == wTile && cols == wTile {
		sandwich(outputTransform, 4, 6, to, source, s.half, n)
		return
	}
	edge := square{s.edge, wTile * n, n}
	sandwich(outputTransform, 4, 6, edge, source, s.half, n)
	for i := range rows {
		for j := range cols {
			copy(to.data[i*to.row+j*to.col:][:n], edge.data[i*edge.row+j*edge.col:])
		}
	}
}

// square is a matrix of vectors: rows and columns lie so far apart.
type square struct {
	data     []float32
	row, col int
}

// sandwich writes to = m·from·mᵀ, m a matrix of rows times cols and each number a vector of n channels, at most wChannels.
func sandwich(m func(to, from square, columns, n int), rows, cols int, to, from square, half []float32, n int) {
	m(square{half, cols * n, n}, from, cols, n)
	m(square{to.data, to.col, to.row}, square{half, n, cols * n}, rows, n)
}

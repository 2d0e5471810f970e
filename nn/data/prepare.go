package data

import (
	"image"
	"math"
	"sort"

	"golang.org/x/image/draw"
)

// Fit scales the picture until it covers h times w pixels, cuts off evenly what sticks out, and
// returns [h,w,c] bytes: brightness for c = 1, red, green and blue for c = 3. It returns nil for
// other c and for sizes that no picture can have. Transparency becomes white.
func Fit(p *Picture, h, w, c int) []byte {
	if CheckSize(w, h) != nil || CheckSize(p.W, p.H) != nil || c != 1 && c != 3 {
		return nil
	}
	pix := scale(p.onWhite(), Cover(p.W, p.H, w, h), w, h).Pix
	if c == 1 {
		return gray(pix)
	}
	rgb := make([]byte, 0, 3*w*h)
	for i := 0; i < len(pix); i += 4 {
		rgb = append(rgb, pix[i:i+3]...)
	}
	return rgb
}

// Cover returns the middle part of pw times ph pixels that has the proportions of w times h: the part that Fit shows.
func Cover(pw, ph, w, h int) image.Rectangle {
	cw, ch := pw, max(1, pw*h/w)
	if ch > ph {
		cw, ch = max(1, min(pw, ph*w/h)), ph
	}
	x, y := (pw-cw)/2, (ph-ch)/2
	return image.Rect(x, y, x+cw, y+ch)
}

// digitSide is the longest side that Digit works at: enough for any stroke, little for a photo.
const digitSide = 280

// Digit finds the figure in a drawing or a photo and returns it as MNIST has its digits, [h,w] bytes
// with bright ink on a black ground: dark figures are inverted, an uneven background is subtracted,
// the contrast stretched; the figure's longer side becomes 20/28 of the target, and its centre of
// mass the middle. A picture without a figure gives zeros; sizes that no picture can have give nil.
//
// Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits", 1998.
func Digit(p *Picture, h, w int) []byte {
	if CheckSize(w, h) != nil || CheckSize(p.W, p.H) != nil {
		return nil
	}
	out := make([]byte, w*h)
	small := p
	if side := max(p.W, p.H); side > digitSide {
		small, _ = p.Resize(max(1, p.W*digitSide/side), max(1, p.H*digitSide/side))
	}
	ink := findInk(small.Gray(), small.W, small.H)
	box := inkBox(ink)
	if box.Empty() {
		return out
	}
	// Scale to the box of 20/28.
	factor := min(float64(w)*20/28/float64(box.Dx()), float64(h)*20/28/float64(box.Dy()))
	size := image.Rect(0, 0, max(1, int(math.Round(factor*float64(box.Dx())))), max(1, int(math.Round(factor*float64(box.Dy())))))
	figure := image.NewGray(size)
	draw.BiLinear.Scale(figure, size, ink, box, draw.Src, nil)
	// Centre, and let the strongest ink be white.
	var top byte
	var mass, mx, my float64
	for i, v := range figure.Pix {
		top = max(top, v)
		mass += float64(v)
		mx += float64(v) * (float64(i%size.Dx()) + 0.5)
		my += float64(v) * (float64(i/size.Dx()) + 0.5)
	}
	if top == 0 {
		return out
	}
	left := min(max(int(math.Round(float64(w)/2-mx/mass)), 0), max(0, w-size.Dx()))
	above := min(max(int(math.Round(float64(h)/2-my/mass)), 0), max(0, h-size.Dy()))
	for y := range min(size.Dy(), h-above) {
		for x := range min(size.Dx(), w-left) {
			out[(above+y)*w+left+x] = byte(int(figure.Pix[y*figure.Stride+x]) * 255 / int(top))
		}
	}
	return out
}

// findInk returns how much ink each pixel of a gray picture has, 255 the figure's usual amount.
func findInk(g []byte, w, h int) *image.Gray {
	ink := image.NewGray(image.Rect(0, 0, w, h))
	paper := fitPaper(g, w, h)
	diff := make([]float64, len(g)) // darker than the paper is positive
	noise, border := 0.0, 0
	for i, v := range g {
		x, y := i%w, i/w
		diff[i] = paper.at(x, y) - float64(v)
		if paper.isBorder(x, y) {
			noise += min(math.Abs(diff[i]), paper.spread)
			border++
		}
	}
	noise /= float64(border)
	// What differs from the paper more, dark or light, is the figure.
	dark, light := strongest(diff, w, 1), strongest(diff, w, -1)
	sign, top := 1.0, dark
	if light > dark {
		sign, top = -1, light
	}
	if top < 12 || top < 4*noise {
		return ink
	}
	sum, n := 0.0, 0.0
	for _, d := range diff {
		if sign*d > top/2 {
			sum += sign * d
			n++
		}
	}
	high := top
	if n > 0 {
		high = sum / n
	}
	low := min(max(0.05*high, 3*noise), 0.5*high)
	for i, d := range diff {
		ink.Pix[i] = byte(min(max((sign*d-low)/(high-low), 0), 1) * 255)
	}
	dropSpecks(ink)
	return ink
}

// strongest returns the largest mean of sign·diff over 2x2 pixels, which a single wrong pixel does
// not decide.
func strongest(diff []float64, w int, sign float64) float64 {
	top := 0.0
	for i := range diff {
		right, below := i+1, i+w
		if right%w == 0 {
			right = i
		}
		if below >= len(diff) {
			below = i
		}
		corner := min(below+right-i, len(diff)-1)
		top = max(top, sign*(diff[i]+diff[right]+diff[below]+diff[corner])/4)
	}
	return top
}

// paper is a plane of brightness: most uneven light is one, over a sheet.
type paper struct {
	base, dx, dy float64
	spread       float64 // how far border pixels that count as paper lie from it
	w, h, margin int
}

func (p paper) at(x, y int) float64 { return p.base + p.dx*float64(x) + p.dy*float64(y) }

func (p paper) isBorder(x, y int) bool {
	return x < p.margin || y < p.margin || x >= p.w-p.margin || y >= p.h-p.margin
}

// fitPaper fits the plane to the border of the picture by least squares, starting at the median and
// leaving out, twice, what lies far off: ink that reaches the border.
func fitPaper(g []byte, w, h int) paper {
	p := paper{w: w, h: h, margin: max(1, min(w, h)/20), spread: 48}
	var border []int
	var values []float64
	for i, v := range g {
		if p.isBorder(i%w, i/w) {
			border = append(border, i)
			values = append(values, float64(v))
		}
	}
	sort.Float64s(values)
	p.base = values[len(values)/2]
	if w < 8 || h < 8 {
		return p
	}
	for range 3 {
		var m [3][4]float64 // normal equations, right-hand side last
		off, n := 0.0, 0.0
		for _, i := range border {
			x, y, v := i%w, i/w, float64(g[i])
			d := math.Abs(v - p.at(x, y))
			if d > p.spread {
				continue
			}
			off += d
			n++
			row := [4]float64{1, float64(x), float64(y), v}
			for a := range 3 {
				for b := range 4 {
					m[a][b] += row[a] * row[b]
				}
			}
		}
		if s, ok := solve3(m); ok && n >= float64(len(border))/3 {
			p.base, p.dx, p.dy = s[0], s[1], s[2]
		}
		p.spread = max(12, 3*off/max(n, 1))
	}
	return p
}

// solve3 solves three linear equations by elimination; it reports false if they have no one solution.
func solve3(m [3][4]float64) (s [3]float64, ok bool) {
	for c := range 3 {
		pivot := c
		for r := c + 1; r < 3; r++ {
			if math.Abs(m[r][c]) > math.Abs(m[pivot][c]) {
				pivot = r
			}
		}
		m[c], m[pivot] = m[pivot], m[c]
		if math.Abs(m[c][c]) < 1e-6 {
			return s, false
		}
		for r := range 3 {
			if r == c {
				continue
			}
			f := m[r][c] / m[c][c]
			for k := c; k < 4; k++ {
				m[r][k] -= f * m[c][k]
			}
		}
	}
	for c := range 3 {
		s[c] = m[c][3] / m[c][c]
	}
	return s, true
}

// inkLevel is from where on a pixel counts as ink when figures are measured.
const inkLevel = 64

// dropSpecks clears ink that hangs together in pieces of less than a twentieth of the largest.
func dropSpecks(ink *image.Gray) {
	w, h := ink.Rect.Dx(), ink.Rect.Dy()
	piece := make([]int, len(ink.Pix)) // the number of the piece that a pixel belongs to, from 1
	sizes := []int{0}
	var stack []int
	for start, v := range ink.Pix {
		if v < inkLevel || piece[start] != 0 {
			continue
		}
		id := len(sizes)
		sizes = append(sizes, 0)
		piece[start] = id
		for stack = append(stack, start); len(stack) > 0; {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			sizes[id]++
			for y := max(i/w-1, 0); y <= min(i/w+1, h-1); y++ {
				for x := max(i%w-1, 0); x <= min(i%w+1, w-1); x++ {
					if j := y*w + x; ink.Pix[j] >= inkLevel && piece[j] == 0 {
						piece[j] = id
						stack = append(stack, j)
					}
				}
			}
		}
	}
	largest := 0
	for _, n := range sizes {
		largest = max(largest, n)
	}
	for i, id := range piece {
		if id > 0 && sizes[id]*20 < largest {
			ink.Pix[i] = 0
		}
	}
}

// inkBox returns the smallest rectangle around the ink.
func inkBox(ink *image.Gray) image.Rectangle {
	box := image.Rectangle{}
	for i, v := range ink.Pix {
		if v >= inkLevel {
			x, y := i%ink.Stride, i/ink.Stride
			box = box.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	return box
}

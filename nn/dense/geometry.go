package dense

import (
	"image"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// Geometry says where in a picture the places of a class map look, in pixels. Each pair is along height and width.
type Geometry struct {
	// Window is the input of the net that was converted: a place answers for a window of that size.
	Window [2]int
	// Stride is how far apart the windows of neighbouring places are, the product of the layers' strides.
	Stride [2]int
	// Field is the receptive field of a place: what its numbers depend on. It is at most the window for a net without
	// padding, and often larger for one with. Start is its first pixel for the first place, below 0 where it reaches into
	// the padding.
	//
	//	field' = field + (kernel-1)·dilation·stride,   start' = start - padding·stride
	//
	// Source: Araujo, Norris, Sim, "Computing receptive fields of convolutional neural networks", Distill, 2019.
	Field, Start [2]int
}

// WindowAt returns the window that the place of a map answers for. Where strides leave pixels of the window unused, the
// last one may reach as far over the edge of the picture.
func (g Geometry) WindowAt(row, column int) image.Rectangle {
	return rectangle(row*g.Stride[0], column*g.Stride[1], g.Window)
}

// FieldAt returns what the place of a map depends on; it may reach over the edges of the picture.
func (g Geometry) FieldAt(row, column int) image.Rectangle {
	return rectangle(g.Start[0]+row*g.Stride[0], g.Start[1]+column*g.Stride[1], g.Field)
}

func rectangle(y, x int, size [2]int) image.Rectangle {
	return image.Rect(x, y, x+size[1], y+size[0])
}

// Windows returns how many windows a picture of height times width pixels has, along its height and its width.
//
//	rows = ⌊(height - window) / stride⌋ + 1
//
// It returns a *graph.ShapeError for a picture smaller than a window.
func (g Geometry) Windows(height, width int) (rows, columns int, err error) {
	if height < g.Window[0] || width < g.Window[1] {
		return 0, 0, g.tooSmall(height, width)
	}
	return (height-g.Window[0])/g.Stride[0] + 1, (width-g.Window[1])/g.Stride[1] + 1, nil
}

func (g Geometry) tooSmall(height, width int) error {
	return graph.Shapef("dense: picture: got %dx%d, want at least the net's window of %s", height, width, size(g.Window))
}

// field follows what a place of a map depends on, as Geometry has it.
type field struct{ start, size, jump [2]int }

var onePixel = field{size: [2]int{1, 1}, jump: [2]int{1, 1}}

// through widens f by a layer that walks with w.
func (f field) through(w op.Window) field {
	for i := range 2 {
		f.start[i] -= w.Pads[i][0] * f.jump[i]
		f.size[i] += (w.Kernel[i] - 1) * w.Dilation[i] * f.jump[i]
		f.jump[i] *= w.Stride[i]
	}
	return f
}

// with joins the fields of two paths of the same stride.
func (f field) with(o field) field {
	for i := range 2 {
		end := max(f.start[i]+f.size[i], o.start[i]+o.size[i])
		f.start[i] = min(f.start[i], o.start[i])
		f.size[i] = end - f.start[i]
	}
	return f
}

package dense

import (
	"image"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Map holds numbers of shape [Height,Width,Channels], row-major: a picture, or the classes of each window of one.
type Map struct {
	Height, Width, Channels int
	Values                  []float32
}

func (m Map) check() error {
	if m.Height < 1 || m.Width < 1 || m.Channels < 1 || len(m.Values) != (graph.Shape{m.Height, m.Width, m.Channels}).Elems() {
		return graph.Shapef("dense: map: got %d values, want %v", len(m.Values), graph.Shape{m.Height, m.Width, m.Channels})
	}
	return nil
}

// At returns the numbers of a place, which are not a copy.
func (m Map) At(row, column int) []float32 {
	i := (row*m.Width + column) * m.Channels
	return m.Values[i : i+m.Channels : i+m.Channels]
}

// Crop copies the part r of m. It returns a *graph.ShapeError if r is empty or reaches over m's edges.
func (m Map) Crop(r image.Rectangle) (Map, error) {
	if err := m.check(); err != nil {
		return Map{}, err
	}
	if r.Empty() || !r.In(image.Rect(0, 0, m.Width, m.Height)) {
		return Map{}, graph.Shapef("dense: crop %v: want a part of %dx%d", r, m.Height, m.Width)
	}
	return m.from(r.Min, r.Dy(), r.Dx()), nil
}

// from copies height times width places from a point on; behind m's edge they are those at the edge.
func (m Map) from(p image.Point, height, width int) Map {
	part := Map{Height: height, Width: width, Channels: m.Channels, Values: make([]float32, 0, height*width*m.Channels)}
	for y := range height {
		for x := range width {
			part.Values = append(part.Values, m.At(min(p.Y+y, m.Height-1), min(p.X+x, m.Width-1))...)
		}
	}
	return part
}

// Scores returns the mean of each channel: the class scores averaged over all windows. It returns a *graph.ShapeError if
// the map does not have as many values as its sizes say.
func Scores(m Map) ([]float32, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	sums := make([]float64, m.Channels)
	for i, v := range m.Values {
		sums[i%m.Channels] += float64(v)
	}
	scores := make([]float32, m.Channels)
	for i, s := range sums {
		scores[i] = float32(s / float64(m.Height*m.Width))
	}
	return scores, nil
}

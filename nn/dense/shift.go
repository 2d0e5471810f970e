package dense

import (
	"image"

	"github.com/fovea-nn/fovea/nn/graph"
)

// finer returns g with the stride divided by factor.
func (g Geometry) finer(factor int) (Geometry, error) {
	if factor < 1 || g.Stride[0]%factor != 0 || g.Stride[1]%factor != 0 {
		return g, graph.Shapef("dense: factor: got %d, want a divisor of the net's strides %d and %d", factor, g.Stride[0], g.Stride[1])
	}
	for i := range g.Stride {
		g.Stride[i] /= factor
	}
	return g, nil
}

// Shifted returns a picture factor² times, for class maps at stride/factor that Interleave makes of the nets' outputs:
// view a·factor + b begins at row a·stride/factor and column b·stride/factor. All views have the picture's size, so that
// one net serves them; behind the picture's edge they repeat its last pixels, which no window sees that Interleave keeps.
//
// It returns a *graph.ShapeError unless factor divides the strides and a window fits the picture.
func (g Geometry) Shifted(picture Map, factor int) ([]Map, error) {
	fine, err := g.finer(factor)
	if err != nil {
		return nil, err
	}
	if err := picture.check(); err != nil {
		return nil, err
	}
	if _, _, err := g.Windows(picture.Height, picture.Width); err != nil {
		return nil, err
	}
	var views []Map
	for a := range factor {
		for b := range factor {
			views = append(views, picture.from(image.Pt(b*fine.Stride[1], a*fine.Stride[0]), picture.Height, picture.Width))
		}
	}
	return views, nil
}

// Interleave makes one class map of those of the views of a picture of height times width pixels, in Shifted's order,
// and returns it with its geometry. Windows that reach over the picture's edge are left out.
//
//	y[r,c] = maps[(r mod factor)·factor + c mod factor][⌊r/factor⌋, ⌊c/factor⌋]
//
// It returns a *graph.ShapeError unless there is a map for each view, each with a place for every window, all with as
// many classes.
func (g Geometry) Interleave(maps []Map, height, width, factor int) (Map, Geometry, error) {
	fine, err := g.finer(factor)
	if err != nil {
		return Map{}, g, err
	}
	rows, columns, err := fine.Windows(height, width)
	if err != nil {
		return Map{}, g, err
	}
	if len(maps) != factor*factor {
		return Map{}, g, graph.Shapef("dense: maps: got %d, want %d, one for each view", len(maps), factor*factor)
	}
	for i, m := range maps {
		if err := m.check(); err != nil {
			return Map{}, g, err
		}
		needRows, needColumns := (rows-i/factor+factor-1)/factor, (columns-i%factor+factor-1)/factor
		if m.Height < needRows || m.Width < needColumns || m.Channels != maps[0].Channels {
			return Map{}, g, graph.Shapef("dense: map of view %d: got %dx%d places and %d classes, want at least %dx%d and %d",
				i, m.Height, m.Width, m.Channels, needRows, needColumns, maps[0].Channels)
		}
	}
	y := Map{Height: rows, Width: columns, Channels: maps[0].Channels}
	for r := range rows {
		for c := range columns {
			y.Values = append(y.Values, maps[r%factor*factor+c%factor].At(r/factor, c/factor)...)
		}
	}
	return y, fine, nil
}

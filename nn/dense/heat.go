package dense

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Heat says how a class map is drawn over a picture.
type Heat struct {
	// Low and High are the scores of the first and the last colour; both 0 stand for 0 and 1, the bounds of probabilities.
	Low, High float64
	// Opacity is that of the last colour, above 0 and up to 1; 0 stands for 0.75. The first one lets the picture through.
	Opacity float64
}

// Draw returns the picture with the scores of a class over it. A place's score stands at the middle of its field; between
// the middles scores are interpolated linearly, beyond the outer ones they stay the same. The colour and its opacity both
// say how high the score is:
//
//	t = (score - low)/(high - low) from 0 to 1,   pixel = (1 - opacity·t)·picture + opacity·t·Colour(t)
//
// The picture has the size that the net read, one pixel a pixel.
//
// It returns a *graph.ShapeError for a class that the map does not have, a map whose sizes are wrong and an empty picture;
// and an error of kind graph.ErrFormat for scores that are not finite and options out of range.
func (h Heat) Draw(picture image.Image, m Map, class int, g Geometry) (*image.RGBA, error) {
	if h.Low == 0 && h.High == 0 {
		h.High = 1
	}
	if h.Opacity == 0 {
		h.Opacity = 0.75
	}
	span := h.High - h.Low
	if !(span > 0) || math.IsInf(span, 0) || !(h.Opacity > 0 && h.Opacity <= 1) {
		return nil, fmt.Errorf("dense: heat: got low %g, high %g, opacity %g, want low below high and opacity from 0 to 1: %w",
			h.Low, h.High, h.Opacity, graph.ErrFormat)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	box := picture.Bounds()
	if class < 0 || class >= m.Channels || box.Empty() {
		return nil, graph.Shapef("dense: heat: got class %d and a picture of %dx%d, want class 0 to %d and a pixel at least",
			class, box.Dy(), box.Dx(), m.Channels-1)
	}
	scores := make([]float64, m.Height*m.Width)
	for i := range scores {
		scores[i] = float64(m.Values[i*m.Channels+class])
		if scores[i]-scores[i] != 0 {
			return nil, fmt.Errorf("dense: heat: the score of row %d, column %d is %g, want finite numbers: %w",
				i/m.Width, i%m.Width, scores[i], graph.ErrFormat)
		}
	}
	rows, columns := g.between(0, box.Dy(), m.Height), g.between(1, box.Dx(), m.Width)
	over := image.NewNRGBA(box)
	for y, r := range rows {
		for x, c := range columns {
			upper := mix(scores[r.at*m.Width+c.at], scores[r.at*m.Width+c.next], c.share)
			lower := mix(scores[r.next*m.Width+c.at], scores[r.next*m.Width+c.next], c.share)
			t := min(max((mix(upper, lower, r.share)-h.Low)/span, 0), 1)
			heat := Colour(t)
			heat.A = uint8(math.Round(255 * h.Opacity * t))
			over.SetNRGBA(box.Min.X+x, box.Min.Y+y, heat)
		}
	}
	drawn := image.NewRGBA(box)
	draw.Draw(drawn, box, picture, box.Min, draw.Src)
	draw.Draw(drawn, box, over, box.Min, draw.Over)
	return drawn, nil
}

// neighbour says between which places of a map a pixel lies, and how far it is on its way to the next.
type neighbour struct {
	at, next int
	share    float64
}

// between finds the neighbours of each pixel along an axis.
func (g Geometry) between(axis, pixels, places int) []neighbour {
	middle := float64(g.Start[axis]) + float64(g.Field[axis])/2
	ns := make([]neighbour, pixels)
	for i := range ns {
		place := (float64(i) + 0.5 - middle) / float64(max(1, g.Stride[axis]))
		place = min(max(place, 0), float64(places-1))
		at := int(place)
		ns[i] = neighbour{at, min(at+1, places-1), place - float64(at)}
	}
	return ns
}

// mix is linear from a to b.
func mix(a, b, share float64) float64 { return a + (b-a)*share }

// viridis has every 17th of the 256 colours of matplotlib's map. Interpolated, they are within 7/255 of the others.
//
// Source: Smith, van der Walt, "A better default colormap for matplotlib", SciPy 2015; the colours are in the public
// domain (CC0).
var viridis = [...][3]float64{
	{0x44, 0x01, 0x54}, {0x48, 0x1a, 0x6c}, {0x47, 0x2f, 0x7d}, {0x41, 0x44, 0x87},
	{0x39, 0x56, 0x8c}, {0x31, 0x68, 0x8e}, {0x2a, 0x78, 0x8e}, {0x23, 0x88, 0x8e},
	{0x1f, 0x98, 0x8b}, {0x22, 0xa8, 0x84}, {0x35, 0xb7, 0x79}, {0x54, 0xc5, 0x68},
	{0x7a, 0xd1, 0x51}, {0xa5, 0xdb, 0x36}, {0xd2, 0xe2, 0x1b}, {0xfd, 0xe7, 0x25},
}

// Colour returns the colour of t, from 0 to 1, on viridis, which grows lighter evenly to the eye, for those too who tell red
// and green apart badly, and in print. Between the colours of its table it is linear.
func Colour(t float64) color.NRGBA {
	if !(t > 0) { // nor is it a number
		t = 0
	}
	place := min(t, 1) * float64(len(viridis)-1)
	at := min(int(place), len(viridis)-2)
	var c [3]uint8
	for i := range c {
		c[i] = uint8(math.Round(mix(viridis[at][i], viridis[at+1][i], place-float64(at))))
	}
	return color.NRGBA{c[0], c[1], c[2], 255}
}

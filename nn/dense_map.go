package nn

import (
	"context"
	"image"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/dense"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// ClassMap is what a classifier says of every window of a picture.
type ClassMap struct {
	dense.Map                // [rows,columns,classes], probabilities
	Geometry  dense.Geometry // where the windows lie in Picture
	Picture   *image.NRGBA   // the picture as the net saw it, a pixel for each of its own
}

// ClassMapOptions say how closely to look.
type ClassMapOptions struct {
	// Shorter is what the shorter side of the picture becomes, in pixels, while its proportions are kept; 0 means 384.
	Shorter int
	// Stride is how far apart windows are, in pixels: what the net has, which 0 stands for, or a divisor of that. A half takes
	// four passes over the shifted picture, a third nine.
	Stride int
}

const usualShorter = 384

// ClassMap looks at every window of a picture: the net becomes fully convolutional on dev, which stays the caller's, and sees
// the whole picture at once. The picture is scaled, and its margins are cut off so far that windows at whole strides fill it;
// all else is as in Classify. For what padding inside the net does to the result see package dense.
//
// It returns a *graph.ShapeError for a picture that becomes smaller than the net's window and for a stride that is no divisor,
// and graph.ErrUnsupported for nets that cannot be converted or have no text.
func (n *Net) ClassMap(ctx context.Context, dev plan.Device, pic *data.Picture, o ClassMapOptions) (*ClassMap, error) {
	d, err := n.convolutional()
	if err != nil {
		return nil, err
	}
	if o.Shorter == 0 {
		o.Shorter = usualShorter
	}
	if o.Stride == 0 {
		o.Stride = d.Stride[0]
	}
	if o.Shorter < 1 || o.Stride < 1 || d.Stride[0]%o.Stride != 0 {
		return nil, graph.Shapef("nn: class map: got a shorter side of %d pixels and stride %d, want 1 or more, and a divisor of the net's stride %d",
			o.Shorter, o.Stride, d.Stride[0])
	}
	height, width := scaled(pic, o.Shorter)
	if data.CheckSize(width, height) != nil {
		return nil, graph.Shapef("nn: class map: with a shorter side of %d pixels the picture becomes one of %dx%d: take a smaller side, such as %d",
			o.Shorter, width, height, usualShorter)
	}
	height, width = whole(d.Geometry, 0, height), whole(d.Geometry, 1, width)
	net, err := n.over(ctx, dev, d, height, width)
	if err != nil {
		return nil, err
	}
	defer net.Detach()
	pixels, err := n.pixelsAt(pic, o.Shorter, height, width)
	if err != nil {
		return nil, err
	}
	m, g, err := net.mapOf(ctx, pixels, d.Geometry, d.Stride[0]/o.Stride)
	if err != nil {
		return nil, err
	}
	return &ClassMap{Map: m, Geometry: g, Picture: n.seen(pixels, height, width)}, nil
}

// scaled returns the size of a picture whose shorter side becomes so many pixels; the longer one is rounded down, as
// preprocess.Preprocess has it.
func scaled(pic *data.Picture, shorter int) (height, width int) {
	if pic.W <= pic.H {
		return shorter * pic.H / max(1, pic.W), shorter
	}
	return shorter, shorter * pic.W / max(1, pic.H)
}

// whole returns how many of pixels along an axis a window and whole strides fill; all where there is no room for a window.
func whole(g dense.Geometry, axis, pixels int) int {
	return pixels - max(0, pixels-g.Window[axis])%g.Stride[axis]
}

// pixelsAt returns the middle of a scaled picture as the bytes that the net takes, [height,width,C].
func (n *Net) pixelsAt(pic *data.Picture, shorter, height, width int) ([]byte, error) {
	if n.Preprocess == nil {
		return data.Fit(pic, height, width, n.Summary.Input[2]), nil
	}
	p := *n.Preprocess
	p.Resize, p.Crop, p.Size = []int{shorter}, []int{height, width}, []int{height, width}
	if p.Filter == "" {
		p.Filter = preprocess.Bilinear
	}
	return p.Bytes(pic)
}

// mapOf computes the map of a picture [H,W,C] at a part of the stride.
func (n *Net) mapOf(ctx context.Context, pixels []byte, g dense.Geometry, factor int) (dense.Map, dense.Geometry, error) {
	in := n.Summary.Input
	picture := dense.Map{Height: in[0], Width: in[1], Channels: in[2], Values: make([]float32, len(pixels))}
	for i, b := range pixels {
		picture.Values[i] = float32(b)
	}
	views, err := g.Shifted(picture, factor)
	if err != nil {
		return dense.Map{}, g, err
	}
	places := n.Places()
	var maps []dense.Map
	for _, v := range views {
		probs, err := n.PredictValues(ctx, v.Values)
		if err != nil {
			return dense.Map{}, g, err
		}
		maps = append(maps, dense.Map{Height: places[0], Width: places[1], Channels: len(n.Classes), Values: probs})
	}
	return g.Interleave(maps, in[0], in[1], factor)
}

// seen returns what the net takes as a picture for people: without mean and deviation, red first.
func (n *Net) seen(pixels []byte, height, width int) *image.NRGBA {
	channels := n.Summary.Input[2]
	red, green, blue := 0, channels/2, channels-1
	if n.Preprocess != nil && n.Preprocess.Order == preprocess.BGR {
		red, blue = blue, red
	}
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range height * width {
		v := pixels[i*channels : (i+1)*channels]
		copy(img.Pix[4*i:], []byte{v[red], v[green], v[blue], 255})
	}
	return img
}

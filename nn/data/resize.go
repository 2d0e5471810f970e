package data

import (
	"image"

	"golang.org/x/image/draw"
)

// onWhite returns the picture without transparency, as it looks on white paper.
func (p *Picture) onWhite() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, p.W, p.H))
	for i := 0; i+4 <= min(len(img.Pix), len(p.Pix)); i += 4 {
		a := uint32(p.Pix[i+3])
		for j := i; j < i+3; j++ {
			img.Pix[j] = byte((uint32(p.Pix[j])*a + 255*(255-a) + 127) / 255)
		}
		img.Pix[i+3] = 255
	}
	return img
}

// Resize scales the picture to w times h pixels with a Catmull-Rom kernel, which covers all pixels
// when it shrinks. Transparency becomes white.
func (p *Picture) Resize(w, h int) (*Picture, error) {
	if err := CheckSize(w, h); err != nil {
		return nil, err
	}
	dst := scale(p.onWhite(), image.Rect(0, 0, p.W, p.H), w, h)
	return &Picture{Pix: dst.Pix, W: w, H: h}, nil
}

// scale makes w times h pixels of the part r of src: src itself where that is what it is.
func scale(src *image.RGBA, r image.Rectangle, w, h int) *image.RGBA {
	if r == src.Rect && r == image.Rect(0, 0, w, h) {
		return src
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(dst, dst.Rect, src, r, draw.Src, nil)
	return dst
}

// Gray returns the picture's brightness, one byte a pixel, 0 black. Transparency becomes white.
//
//	y = 0.299 r + 0.587 g + 0.114 b
func (p *Picture) Gray() []byte { return gray(p.onWhite().Pix) }

func gray(rgba []byte) []byte {
	g := make([]byte, len(rgba)/4)
	for i := range g {
		r, gr, b := uint32(rgba[4*i]), uint32(rgba[4*i+1]), uint32(rgba[4*i+2])
		g[i] = byte((299*r + 587*gr + 114*b + 500) / 1000)
	}
	return g
}

package data

import (
	"bytes"
	"fmt"
	"image"
	"image/png"

	"golang.org/x/image/draw"
)

// DeepPicture is W times H pixels of C numbers from 0 to 65535: 1 gray; 3 red, green, blue; 4 with alpha that the colours
// are not multiplied with.
type DeepPicture struct {
	Pix     []uint16
	W, H, C int
}

// DecodeDeep reads a PNG file of 16 bits a channel without loss. All else that Decode reads is spread from 255 to 65535.
// Errors are those of Decode.
func DecodeDeep(b []byte) (p *DeepPicture, err error) {
	if !deepPNG(b) {
		return spread(Decode(b))
	}
	defer func() { // as in Decode
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("%w: the picture is damaged (%v): save it again as PNG", ErrFormat, r)
		}
	}()
	config, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, damaged(codecs[1], b, err)
	}
	if err := CheckSize(config.Width, config.Height); err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, damaged(codecs[1], b, err)
	}
	p = &DeepPicture{W: config.Width, H: config.Height}
	var pix []byte
	from := 4 // channels in pix
	switch m := img.(type) {
	case *image.Gray16:
		pix, from, p.C = m.Pix, 1, 1
	case *image.RGBA64: // without alpha
		pix, p.C = m.Pix, 3
	case *image.NRGBA64:
		pix, p.C = m.Pix, 4
	default:
		return spread(Decode(b))
	}
	p.Pix = make([]uint16, 0, p.W*p.H*p.C)
	for i := 0; i < len(pix); i += 2 * from {
		for c := range p.C {
			p.Pix = append(p.Pix, uint16(pix[i+2*c])<<8|uint16(pix[i+2*c+1]))
		}
	}
	return p, nil
}

// deepPNG reports whether b is a PNG file of 16 bits a channel.
func deepPNG(b []byte) bool { return hasMagic(b, codecs[1].magic) && len(b) > 24 && b[24] == 16 }

// spread makes a deep picture of one with bytes.
func spread(p *Picture, err error) (*DeepPicture, error) {
	if err != nil {
		return nil, err
	}
	d := &DeepPicture{Pix: make([]uint16, len(p.Pix)), W: p.W, H: p.H, C: 4}
	for i, v := range p.Pix {
		d.Pix[i] = uint16(v) * 257
	}
	return d, nil
}

// FitDeep is Fit with 16 bits a channel, for c of 1, 3 or 4: numbers from 0 to 65535. For c of 1 and 3 transparency
// becomes white; with 4 alpha is kept. It returns nil for other c and for sizes that no picture can have.
func FitDeep(p *DeepPicture, h, w, c int) []float32 {
	if CheckSize(w, h) != nil || CheckSize(p.W, p.H) != nil || c < 1 || c == 2 || c > 4 {
		return nil
	}
	crop := Cover(p.W, p.H, w, h)
	out := make([]float32, h*w*c)
	for k := range c {
		plane := image.NewGray16(image.Rect(0, 0, p.W, p.H))
		for i := range p.W * p.H {
			v := p.value(p.Pix[i*p.C:(i+1)*p.C], k, c)
			plane.Pix[2*i], plane.Pix[2*i+1] = byte(v>>8), byte(v)
		}
		if crop != plane.Rect || p.W != w || p.H != h {
			scaled := image.NewGray16(image.Rect(0, 0, w, h))
			draw.CatmullRom.Scale(scaled, scaled.Rect, plane, crop, draw.Src, nil)
			plane = scaled
		}
		for i := range h * w {
			out[i*c+k] = float32(uint16(plane.Pix[2*i])<<8 | uint16(plane.Pix[2*i+1]))
		}
	}
	return out
}

// value returns channel k of c that a pixel is to have.
func (p *DeepPicture) value(pixel []uint16, k, c int) uint16 {
	const full = 0xffff
	if k == 3 {
		if p.C == 4 {
			return pixel[3]
		}
		return full
	}
	onWhite := func(k int) uint64 {
		v := uint64(pixel[min(k, p.C-1)])
		if p.C < 4 || c == 4 {
			return v
		}
		a := uint64(pixel[3])
		return (v*a + full*(full-a) + full/2) / full
	}
	if c > 1 || p.C == 1 {
		return uint16(onWhite(k))
	}
	return uint16((299*onWhite(0) + 587*onWhite(1) + 114*onWhite(2) + 500) / 1000)
}

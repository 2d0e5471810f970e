package data

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"
)

// Kinds of errors, for errors.Is.
var (
	// ErrFormat means that bytes are not what they should be: no picture, cut off, inconsistent.
	ErrFormat = errors.New("unusable data")
	// ErrTooLarge means that something is valid but larger than Fovea takes.
	ErrTooLarge = errors.New("too large")
)

// MaxPixels is the largest picture that Decode reads: 64 megapixels, 256 MiB in memory.
const MaxPixels = 64 << 20

// Picture is W times H pixels of 4 bytes: red, green, blue, and alpha that the colours are not
// multiplied with.
type Picture struct {
	Pix  []byte
	W, H int
}

// FromRGBA makes a Picture of w times h pixels. It keeps pix, as getImageData of a canvas gives it.
func FromRGBA(pix []byte, w, h int) (*Picture, error) {
	if err := CheckSize(w, h); err != nil {
		return nil, err
	}
	if len(pix) != 4*w*h {
		return nil, fmt.Errorf("%w: %dx%d pixels: got %d bytes, want %d, 4 a pixel", ErrFormat, w, h, len(pix), 4*w*h)
	}
	return &Picture{Pix: pix, W: w, H: h}, nil
}

// CheckSize returns an error if w times h pixels are none or too many.
func CheckSize(w, h int) error {
	if w < 1 || h < 1 {
		return fmt.Errorf("%w: the picture has %dx%d pixels, want at least 1x1", ErrFormat, w, h)
	}
	if w > MaxPixels/h {
		return fmt.Errorf("%w: the picture has %dx%d pixels (%.0f megapixels), at most %d are read: make it smaller first, 2000 pixels a side are plenty",
			ErrTooLarge, w, h, float64(w)*float64(h)/1e6, MaxPixels)
	}
	return nil
}

// codec reads one kind of picture file.
type codec struct {
	name   string
	magic  string // ? stands for any byte
	decode func(io.Reader) (image.Image, error)
	config func(io.Reader) (image.Config, error)
	exif   func([]byte) []byte // the EXIF block, or nil
}

var codecs = []codec{
	{"JPEG", "\xff\xd8\xff", jpeg.Decode, jpeg.DecodeConfig, jpegEXIF},
	{"PNG", "\x89PNG\r\n\x1a\n", png.Decode, png.DecodeConfig, pngEXIF},
	{"GIF", "GIF8?a", gif.Decode, gif.DecodeConfig, nil},
	{"WebP", "RIFF????WEBP", webp.Decode, webpConfig, webpEXIF},
	{"BMP", "BM????\x00\x00\x00\x00", bmp.Decode, bmp.DecodeConfig, nil},
}

// Decode reads a JPEG, PNG, GIF (its first frame), WebP or BMP file and turns the picture upright.
// The size is checked before any pixel is read. Errors are of kind ErrFormat or ErrTooLarge and say
// what to do.
func Decode(b []byte) (p *Picture, err error) {
	// Decoders are not ours: should one panic, the file is at fault, and the page must live on.
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("%w: the picture is damaged (%v): save it again as PNG", ErrFormat, r)
		}
	}()
	for _, c := range codecs {
		if !hasMagic(b, c.magic) {
			continue
		}
		config, err := c.config(bytes.NewReader(b))
		if err != nil {
			return nil, damaged(c, b, err)
		}
		if err := CheckSize(config.Width, config.Height); err != nil {
			return nil, err
		}
		img, err := c.decode(bytes.NewReader(b))
		if err != nil {
			return nil, damaged(c, b, err)
		}
		if err := CheckSize(img.Bounds().Dx(), img.Bounds().Dy()); err != nil {
			return nil, err
		}
		p := fromImage(img)
		if c.exif != nil {
			p = p.oriented(orientation(c.exif(b)))
		}
		return p, nil
	}
	return nil, notAPicture(b)
}

// damaged is the error for a file that c could not read.
func damaged(c codec, b []byte, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: the %s file is cut off after %d bytes: fetch or save it again (%w)", ErrFormat, c.name, len(b), err)
	}
	return fmt.Errorf("%w: the %s file is damaged or of a rare kind: save it again as PNG (%w)", ErrFormat, c.name, err)
}

func hasMagic(b []byte, magic string) bool {
	if len(b) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != b[i] {
			return false
		}
	}
	return true
}

// fromImage converts to straight alpha, without a detour for the common kinds.
func fromImage(img image.Image) *Picture {
	r := img.Bounds()
	p := &Picture{W: r.Dx(), H: r.Dy()}
	whole := image.Rect(0, 0, p.W, p.H)
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() {
		// Without transparency, multiplied and straight alpha are the same.
		dst := image.NewRGBA(whole)
		draw.Draw(dst, whole, img, r.Min, draw.Src)
		p.Pix = dst.Pix
		return p
	}
	dst := image.NewNRGBA(whole)
	if src, ok := img.(*image.NRGBA); ok {
		for y := range p.H {
			copy(dst.Pix[y*dst.Stride:][:4*p.W], src.Pix[y*src.Stride:])
		}
	} else {
		draw.Draw(dst, whole, img, r.Min, draw.Src)
	}
	p.Pix = dst.Pix
	return p
}

package data

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
)

// blocks is a picture of 3x2 blocks, each 16 pixels wide, of brightness 0, 40, 80, … row by row.
func blocks() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 48, 32))
	for y := range 32 {
		for x := range 48 {
			v := uint8(40 * (y/16*3 + x/16))
			img.Set(x, y, color.RGBA{v, v, v, 255})
		}
	}
	return img
}

// blockNumbers reads the block numbers of a picture back, rows joined by a slash.
func blockNumbers(p *Picture) string {
	var b strings.Builder
	g := p.Gray()
	for y := 8; y < p.H; y += 16 {
		if y > 8 {
			b.WriteByte('/')
		}
		for x := 8; x < p.W; x += 16 {
			b.WriteByte('0' + (g[y*p.W+x]+20)/40)
		}
	}
	return b.String()
}

// exifBlock is an EXIF block whose second entry is the orientation o.
func exifBlock(order binary.AppendByteOrder, o uint16) []byte {
	head := "II*\x00"
	if order == binary.AppendByteOrder(binary.BigEndian) {
		head = "MM\x00*"
	}
	b := order.AppendUint32([]byte(head), 8)
	b = order.AppendUint16(b, 2)
	for _, e := range [][2]uint16{{0x0100, 9}, {0x0112, o}} {
		b = order.AppendUint16(b, e[0])
		b = order.AppendUint16(b, 3)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, e[1])
		b = order.AppendUint16(b, 0)
	}
	return b
}

func encoded(t *testing.T, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegWith(t *testing.T, exif []byte) []byte {
	b := encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, blocks(), nil) })
	segment := append([]byte("Exif\x00\x00"), exif...)
	head := []byte{0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xe1, 0, byte(len(segment) + 2)}
	return append(append(head, segment...), b[2:]...)
}

func pngWith(t *testing.T, exif []byte) []byte {
	b := encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, blocks()) })
	chunk := append([]byte("eXIf"), exif...)
	full := binary.BigEndian.AppendUint32(nil, uint32(len(exif)))
	full = binary.BigEndian.AppendUint32(append(full, chunk...), crc32.ChecksumIEEE(chunk))
	const afterIHDR = 8 + 25
	return append(append(bytes.Clone(b[:afterIHDR]), full...), b[afterIHDR:]...)
}

func TestOrientation(t *testing.T) {
	want := []string{"", "012/345", "210/543", "543/210", "345/012", "03/14/25", "30/41/52", "52/41/30", "25/14/03"}
	for o := 1; o <= 8; o++ {
		for name, b := range map[string][]byte{
			"JPEG little-endian": jpegWith(t, exifBlock(binary.LittleEndian, uint16(o))),
			"JPEG big-endian":    jpegWith(t, exifBlock(binary.BigEndian, uint16(o))),
			"PNG":                pngWith(t, exifBlock(binary.BigEndian, uint16(o))),
		} {
			p, err := Decode(b)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := blockNumbers(p); got != want[o] {
				t.Errorf("%s, orientation %d: got %s, want %s", name, o, got, want[o])
			}
		}
	}
	good := exifBlock(binary.LittleEndian, 6)
	for n := range good {
		if o := orientation(good[:n]); o != 1 && n < len(good)-3 {
			t.Errorf("EXIF cut after %d bytes: got %d", n, o)
		}
	}
	if o := orientation(exifBlock(binary.LittleEndian, 9)); o != 1 {
		t.Errorf("orientation 9: got %d, want 1", o)
	}
}

func TestDecodeKinds(t *testing.T) {
	paletted := image.NewPaletted(image.Rect(0, 0, 48, 32), nil)
	for i := range 6 {
		v := uint8(40 * i)
		paletted.Palette = append(paletted.Palette, color.RGBA{v, v, v, 255})
	}
	for i := range paletted.Pix {
		paletted.Pix[i] = byte(i/48/16*3 + i%48/16)
	}
	for name, b := range map[string][]byte{
		"JPEG": encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, blocks(), nil) }),
		"PNG":  encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, blocks()) }),
		"GIF":  encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, paletted, nil) }),
		"BMP":  encoded(t, func(b *bytes.Buffer) error { return bmp.Encode(b, blocks()) }),
	} {
		p, err := Decode(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := blockNumbers(p); got != "012/345" {
			t.Errorf("%s: got %s", name, got)
		}
		for n := range b {
			if _, err := Decode(b[:n]); err != nil && !errors.Is(err, ErrFormat) {
				t.Fatalf("%s cut after %d bytes: got %v", name, n, err)
			}
		}
		if _, err := Decode(b[:len(b)/2]); err == nil {
			t.Errorf("%s cut in the middle: no error", name)
		}
	}
}

func TestDecodeWebP(t *testing.T) {
	b, err := os.ReadFile("testdata/gopher.webp")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	// The same with an orientation behind it.
	exif := append([]byte("Exif\x00\x00"), exifBlock(binary.LittleEndian, 6)...)
	turned := binary.LittleEndian.AppendUint32(append(bytes.Clone(b), "EXIF"...), uint32(len(exif)))
	turned = append(turned, exif...)
	binary.LittleEndian.PutUint32(turned[4:], uint32(len(turned)-8))
	q, err := Decode(turned)
	if err != nil {
		t.Fatal(err)
	}
	if q.W != p.H || q.H != p.W || !bytes.Equal(p.oriented(6).Pix, q.Pix) {
		t.Errorf("orientation 6 of %dx%d: got %dx%d", p.W, p.H, q.W, q.H)
	}
	// An extended header that claims less than the picture inside has.
	inner := bytes.Clone(b[12:])
	binary.LittleEndian.PutUint32(inner[9:], 0x0fffffff)
	lie := append([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), inner...)
	binary.LittleEndian.PutUint32(lie[4:], uint32(len(lie)-8))
	if _, err := Decode(lie); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "16384x16384") {
		t.Errorf("lying header: got %v", err)
	}
}

func TestDecodeTransparent(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	copy(img.Pix, []byte{200, 100, 50, 128, 10, 20, 30, 0})
	p, err := Decode(encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, img) }))
	if err != nil || !bytes.Equal(p.Pix, img.Pix) {
		t.Errorf("got %v, %v, want straight alpha %v", p, err, img.Pix)
	}
}

func TestDecodeBad(t *testing.T) {
	large := encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, blocks()) })
	binary.BigEndian.PutUint32(large[16:], 10000)
	binary.BigEndian.PutUint32(large[20:], 9000)
	binary.BigEndian.PutUint32(large[29:], crc32.ChecksumIEEE(large[12:29]))
	for _, tt := range []struct {
		name string
		b    []byte
		kind error
		want string
	}{
		{"empty", nil, ErrFormat, "the file is empty: choose a JPEG, PNG"},
		{"pdf", []byte("%PDF-1.4\n"), ErrFormat, "this is a PDF document"},
		{"tiff", []byte("II*\x00...."), ErrFormat, "this is a TIFF picture, not a picture that Fovea reads: save it as JPEG or PNG"},
		{"heic", []byte("\x00\x00\x00\x18ftypheic"), ErrFormat, "HEIC picture"},
		{"avif", []byte("\x00\x00\x00\x18ftypavif"), ErrFormat, "AVIF picture"},
		{"mp4", []byte("\x00\x00\x00\x18ftypisom"), ErrFormat, "a video"},
		{"zip", []byte("PK\x03\x04"), ErrFormat, "ZIP archive"},
		{"html", []byte("\xef\xbb\xbf \n<!DOCTYPE html><title>404"), ErrFormat, "a web page (HTML)"},
		{"svg", []byte(`<?xml version="1.0"?><svg/>`), ErrFormat, "SVG drawing"},
		{"json", []byte(`{"a":1}`), ErrFormat, "JSON text"},
		{"text", []byte("Grüße"), ErrFormat, "this is text"},
		{"other", []byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09"), ErrFormat, "it starts with the bytes 01 02 03 04 05 06 07 08: choose"},
		{"large", large, ErrTooLarge, "10000x9000 pixels (90 megapixels), at most 67108864 are read: make it smaller first"},
		{"jpeg cut", []byte("\xff\xd8\xff\xe0\x00\x10"), ErrFormat, "the JPEG file is cut off after 6 bytes: fetch or save it again"},
		{"png damaged", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x01IHDR\x00\x00\x00\x00\x00"), ErrFormat, "the PNG file is damaged or of a rare kind: save it again as PNG"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Decode(tt.b)
			if p != nil || !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	codecs = append(codecs, codec{name: "X", magic: "panic", config: func(io.Reader) (image.Config, error) { panic("boom") }})
	defer func() { codecs = codecs[:len(codecs)-1] }()
	if p, err := Decode([]byte("panic")); p != nil || !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "(boom)") {
		t.Errorf("panic inside: got %v, %v", p, err)
	}
}

func TestFromRGBA(t *testing.T) {
	if p, err := FromRGBA(make([]byte, 24), 3, 2); err != nil || p.W != 3 || p.H != 2 {
		t.Errorf("got %v, %v", p, err)
	}
	for _, tt := range []struct {
		n, w, h int
		kind    error
	}{{23, 3, 2, ErrFormat}, {0, 0, 2, ErrFormat}, {4, -1, -1, ErrFormat}, {4, 1 << 40, 1 << 40, ErrTooLarge}} {
		if _, err := FromRGBA(make([]byte, tt.n), tt.w, tt.h); !errors.Is(err, tt.kind) {
			t.Errorf("%d bytes, %dx%d: got %v, want %v", tt.n, tt.w, tt.h, err, tt.kind)
		}
	}
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("GIF89a"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrTooLarge) {
				t.Fatalf("of no kind: %v", err)
			}
			return
		}
		if len(p.Pix) != 4*p.W*p.H {
			t.Fatalf("%d bytes for %dx%d pixels", len(p.Pix), p.W, p.H)
		}
	})
}

package data

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"

	"golang.org/x/image/webp"
)

// jpegEXIF returns the EXIF block of a JPEG file: that of the first APP1 segment called Exif.
func jpegEXIF(b []byte) []byte {
	for b = b[2:]; len(b) >= 4 && b[0] == 0xff; {
		marker, n := b[1], int(binary.BigEndian.Uint16(b[2:]))
		switch {
		case marker == 0xff: // fill byte
			b = b[1:]
			continue
		case marker == 0xda || n < 2 || n > len(b)-2: // pixels start, or nonsense
			return nil
		}
		if block, ok := bytes.CutPrefix(b[4:2+n], []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return block
		}
		b = b[2+n:]
	}
	return nil
}

// pngEXIF returns the content of the eXIf chunk of a PNG file.
func pngEXIF(b []byte) []byte {
	for b = b[8:]; len(b) >= 12; {
		n := uint64(binary.BigEndian.Uint32(b))
		if n > uint64(len(b)-12) {
			return nil
		}
		if string(b[4:8]) == "eXIf" {
			return b[8 : 8+n]
		}
		b = b[12+n:]
	}
	return nil
}

// webpEXIF returns the content of the EXIF chunk of a WebP file.
func webpEXIF(b []byte) []byte {
	return bytes.TrimPrefix(webpChunk(b, "EXIF"), []byte("Exif\x00\x00"))
}

// webpChunk returns the content of the first chunk called id of a WebP file, or nil.
func webpChunk(b []byte, id string) []byte {
	for b = b[min(12, len(b)):]; len(b) >= 8; {
		n := uint64(binary.LittleEndian.Uint32(b[4:]))
		if n > uint64(len(b)-8) {
			return nil
		}
		if string(b[:4]) == id {
			return b[8 : 8+n]
		}
		b = b[min(8+n+n&1, uint64(len(b))):]
	}
	return nil
}

// webpConfig is webp.DecodeConfig, but not satisfied with the size that an extended header claims:
// the picture inside may be larger, and the decoder makes room for that one.
func webpConfig(r io.Reader) (image.Config, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return image.Config{}, err
	}
	config, err := webp.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return config, err
	}
	if v := webpChunk(b, "VP8L"); len(v) >= 5 {
		size := binary.LittleEndian.Uint32(v[1:])
		config.Width = max(config.Width, 1+int(size&0x3fff))
		config.Height = max(config.Height, 1+int(size>>14&0x3fff))
	}
	if v := webpChunk(b, "VP8 "); len(v) >= 10 {
		config.Width = max(config.Width, int(binary.LittleEndian.Uint16(v[6:])&0x3fff))
		config.Height = max(config.Height, int(binary.LittleEndian.Uint16(v[8:])&0x3fff))
	}
	return config, nil
}

// orientation returns the Orientation of an EXIF block, 1 to 8; 1, upright, if there is none.
func orientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 1
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < 12 {
			return 1
		}
		const orientationTag, short = 0x0112, 3
		if order.Uint16(entries) == orientationTag && order.Uint16(entries[2:]) == short {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// oriented returns the picture as an EXIF orientation wants it shown: 2 mirrored, 3 turned by 180°,
// 4 upside down, 5 transposed, 6 turned right, 7 transposed the other way, 8 turned left.
func (p *Picture) oriented(o int) *Picture {
	if o <= 1 || o > 8 {
		return p
	}
	q := &Picture{Pix: make([]byte, len(p.Pix)), W: p.W, H: p.H}
	if o >= 5 {
		q.W, q.H = p.H, p.W
	}
	for y := range q.H {
		for x := range q.W {
			sx, sy := x, y
			if o >= 5 {
				sx, sy = y, x
			}
			if o == 2 || o == 3 || o == 7 || o == 8 {
				sx = p.W - 1 - sx
			}
			if o == 3 || o == 4 || o == 6 || o == 7 {
				sy = p.H - 1 - sy
			}
			copy(q.Pix[4*(y*q.W+x):][:4], p.Pix[4*(sy*p.W+sx):])
		}
	}
	return q
}

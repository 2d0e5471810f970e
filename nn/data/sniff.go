package data

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// lookalikes are files that people take for pictures, or hand over by mistake.
var lookalikes = []struct{ magic, what, remedy string }{
	{"%PDF", "a PDF document", "export the page as PNG"},
	{"II*\x00", "a TIFF picture", "save it as JPEG or PNG"},
	{"MM\x00*", "a TIFF picture", "save it as JPEG or PNG"},
	{"????ftyphei", "a HEIC picture", "save it as JPEG or PNG; phones have a setting for it (\"most compatible\")"},
	{"????ftyphev", "a HEIC picture", "save it as JPEG or PNG; phones have a setting for it (\"most compatible\")"},
	{"????ftypmif1", "a HEIC or AVIF picture", "save it as JPEG or PNG"},
	{"????ftypavi", "an AVIF picture", "save it as JPEG or PNG"},
	{"????ftyp", "a video", "take one picture of it and save it as JPEG or PNG"},
	{"\x1a\x45\xdf\xa3", "a video", "take one picture of it and save it as JPEG or PNG"},
	{"\xff\x0a", "a JPEG XL picture", "save it as JPEG or PNG"},
	{"\x00\x00\x00\x0cJXL ", "a JPEG XL picture", "save it as JPEG or PNG"},
	{"8BPS", "a Photoshop file", "export it as PNG"},
	{"\x00\x00\x01\x00", "an icon file", "save it as PNG"},
	{"PK\x03\x04", "a ZIP archive or an office document", "unpack it and choose the pictures inside"},
	{"\x1f\x8b", "a gzip archive", "unpack it first"},
	{"{", "JSON text", pickPicture},
}

const pickPicture = "choose a JPEG, PNG, GIF, WebP or BMP file"

// notAPicture is the error for bytes that no codec claims; it says what they look like.
func notAPicture(b []byte) error {
	if len(b) == 0 {
		return fmt.Errorf("%w: the file is empty: %s", ErrFormat, pickPicture)
	}
	for _, l := range lookalikes {
		if hasMagic(b, l.magic) {
			return fmt.Errorf("%w: this is %s, not a picture that Fovea reads: %s", ErrFormat, l.what, l.remedy)
		}
	}
	head := b[:min(len(b), 256)]
	text := strings.ToLower(string(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))))
	switch {
	case strings.Contains(text, "<svg"):
		return fmt.Errorf("%w: this is an SVG drawing, not a picture of pixels: export it as PNG", ErrFormat)
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"):
		return fmt.Errorf("%w: this is a web page (HTML), not a picture; a download may have returned an error page: %s", ErrFormat, pickPicture)
	case isText(head):
		return fmt.Errorf("%w: this is text, not a picture: %s", ErrFormat, pickPicture)
	}
	return fmt.Errorf("%w: not a picture, or cut off: it starts with the bytes % x: %s", ErrFormat, b[:min(len(b), 8)], pickPicture)
}

// isText reports whether b, perhaps cut inside a character, reads as text.
func isText(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && (n > 1 || utf8.FullRune(b)) || r < ' ' && !strings.ContainsRune("\t\r\n", r) {
			return false
		}
		b = b[n:]
	}
	return true
}

package data

import (
	"bytes"
	"compress/gzip"
	"errors"
	"slices"
	"strings"
	"testing"
)

func zipped(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadIDX(t *testing.T) {
	images := "\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x03abcdef"
	for _, b := range [][]byte{[]byte(images), zipped(t, images)} {
		pix, shape, err := ReadImages(b)
		if err != nil || string(pix) != "abcdef" || !slices.Equal(shape, []int{1, 3, 1}) {
			t.Errorf("ReadImages: got %q, %v, %v", pix, shape, err)
		}
	}
	labels := "\x00\x00\x08\x01\x00\x00\x00\x02\x07\x08"
	for _, b := range [][]byte{[]byte(labels), zipped(t, labels)} {
		if l, err := ReadLabels(b); err != nil || !slices.Equal(l, []int32{7, 8}) {
			t.Errorf("ReadLabels: got %q, %v", l, err)
		}
	}
	z := zipped(t, images)
	for _, tt := range []struct {
		name string
		b    []byte
		kind error
		want string
	}{
		{"empty", nil, ErrFormat, "got 0 bytes, want at least the 16 of the header: the file is cut off"},
		{"labels for pictures", []byte(labels + "______"), ErrFormat, "at byte 0: got 00000801, want 00000803"},
		{"cut", []byte(images[:18]), ErrFormat, "from byte 16 on: got 2 bytes, want 6 for sizes [2 1 3]"},
		{"too long", []byte(images + "x"), ErrFormat, "got 7 bytes, want 6"},
		{"size 0", []byte("\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x03"), ErrFormat, "at byte 8: size 1 is 0"},
		{"huge", []byte("\x00\x00\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), ErrTooLarge, "at byte 4: size 0 is 4294967295"},
		{"gzip cut", z[:len(z)-3], ErrFormat, "gzip: after 22 bytes"},
		{"gzip header", z[:5], ErrFormat, "gzip: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pix, _, err := ReadImages(tt.b)
			if pix != nil || !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	if _, err := ReadLabels([]byte(images)); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "IDX labels: ") {
		t.Errorf("pictures for labels: got %v", err)
	}
}

func TestOpenIDX(t *testing.T) {
	images := "\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x03abcdef"
	labels := "\x00\x00\x08\x01\x00\x00\x00\x02\x01\x00"
	folder := func() map[string][]byte {
		return map[string][]byte{"train-images-idx3-ubyte": []byte(images), "train-labels-idx1-ubyte.gz": zipped(t, labels)}
	}
	s, err := OpenIDX(mapFS(folder()), "train", []string{"a", "b"})
	if err != nil || s.Check() != nil || !slices.Equal(s.Labels, []int32{1, 0}) || !slices.Equal(s.Shape, []int{1, 3, 1}) {
		t.Errorf("got %v, %v", s, err)
	}
	for _, tt := range []struct{ name, file, content, want string }{
		{"no pictures", "train-images-idx3-ubyte", "", "train-images-idx3-ubyte: "},
		{"pictures cut off", "train-images-idx3-ubyte", images[:20], "train-images-idx3-ubyte: IDX pictures: unusable data: from byte 16 on: got 4 bytes, want 6"},
		{"labels for pictures", "train-labels-idx1-ubyte", images, "train-labels-idx1-ubyte: IDX labels: "},
		{"fewer labels", "train-labels-idx1-ubyte", "\x00\x00\x08\x01\x00\x00\x00\x01\x01", "and train-labels-idx1-ubyte: unusable data: labels for 1 samples, but 6 values"},
		{"a label out of range", "train-labels-idx1-ubyte", "\x00\x00\x08\x01\x00\x00\x00\x02\x01\x02", "sample 1: got label 2, want 0 to 1"},
	} {
		files := folder()
		if files[tt.file] = []byte(tt.content); tt.content == "" {
			delete(files, tt.file)
		}
		if s, err := OpenIDX(mapFS(files), "train", []string{"a", "b"}); s != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

func FuzzReadIDX(f *testing.F) {
	f.Add([]byte("\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x03abcdef"))
	f.Add([]byte("\x00\x00\x08\x01\x00\x00\x00\x02\x07\x08"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if pix, shape, err := ReadImages(b); err == nil && len(pix)%elems(shape) != 0 {
			t.Errorf("got %d bytes of pictures %v", len(pix), shape)
		}
		if labels, err := ReadLabels(b); err == nil && len(labels) == 0 {
			t.Error("got no labels")
		}
	})
}

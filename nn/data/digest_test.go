package data

import (
	"context"
	"crypto/sha256"
	"slices"
	"testing"
)

func TestDigest(t *testing.T) {
	digest := func(s Set) [sha256.Size]byte {
		t.Helper()
		sum, err := s.Digest(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	bytes := Set{Shape: []int{1, 2, 1}, Images: []byte{1, 2, 3, 4}, Labels: []int32{0, 1}, Classes: []string{"a", "b"}}
	want := sha256.Sum256([]byte("fovea data 1\nshape [1 2 1]\nlabel []\nclasses [\"a\" \"b\"]\nsamples 2 byte\n\x00\x00\x00\x00\x01\x00\x00\x00\x01\x02\x03\x04"))
	if digest(bytes) != want {
		t.Errorf("got %x, want %x", digest(bytes), want)
	}
	floats := Set{Shape: []int{1}, Floats: []float32{1, -2}, Labels: []int32{0, -1}, LabelShape: []int{}, Classes: []string{"a"}}
	want = sha256.Sum256([]byte("fovea data 1\nshape [1]\nlabel []\nclasses [\"a\"]\nsamples 2 float\n\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x80\x3f\x00\x00\x00\xc0"))
	if digest(floats) != want {
		t.Errorf("numbers: got %x, want %x", digest(floats), want)
	}
	shape, label, sample, class, border := bytes, bytes, bytes, bytes, bytes
	shape.Shape = []int{2, 1, 1}
	label.Labels = []int32{1, 1}
	sample.Images = []byte{1, 2, 3, 5}
	class.Classes = []string{"a", "c"}
	border.Classes = []string{`a" "b`}
	seen := [][sha256.Size]byte{digest(bytes)}
	for name, s := range map[string]Set{"shape": shape, "label": label, "sample": sample, "class": class, "quotation marks": border} {
		if slices.Contains(seen, digest(s)) {
			t.Errorf("%s: the digest is that of another set", name)
		}
		seen = append(seen, digest(s))
	}
}

package archive

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/data"
)

// pngOf is a PNG file of one colour.
func pngOf(t testing.TB, c color.Color) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 3, 3))
	for i := range 9 {
		m.Set(i%3, i/3, c)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pets(t testing.TB) map[string][]byte {
	red, blue := pngOf(t, color.NRGBA{200, 0, 0, 255}), pngOf(t, color.NRGBA{0, 0, 200, 255})
	return map[string][]byte{"pets/dog/1.png": red, "pets/cat/a.png": red, "pets/cat/b.png": blue, "pets/cat/notes.txt": []byte("about cats"), "__MACOSX/cat/._a.png": {0}}
}

func zipOf(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadPicturesBad(t *testing.T) {
	o := data.PictureOptions{Height: 4, Width: 4}
	good := zipOf(t, pets(t))
	locked := slices.Clone(good)
	at := bytes.Index(locked, []byte("PK\x01\x02"))
	locked[at+8] |= 1
	for _, tt := range []struct {
		name string
		b    []byte
		kind error
		want string
	}{
		{"empty", nil, data.ErrFormat, "it is cut off or none"},
		{"no archive", []byte("hello"), data.ErrFormat, "ZIP archive: "},
		{"cut off", good[:len(good)-9], data.ErrFormat, "fetch or pack it again"},
		{"password", locked, data.ErrFormat, "it has a password"},
	} {
		if _, _, err := ReadPictures(tt.b, o); !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	broken := slices.Clone(good)
	broken[bytes.Index(broken, []byte("pets/cat/a.png"))+40] ^= 0xff // inside that file; the archive's checksum tells
	if _, report, err := ReadPictures(broken, o); err != nil || report.Read != 2 || !strings.Contains(report.String(), "a.png: ") {
		t.Errorf("a damaged file: got %v, %v; want the others", report, err)
	}
}

func TestReadPictures(t *testing.T) {
	s, report, err := ReadPictures(zipOf(t, pets(t)), data.PictureOptions{Height: 1, Width: 1})
	if err != nil || !slices.Equal(s.Classes, []string{"cat", "dog"}) || !slices.Equal(s.Images, []byte{200, 0, 0, 0, 0, 200, 200, 0, 0}) || !slices.Equal(s.Labels, []int32{0, 0, 1}) {
		t.Errorf("got %v, %v", s, err)
	}
	if want := "cat/notes.txt: unusable data: this is text"; len(report.Skipped) != 1 || !strings.Contains(report.String(), want) {
		t.Errorf("got %v, want %s", report, want)
	}
}

func TestReadVolumes(t *testing.T) {
	dark, bright := pngOf(t, color.Gray{10}), pngOf(t, color.Gray{20})
	s, _, err := ReadVolumes(zipOf(t, map[string][]byte{"ill/a/9.png": dark, "ill/a/10.png": bright, "well/b/1.png": dark, "well/b/2.png": dark}),
		data.VolumeOptions{PictureOptions: data.PictureOptions{Height: 1, Width: 1, Channels: 1}})
	if err != nil || !slices.Equal(s.Shape, []int{2, 1, 1, 1}) || !slices.Equal(s.Images, []byte{10, 20, 10, 10}) {
		t.Errorf("got %v, %v", s, err)
	}
}

// TestBomb has a file that grows a thousandfold, behind the head of a picture, before one that is a picture.
func TestBomb(t *testing.T) {
	bomb := zipOf(t, map[string][]byte{"a/1.png": append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 1<<22)...), "a/2.png": pngOf(t, color.White)})
	if len(bomb) > 1<<14 {
		t.Fatalf("the archive has %d bytes", len(bomb))
	}
	read := func(root fs.FS) (*data.Set, data.Report, error) {
		return data.ReadFolder(root, data.PictureOptions{Height: 1, Width: 1})
	}
	for _, tt := range []struct {
		left int64
		kind error
	}{{1 << 23, nil}, {1 << 21, data.ErrTooLarge}, {0, data.ErrTooLarge}} {
		root, err := openZip(bomb)
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(len(bomb))*zipRatio + zipExtra; root.left != want {
			t.Fatalf("bound: got %d, want %d", root.left, want)
		}
		root.left = tt.left
		if s, report, err := root.read(read); !errors.Is(err, tt.kind) || (err == nil) != (s != nil) {
			t.Errorf("%d bytes: got %v, %v; want %v", tt.left, report, err, tt.kind)
		}
	}
}

func FuzzReadPictures(f *testing.F) {
	f.Add(zipOf(f, pets(f)))
	f.Add(zipOf(f, map[string][]byte{"a/1/x.png": pngOf(f, color.White)}))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, _, err := ReadPictures(b, data.PictureOptions{Height: 3, Width: 2, Channels: 1}); err == nil && s.CheckForm() != nil {
			t.Error(s.CheckForm())
		}
		if s, _, err := ReadVolumes(b, data.VolumeOptions{PictureOptions: data.PictureOptions{Height: 2, Width: 2, Deep: true}}); err == nil && s.CheckForm() != nil {
			t.Error(s.CheckForm())
		}
	})
}

package data

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// pngOf is a PNG file of one colour.
func pngOf(t testing.TB, c color.Color, w, h int) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		m.Set(i%w, i/w, c)
	}
	return pngFile(t, m)
}

func pngFile(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func mapFS(files map[string][]byte) fstest.MapFS {
	m := fstest.MapFS{}
	for name, b := range files {
		m[name] = &fstest.MapFile{Data: b}
	}
	return m
}

func pets(t testing.TB) map[string][]byte {
	red, blue := pngOf(t, color.NRGBA{200, 0, 0, 255}, 5, 5), pngOf(t, color.NRGBA{0, 0, 200, 255}, 9, 4)
	return map[string][]byte{
		"dog/1.png": red, "dog/deep/2.png": red, "cat/b.jpg": blue, "cat/a.png": red, "cat/notes.txt": []byte("about cats"),
		"cat/cut.png": blue[:40], "cat/.DS_Store": {0}, "__MACOSX/cat/._a.png": {0}, "readme.md": []byte("# Pets"), "dog/empty.png": nil,
	}
}

func TestReadFolder(t *testing.T) {
	top := map[string][]byte{}
	for name, b := range pets(t) {
		top["pets/"+name] = b
	}
	for name, read := range map[string]func(PictureOptions) (*Set, Report, error){
		"folder":         func(o PictureOptions) (*Set, Report, error) { return ReadFolder(mapFS(pets(t)), o) },
		"below a folder": func(o PictureOptions) (*Set, Report, error) { return ReadFolder(mapFS(top), o) },
	} {
		t.Run(name, func(t *testing.T) {
			s, report, err := read(PictureOptions{Height: 2, Width: 3})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff([]string{"cat", "dog"}, s.Classes); d != "" || !slices.Equal(s.Labels, []int32{0, 0, 1, 1}) || !slices.Equal(s.Shape, []int{2, 3, 3}) {
				t.Errorf("got %v, labels %v, shape %v", s.Classes, s.Labels, s.Shape)
			}
			if got := s.Image(1); got[0] != 0 || got[2] != 200 {
				t.Errorf("cat/b.jpg: got %v, want blue", got)
			}
			if err := s.Check(); err != nil {
				t.Error(err)
			}
			var skipped []string
			for _, f := range report.Skipped {
				skipped = append(skipped, path.Base(f.Name))
			}
			if d := cmp.Diff([]string{"readme.md", "cut.png", "notes.txt", "empty.png"}, skipped); d != "" || report.Read != 4 {
				t.Errorf("skipped of %d: %s", report.Read, d)
			}
			for _, want := range []string{"4 pictures read, 4 files left out:", "cat/notes.txt: unusable data: this is text, not a picture", "cut off after 40 bytes", "readme.md: lies in no folder", "the file is empty"} {
				if !strings.Contains(report.String(), want) {
					t.Errorf("report: got %v, want %s", report, want)
				}
			}
		})
	}
}

func TestReadFolderBad(t *testing.T) {
	size := PictureOptions{Height: 4, Width: 4}
	red := pngOf(t, color.NRGBA{200, 0, 0, 255}, 4, 4)
	for _, tt := range []struct {
		name  string
		files map[string][]byte
		o     PictureOptions
		want  string
	}{
		{"no folders", map[string][]byte{"a.png": red}, size, "put the pictures of each class into a folder"},
		{"nothing", nil, size, "has no folders"},
		{"no picture", map[string][]byte{"a/x.txt": []byte("x"), "b/y": {1, 2}}, size, "none of the files in 2 class folders is a picture"},
		{"size", map[string][]byte{"a/x.png": red}, PictureOptions{Height: 4}, "height and width of the samples"},
		{"channels", map[string][]byte{"a/x.png": red}, PictureOptions{Height: 4, Width: 4, Channels: 4}, "got 4 channels, want 1 or 3, or 4 with Deep"},
	} {
		if _, _, err := ReadFolder(mapFS(tt.files), tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	s, _, err := ReadFolder(mapFS(map[string][]byte{"a/x.png": red, "b/y.txt": nil}), size)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(); err == nil || !strings.Contains(err.Error(), `class 1 "b" has no samples`) {
		t.Errorf("an empty class: got %v", err)
	}
}

func TestCompareNatural(t *testing.T) {
	want := []string{"a", "a1", "a02", "a2", "a10", "a10b", "b", "slice-9.png", "slice-10.png"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, compareNatural)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestReadCIFARPictures reads 20 pictures a class of the copies of CIFAR-10 as JPEG files.
func TestReadCIFARPictures(t *testing.T) {
	const archive = "../../../shared/data/cifar10/cifar10-jpeg.tar.gz"
	f, err := os.Open(archive)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no %s, which is not part of the repository", archive)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	files, perClass, one := map[string][]byte{}, map[string]int{}, ""
	for r := tar.NewReader(z); len(files) < 200; {
		h, err := r.Next()
		if err != nil {
			t.Fatalf("after %d pictures: %v", len(files), err)
		}
		name, ok := strings.CutPrefix(h.Name, "test/")
		if class := path.Dir(name); ok && path.Ext(name) == ".jpg" && perClass[class] < 20 {
			if files[name], err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
			if perClass[class]++; class == "airplane" && (one == "" || compareNatural(name, one) < 0) {
				one = name
			}
		}
	}
	s, report, err := ReadFolder(mapFS(files), PictureOptions{Height: 32, Width: 32})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(CIFAR10Classes, s.Classes); d != "" || s.Len() != 200 || report.Read != 200 || len(report.Skipped) > 0 {
		t.Errorf("got %d pictures, %v; classes %s", s.Len(), report, d)
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
	picture, err := jpeg.Decode(bytes.NewReader(files[one]))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 32 * 32 { // of the size already: not a pixel may change
		r, g, b, _ := picture.At(i%32, i/32).RGBA()
		if got, want := s.Image(0)[3*i:3*i+3], []byte{byte(r >> 8), byte(g >> 8), byte(b >> 8)}; !bytes.Equal(got, want) {
			t.Fatalf("%s: pixel %d: got %v, want %v", one, i, got, want)
		}
	}
}

package data

import (
	"errors"
	"image"
	"image/color"
	"slices"
	"testing"
)

func TestDecodeDeep(t *testing.T) {
	gray := image.NewGray16(image.Rect(0, 0, 2, 1))
	gray.SetGray16(0, 0, color.Gray16{0x1234})
	gray.SetGray16(1, 0, color.Gray16{0xfffe})
	rgb := image.NewRGBA64(image.Rect(0, 0, 1, 1))
	rgb.SetRGBA64(0, 0, color.RGBA64{1, 0x0203, 0xfeff, 0xffff})
	rgba := image.NewNRGBA64(image.Rect(0, 0, 1, 1))
	rgba.SetNRGBA64(0, 0, color.NRGBA64{1000, 2000, 3000, 40000})
	for _, tt := range []struct {
		name     string
		file     []byte
		channels int
		want     []uint16
	}{
		{"gray", pngFile(t, gray), 1, []uint16{0x1234, 0xfffe}},
		{"RGB", pngFile(t, rgb), 3, []uint16{1, 0x0203, 0xfeff}},
		{"RGBA", pngFile(t, rgba), 4, []uint16{1000, 2000, 3000, 40000}},
		{"8 bits", pngOf(t, color.NRGBA{1, 2, 255, 255}, 1, 1), 4, []uint16{257, 514, 65535, 65535}},
	} {
		p, err := DecodeDeep(tt.file)
		if err != nil || p.C != tt.channels || !slices.Equal(p.Pix, tt.want) {
			t.Errorf("%s: got %v, %v; want %d channels %v", tt.name, p, err, tt.channels, tt.want)
			continue
		}
		if tt.channels == 1 {
			continue
		}
		if got := FitDeep(p, 1, 1, 4); got[0] != float32(tt.want[0]) || got[2] != float32(tt.want[2]) {
			t.Errorf("%s: fitted to the same size: got %v, want %v", tt.name, got, tt.want)
		}
	}
	file := pngFile(t, gray)
	if _, err := DecodeDeep(file[:len(file)-20]); !errors.Is(err, ErrFormat) {
		t.Errorf("cut off: got %v", err)
	}
	if _, err := DecodeDeep(file[:27]); !errors.Is(err, ErrFormat) {
		t.Errorf("cut off in the header: got %v", err)
	}
}

func TestFitDeep(t *testing.T) {
	p := &DeepPicture{W: 4, H: 2, C: 1, Pix: []uint16{9, 1000, 1000, 9, 9, 1000, 1000, 9}}
	if got := FitDeep(p, 2, 2, 1); !slices.Equal(got, []float32{1000, 1000, 1000, 1000}) {
		t.Errorf("the middle: got %v", got)
	}
	if got := FitDeep(p, 1, 1, 3); !slices.Equal(got, []float32{1000, 1000, 1000}) {
		t.Errorf("smaller, three channels: got %v", got)
	}
	clear := &DeepPicture{W: 1, H: 1, C: 4, Pix: []uint16{100, 200, 300, 0}}
	if got := FitDeep(clear, 1, 1, 1); got[0] != 65535 {
		t.Errorf("transparent: got %v, want white", got)
	}
	if got := FitDeep(&DeepPicture{W: 1, H: 1, C: 3, Pix: []uint16{1000, 2000, 3000}}, 1, 1, 1); got[0] != 1815 {
		t.Errorf("brightness: got %v, want 0.299·1000 + 0.587·2000 + 0.114·3000 = 1815", got)
	}
	for _, bad := range [][3]int{{0, 1, 1}, {1, 0, 1}, {1, 1, 0}, {1, 1, 2}, {1, 1, 5}} {
		if FitDeep(p, bad[0], bad[1], bad[2]) != nil {
			t.Errorf("%v: got numbers", bad)
		}
	}
}

func TestReadFolderDeep(t *testing.T) {
	m := image.NewGray16(image.Rect(0, 0, 1, 1))
	m.SetGray16(0, 0, color.Gray16{54321})
	s, _, err := ReadFolder(mapFS(map[string][]byte{"a/1.png": pngFile(t, m), "b/2.png": pngOf(t, color.White, 1, 1)}), PictureOptions{Height: 1, Width: 1, Channels: 1, Deep: true})
	if err != nil || !slices.Equal(s.Floats, []float32{54321, 65535}) || s.Check() != nil {
		t.Errorf("got %v, %v", s, err)
	}
}

func FuzzDecodeDeep(f *testing.F) {
	f.Add(pngFile(f, image.NewGray16(image.Rect(0, 0, 3, 2))))
	f.Add(pngFile(f, image.NewNRGBA64(image.Rect(0, 0, 2, 2))))
	f.Add(pngOf(f, color.White, 2, 2))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodeDeep(b)
		if err == nil && len(p.Pix) != p.W*p.H*p.C {
			t.Errorf("got %d numbers for %dx%dx%d", len(p.Pix), p.W, p.H, p.C)
		}
	})
}

package data

import (
	"fmt"
	"image/color"
	"slices"
	"strings"
	"testing"
)

// stacks has a sample of 12 slices for each class and name; slice i has the brightness base+i.
func stacks(t testing.TB, names map[string]byte) map[string][]byte {
	files := map[string][]byte{}
	for name, base := range names {
		for i := range 12 {
			files[fmt.Sprintf("%s/slice%d.png", name, i)] = pngOf(t, color.Gray{base + byte(i)}, 2, 2)
		}
	}
	return files
}

func TestReadVolumes(t *testing.T) {
	files := stacks(t, map[string]byte{"ill/a": 0, "ill/b": 100, "well/c": 200})
	o := VolumeOptions{PictureOptions: PictureOptions{Height: 1, Width: 2, Channels: 1}}
	s, report, err := ReadVolumes(mapFS(files), o)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Shape, []int{12, 1, 2, 1}) || !slices.Equal(s.Labels, []int32{0, 0, 1}) || report.Read != 36 || len(report.Skipped) > 0 {
		t.Errorf("got shape %v, labels %v, %v", s.Shape, s.Labels, report)
	}
	for i, v := range s.Image(1) {
		if v != 100+byte(i/2) {
			t.Fatalf("slices are out of order: %v", s.Image(1))
		}
	}
	o.Depth = 4
	files["well/d/1.png"] = pngOf(t, color.Gray{7}, 2, 2) // less than the depth: repeated
	if s, _, err = ReadVolumes(mapFS(files), o); err != nil || !slices.Equal(s.Image(0), []byte{1, 1, 4, 4, 7, 7, 10, 10}) || !slices.Equal(s.Image(3), []byte{7, 7, 7, 7, 7, 7, 7, 7}) {
		t.Errorf("depth 4: got %v, %v", s, err)
	}
	single, _, err := ReadVolumes(mapFS(stacks(t, map[string]byte{"ct/ill/a": 0, "ct/well/b": 9})), o)
	if err != nil || len(single.Classes) != 2 {
		t.Errorf("below a folder: got %v, %v", single, err)
	}
}

func TestReadVolumesSkips(t *testing.T) {
	files := stacks(t, map[string]byte{"ill/a": 0, "ill/b": 10, "well/c": 20, "well/short": 30})
	files["ill/b/slice3.png"] = []byte("nothing")
	files["ill/beside.png"] = pngOf(t, color.White, 1, 1)
	delete(files, "well/short/slice5.png")
	s, report, err := ReadVolumes(mapFS(files), VolumeOptions{PictureOptions: PictureOptions{Height: 2, Width: 2}})
	if err != nil || s.Len() != 2 {
		t.Fatalf("got %v, %v", s, err)
	}
	for _, want := range []string{"ill/b: slice3.png: unusable data: this is text", "ill/beside.png: lies in no folder of a sample", "well/short: unusable data: got 11 slices, want 12 as in the first stack: set Depth"} {
		if !strings.Contains(report.String(), want) {
			t.Errorf("got %v, want %s", report, want)
		}
	}
	for _, tt := range []struct {
		o     VolumeOptions
		files map[string][]byte
		want  string
	}{
		{VolumeOptions{PictureOptions: PictureOptions{Height: 2, Width: 2}, Depth: -1}, files, "got depth -1"},
		{VolumeOptions{}, files, "height and width"},
		{VolumeOptions{PictureOptions: PictureOptions{Height: 2, Width: 2}}, nil, "has 0 folders, want 1 to"},
		{VolumeOptions{PictureOptions: PictureOptions{Height: 2, Width: 2}}, map[string][]byte{"a/b/c.txt": []byte("x")}, "none of the folders CLASS/SAMPLE"},
	} {
		if _, _, err := ReadVolumes(mapFS(tt.files), tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

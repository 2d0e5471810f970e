package nn_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"
	"testing/fstest"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

// readRhythms writes rhythms as a table, a row a time step, and reads it.
func readRhythms(t *testing.T) func(n int, seed uint32) *data.Set {
	return func(n int, seed uint32) *data.Set {
		s := rhythms(n, seed)
		var b bytes.Buffer
		fmt.Fprintln(&b, "sample,label,C3,Cz,C4")
		for i := range n {
			for p, v := 0, s.Values(i); p < len(v); p += 3 {
				fmt.Fprintf(&b, "%d,%s,%g,%g,%g\n", i, s.Classes[s.Labels[i]], v[p], v[p+1], v[p+2])
			}
		}
		read, err := data.ReadSeries(b.Bytes(), data.SeriesOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return read
	}
}

// readRods writes rods as stacks of slices, pictures of 16 bits, and reads them. In 8 bits they would be flat.
func readRods(t *testing.T) func(n int, seed uint32) *data.Set {
	return func(n int, seed uint32) *data.Set {
		s, files := rods(n, seed), fstest.MapFS{}
		h, w := s.Shape[1], s.Shape[2]
		encoder := png.Encoder{CompressionLevel: png.NoCompression}
		for i := range n {
			v := s.Values(i)
			for slice := range s.Shape[0] {
				m := image.NewGray16(image.Rect(0, 0, w, h))
				for p, x := range v[slice*h*w : (slice+1)*h*w] {
					m.SetGray16(p%w, p/w, color.Gray16{Y: uint16(20000 + x/8)})
				}
				var b bytes.Buffer
				if err := encoder.Encode(&b, m); err != nil {
					t.Fatal(err)
				}
				files[fmt.Sprintf("%s/%d/%d.png", s.Classes[s.Labels[i]], i, slice)] = &fstest.MapFile{Data: b.Bytes()}
			}
		}
		read, report, err := data.ReadVolumes(files, data.VolumeOptions{PictureOptions: data.PictureOptions{Height: h, Width: w, Channels: 1, Deep: true}})
		if err != nil || len(report.Skipped) > 0 {
			t.Fatal(err, report)
		}
		return read
	}
}

// TestLearnsFromFiles goes all the way from files of series and of slices to a trained net.
func TestLearnsFromFiles(t *testing.T) {
	for name, k := range map[string]task{
		"table of series": {net: "INPUT 64x3 series -> CONV 7x8 pad 3 -> RELU -> POOL 4 -> CONV 5x8 pad 2 -> RELU -> GAP -> FC 3",
			draw: readRhythms(t), count: 160, cfg: train.Config{Epochs: 8, Batch: 20, LearningRate: 0.01}, reach: 0.85},
		"stacks of slices": {net: "INPUT 6x12x12x1 -> CONV 3x3x3x6 pad same -> RELU -> POOL 2 -> GMP -> FC 3",
			draw: readRods(t), count: 60, cfg: train.Config{Epochs: 8, Batch: 10, LearningRate: 0.05}, reach: 0.85},
	} {
		t.Run(name, func(t *testing.T) { learn(t, k) })
	}
}

package nn_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/archive"
	"github.com/fovea-nn/fovea/nn/data/npy"
	"github.com/fovea-nn/fovea/nn/data/whiten"
	"github.com/fovea-nn/fovea/nn/train"
)

// kinds are the kinds of data sets, each made as a file and read, with a small net for it that has to learn it.
var kinds = []struct {
	name, net string
	epochs    int
	set       func(t *testing.T, r *rand.Rand) *data.Set
}{
	{"CIFAR-10 binary", "INPUT 32x32x3 -> CONV 4x4x8 stride 4 -> RELU -> GAP -> FC 10", 30, cifarSet},
	{"folder of pictures", "INPUT 8x8x1 -> CONV 3x3x6 -> RELU -> GAP -> FC 2", 12, func(t *testing.T, r *rand.Rand) *data.Set {
		s, _, err := data.ReadFolder(pictures(t, r), data.PictureOptions{Height: 8, Width: 8, Channels: 1})
		return must(t, s, err)
	}},
	{"ZIP of pictures", "INPUT 8x8x1 -> CONV 3x3x6 -> RELU -> GAP -> FC 2", 12, func(t *testing.T, r *rand.Rand) *data.Set {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		if err := z.AddFS(pictures(t, r)); err != nil {
			t.Fatal(err)
		}
		z.Close()
		s, _, err := archive.ReadPictures(b.Bytes(), data.PictureOptions{Height: 8, Width: 8, Channels: 1})
		return must(t, s, err)
	}},
	{"16 bits", "INPUT 4x4x1 -> CONV 2x2x4 -> RELU -> FC 2", 20, deepSet},
	{"NumPy, series", "INPUT 24x1 series -> CONV 5x6 -> RELU -> GAP -> FC 2", 12, numpySet},
	{"CSV, series of two channels", "INPUT 32x2 series -> CONV 7x6 pad same -> RELU -> POOL 2 -> GAP -> FC 3", 15, csvSet},
	{"stacks of slices", "INPUT 6x6x6x1 -> CONV 3x3x3x4 pad same -> RELU -> POOL 2 -> FC 2", 12, volumeSet},
	{"arrays of seven channels", "INPUT 3x3x7 -> CONV 1x1x6 -> RELU -> GAP -> FC 3", 15, spectralSet},
	{"a class for each pixel", unet, 12, shapesSet},
}

// unet is a U-Net of two levels.
//
// Source: Ronneberger, Fischer, Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015.
const unet = `
stage($f) = CONV 3x3x$f pad 1 -> RELU
INPUT 12x12x1 -> stage(6)
	-> { POOL 2 -> stage(8)
		-> { POOL 2 -> stage(8) -> UPSAMPLE 2 | } concat
		-> stage(8) -> UPSAMPLE 2 | } concat
	-> stage(6) -> CONV 1x1x3 -> PIXELS`

// TestEachKindOfDataTrains reads a set, divides it, trains a small net from end to end and validates it.
func TestEachKindOfDataTrains(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			set := k.set(t, rand.New(rand.NewPCG(1, 2)))
			training, validation, err := set.Split(0.25, 3)
			if err != nil {
				t.Fatal(err)
			}
			n, err := nn.New(cpu.New(0), k.net, set.Classes, 5)
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			cfg := train.Config{Optimizer: train.Optimizer{Kind: "adam"}, Epochs: k.epochs, Batch: 10, LearningRate: 0.02, Seed: 3}
			if err := n.Train(context.Background(), training, cfg); err != nil {
				t.Fatal(err)
			}
			sc, err := n.Evaluate(context.Background(), validation, nil)
			if err != nil {
				t.Fatal(err)
			}
			if recall := sc.Macro().Recall; recall < 0.95 {
				t.Errorf("mean recall of the classes on %d labels: got %.3f, accuracy %.3f, loss %.3f; want 0.95", sc.Count, recall, sc.Accuracy, sc.Loss)
			}
		})
	}
}

func must(t *testing.T, s *data.Set, err error) *data.Set {
	t.Helper()
	if err == nil {
		err = s.Check()
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// cifarSet has records whose colour, under noise, is that of their class.
func cifarSet(t *testing.T, r *rand.Rand) *data.Set {
	var b []byte
	for i := range 80 {
		class := i % 10
		b = append(b, byte(class))
		for c := range 3 {
			level := 128 + 110*math.Sin(float64(class)*2*math.Pi/10+float64(c)*2*math.Pi/3)
			for range 1024 {
				b = append(b, byte(min(max(level+20*r.NormFloat64(), 0), 255)))
			}
		}
	}
	s, err := data.ReadCIFAR10(b)
	return must(t, s, err)
}

func encode(t *testing.T, m image.Image) *fstest.MapFile {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

// pictures is a folder of pictures of stripes, lying or standing.
func pictures(t *testing.T, r *rand.Rand) fstest.MapFS {
	folder := fstest.MapFS{}
	for i := range 60 {
		m, phase := image.NewGray(image.Rect(0, 0, 16, 16)), r.IntN(8)
		for p := range m.Pix {
			at := p / 16
			if i%2 == 1 {
				at = p % 16
			}
			m.Pix[p] = byte((at+phase)/4%2*150 + r.IntN(60))
		}
		folder[fmt.Sprintf("%s/%d.png", []string{"lying", "standing"}[i%2], i)] = encode(t, m)
	}
	return folder
}

// deepSet has pictures whose classes differ by a hundredth of a gray level of 8 bits.
func deepSet(t *testing.T, r *rand.Rand) *data.Set {
	folder := fstest.MapFS{}
	for i := range 60 {
		m := image.NewGray16(image.Rect(0, 0, 4, 4))
		for p := range 16 {
			v := 30000 + r.IntN(3)
			if (p%4 < 2) == (i%2 == 0) {
				v += 6
			}
			m.SetGray16(p%4, p/4, color.Gray16{uint16(v)})
		}
		folder[fmt.Sprintf("%d/%d.png", i%2, i)] = encode(t, m)
	}
	s, _, err := data.ReadFolder(folder, data.PictureOptions{Height: 4, Width: 4, Channels: 1, Deep: true})
	return must(t, s, err)
}

// numpySet has series that rise or fall in steps, in an .npz file.
func numpySet(t *testing.T, r *rand.Rand) *data.Set {
	const n, length = 60, 24
	var x []float64
	var y []int64
	for i := range n {
		sign := float64(i%2*2 - 1)
		for k := range length {
			x = append(x, sign*math.Mod(float64(k)+float64(i), 6)+0.3*r.NormFloat64())
		}
		y = append(y, int64(i%2))
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range []struct {
		name, descr, shape string
		values             any
	}{{"x", "<f8", fmt.Sprintf("(%d, %d)", n, length), x}, {"y", "<i8", fmt.Sprintf("(%d,)", n), y}} {
		head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", f.descr, f.shape)
		w, err := z.Create(f.name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, "\x93NUMPY\x01\x00%c\x00%s", rune(len(head)), head)
		if err := binary.Write(w, binary.LittleEndian, f.values); err != nil {
			t.Fatal(err)
		}
	}
	z.Close()
	a, err := npy.Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.Set("x", "y", npy.SetOptions{Classes: []string{"falling", "rising"}, AddChannel: true})
	return must(t, s, err)
}

// csvSet has recordings of two channels, one row a time step: a wave in the first, in the second, or in none.
func csvSet(t *testing.T, r *rand.Rand) *data.Set {
	var b strings.Builder
	b.WriteString("sample,label,C3,C4\n")
	for i := range 90 {
		for k := range 32 {
			v := [2]float64{0.3 * r.NormFloat64(), 0.3 * r.NormFloat64()}
			if i%3 < 2 {
				v[i%3] += math.Sin(2 * math.Pi * (float64(k)/6 + float64(i)/7))
			}
			fmt.Fprintf(&b, "s%d,%s,%.4f,%.4f\n", i, []string{"left", "right", "rest"}[i%3], v[0], v[1])
		}
	}
	s, err := data.ReadSeries([]byte(b.String()), data.SeriesOptions{})
	return must(t, s, err)
}

// volumeSet has stacks in which a bright block lies in the first or in the last slices.
func volumeSet(t *testing.T, r *rand.Rand) *data.Set {
	folder := fstest.MapFS{}
	for i := range 40 {
		y, x := r.IntN(4), r.IntN(4)
		for z := range 6 {
			m := image.NewGray(image.Rect(0, 0, 6, 6))
			for p := range m.Pix {
				m.Pix[p] = byte(r.IntN(80))
				if inside := p/6 >= y && p/6 < y+3 && p%6 >= x && p%6 < x+3; inside && (z < 3) == (i%2 == 0) {
					m.Pix[p] += 120
				}
			}
			folder[fmt.Sprintf("%s/%d/%d.png", []string{"above", "below"}[i%2], i, z)] = encode(t, m)
		}
	}
	s, _, err := data.ReadVolumes(folder, data.VolumeOptions{PictureOptions: data.PictureOptions{Height: 6, Width: 6, Channels: 1}})
	return must(t, s, err)
}

// spectralSet has pictures of seven bands, of which one is brighter by class; ZCA has made the bands independent.
func spectralSet(t *testing.T, r *rand.Rand) *data.Set {
	var x []float32
	var y []int
	for i := range 120 {
		for range 9 {
			light := 20 * r.NormFloat64() // on all bands
			for band := range 7 {
				v := 300 + light + r.NormFloat64()
				if band == i%3*3 {
					v += 4
				}
				x = append(x, float32(v))
			}
		}
		y = append(y, i%3)
	}
	s, err := data.NewArrays(x, []int{3, 3, 7}, y, nil, []string{"grass", "sand", "water"})
	must(t, s, err)
	w, err := whiten.Fit(s, whiten.Options{Epsilon: 1e-3})
	if err != nil {
		t.Fatal(err)
	}
	s, err = w.Apply(s, whiten.ZCA)
	return must(t, s, err)
}

// shapesSet has a bright and a dark square on gray, whose pixels are to be told; the frame of the picture is ignored.
func shapesSet(t *testing.T, r *rand.Rand) *data.Set {
	const side = 12
	s := &data.Set{Shape: []int{side, side, 1}, LabelShape: []int{side, side}, Classes: []string{"ground", "bright", "dark"}}
	for range 48 {
		pix, labels := make([]byte, side*side), make([]int32, side*side)
		for i := range pix {
			pix[i] = byte(120 + r.IntN(20))
		}
		for class := range 2 {
			y, x := r.IntN(side-4), class*side/2+r.IntN(side/2-3)
			for i := range 16 {
				at := (y+i/4)*side + x + i%4
				pix[at], labels[at] = pix[at]+byte(50-100*class), int32(class+1)
			}
		}
		for i := range labels {
			if y, x := i/side, i%side; y == 0 || x == 0 || y == side-1 || x == side-1 {
				labels[i] = -1
			}
		}
		s.Images, s.Labels = append(s.Images, pix...), append(s.Labels, labels...)
	}
	return must(t, s, nil)
}

func TestImbalanceIsReported(t *testing.T) {
	set := bars(60, 1)
	var keep []int
	few := 0
	for i, l := range set.Labels {
		if l == 1 {
			few++
		}
		if l != 1 || few <= 2 {
			keep = append(keep, i)
		}
	}
	set, err := set.Subset(keep)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		set  *data.Set
		want int
	}{{set, 1}, {bars(60, 1), 0}} {
		n, notices := newNet(t, 1), 0
		cfg := config()
		cfg.Epochs = 1
		cfg.Observe = func(e train.Event) {
			if e.Code == "imbalance" && strings.Contains(e.Notice, `"vertical" has`) {
				notices++
			}
		}
		if err := n.Train(context.Background(), c.set, cfg); err != nil {
			t.Fatal(err)
		}
		if notices != c.want {
			t.Errorf("classes of %v: got %d notices, want %d", c.set.PerClass(), notices, c.want)
		}
	}
}

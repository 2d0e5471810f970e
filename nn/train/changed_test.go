package train

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

// shades is a set of four pictures [2,3,2]: sample i has the bytes 50·i and up.
func shades() *data.Set {
	d := &data.Set{Shape: []int{2, 3, 2}, Labels: []int32{0, 1, 0, 1}, Classes: []string{"a", "b"}}
	for i := range 48 {
		d.Images = append(d.Images, byte(50*(i/12)+i%12))
	}
	return d
}

// seen returns the changed samples as whole numbers.
func seen(t *testing.T, d *data.Set, a Augment, i, count int, seed uint32) [][]byte {
	t.Helper()
	dev := cpu.New(1)
	defer dev.Close()
	x, err := NewPreview(d).Changed(context.Background(), dev, a, i, count, seed)
	if err != nil {
		t.Fatal(err)
	}
	n := len(x) / count
	all := make([][]byte, count)
	for k, v := range x {
		if r := math.Round(float64(v)); math.Abs(float64(v)-r) < 1e-3 { // standardised and back again, in f32
			all[k/n] = append(all[k/n], byte(r))
		} else {
			t.Fatalf("value %d is %g, want a whole number", k, v)
		}
	}
	return all
}

func TestChangedIsTheSampleMoved(t *testing.T) {
	d := shades()
	mirrored := []byte{104, 105, 102, 103, 100, 101, 110, 111, 108, 109, 106, 107}
	flipped := []byte{106, 107, 108, 109, 110, 111, 100, 101, 102, 103, 104, 105}
	for _, c := range []struct {
		name string
		a    Augment
		want []byte
	}{
		{"nothing", Augment{}, d.Image(2)}, {"mirror", Augment{Mirror: 1}, mirrored}, {"flip", Augment{Flip: 1}, flipped},
	} {
		for _, got := range seen(t, d, c.a, 2, 3, 7) {
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v, want %v", c.name, got, c.want)
			}
		}
	}
	half := seen(t, d, Augment{Mirror: 0.5}, 2, 40, 1)
	n := 0
	for _, got := range half {
		if slices.Equal(got, mirrored) {
			n++
		} else if !slices.Equal(got, d.Image(2)) {
			t.Fatalf("got %v, want the sample or its mirrored self", got)
		}
	}
	if n < 10 || n > 30 {
		t.Errorf("%d of 40 are mirrored, want about half", n)
	}
	for i, again := range seen(t, d, Augment{Mirror: 0.5}, 2, 40, 1) {
		if !slices.Equal(again, half[i]) {
			t.Fatalf("step %d differs with the same seed", i)
		}
	}
}

// TestChangedIsWhatAStepOfTrainingSees compares with the test's own run of the augmentation, which is standardised.
func TestChangedIsWhatAStepOfTrainingSees(t *testing.T) {
	d := shades()
	a := Augment{Rotate: 30, Scale: 0.2, Shift: 1, Brightness: 0.5, Contrast: 0.3, Saturation: 0.4, Noise: 0.1, Cutout: 1, Border: op.BorderClamp}
	dev := cpu.New(1)
	defer dev.Close()
	got, err := NewPreview(d).Changed(context.Background(), dev, a, 1, 3, 5)
	if err != nil {
		t.Fatal(err)
	}
	stats := inputStats(d)
	var x []float32
	for range 2 {
		for k, b := range d.Image(1) {
			x = append(x, (float32(b)-stats[InputMean][k%2])*stats[InputScale][k%2])
		}
	}
	for step := range 3 {
		want := changed(t, a, graph.Shape{2, 2, 3, 2}, x, 5, int32(step))
		for k := range 12 {
			w := want[k]/stats[InputScale][k%2] + stats[InputMean][k%2]
			if g := got[12*step+k]; math.Abs(float64(g-w)) > 1e-3 {
				t.Errorf("step %d, value %d: got %g, want %g", step, k, g, w)
			}
		}
	}
}

// TestChangedIsMixed finds one share by which a step mixed the sample with another.
func TestChangedIsMixed(t *testing.T) {
	d := shades()
	dev := cpu.New(1)
	defer dev.Close()
	x, err := NewPreview(d).Changed(context.Background(), dev, Augment{Mixup: 1}, 0, 20, 3)
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for step := range 20 {
		added := x[12*step] // (1-λ)·50·j, as samples differ by 50 a number
		for k, v := range x[12*step : 12*(step+1)] {
			if math.Abs(float64(v-added)-float64(k)) > 1e-3 {
				t.Fatalf("step %d, value %d: got %g, want %g: the same is added to each", step, k, v, float64(added)+float64(k))
			}
		}
		if added > 1 && added < 150 {
			differ++
		}
	}
	if differ < 5 {
		t.Errorf("%d of 20 steps mix, want most of those that drew another sample", differ)
	}
}

func TestChangedRefuses(t *testing.T) {
	d := shades()
	dev := cpu.New(1)
	defer dev.Close()
	for name, c := range map[string]struct {
		a        Augment
		i, count int
	}{
		"index": {Augment{}, 4, 1}, "below": {Augment{}, -1, 1}, "none": {Augment{}, 0, 0}, "mirror": {Augment{Mirror: 2}, 0, 1},
	} {
		if _, err := NewPreview(d).Changed(context.Background(), dev, c.a, c.i, c.count, 1); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := NewPreview(d).Changed(context.Background(), dev, Augment{}, 0, 1<<30, 1); !errors.Is(err, graph.ErrOutOfMemory) {
		t.Errorf("too many: got %v, want ErrOutOfMemory", err)
	}
}

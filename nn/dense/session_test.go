package dense_test

import (
	"context"
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/dense"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// bar is a lying or standing bar of 3x12 pixels somewhere in 32x32 pixels from a point on; the third kind is none.
func bar(r *rand.Rand, kind int, from image.Point) image.Rectangle {
	along, across := r.IntN(20), r.IntN(29)
	switch kind % 3 {
	case 0:
		return image.Rect(along, across, along+12, across+3).Add(from)
	case 1:
		return image.Rect(across, along, across+3, along+12).Add(from)
	}
	return image.Rectangle{}
}

// overLarge puts a trained classifier's weights into its net for larger pictures.
func overLarge(t *testing.T, classifier *nn.Net, d *dense.Net, height, width int) *nn.Net {
	t.Helper()
	n := must(nn.New(cpu.New(0), must(d.At(height, width)), classifier.Classes, 2))
	t.Cleanup(func() { n.Close() })
	w := must(classifier.Weights(context.Background()))
	for _, one := range d.Weights {
		w[one.Name] = plan.Float32s(one.To, w[one.Name].F32...)
	}
	if r := must(n.Session.LoadByName(w)); len(r.Missing)+len(r.Mismatched)+len(r.Unexpected) > 0 {
		t.Fatalf("weights by name: %v", r)
	}
	return n
}

// TestTrained compares the probabilities of trained nets with those of each window alone. With padding inside the net they
// differ, as the package's comment says: this is where its figures are from.
func TestTrained(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name, text string
		exact      bool
	}{
		{"without padding", "INPUT 32x32x1 -> [CONV 3x3x8 -> RELU -> POOL 2]*2 -> FC 16 -> RELU -> FC 3", true},
		{"with padding", "INPUT 32x32x1 -> [CONV 3x3x8 pad 1 -> RELU -> POOL 2]*3 -> FC 32 -> RELU -> FC 3", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			set := &data.Set{Shape: []int{32, 32, 1}, Classes: []string{"lying", "standing", "nothing"}}
			for i := range 600 {
				set.Images = append(set.Images, bars(r, 32, 32, bar(r, i, image.Point{}))...)
				set.Labels = append(set.Labels, int32(i%3))
			}
			classifier := must(nn.New(cpu.New(0), c.text, set.Classes, 1))
			t.Cleanup(func() { classifier.Close() })
			adam := train.Optimizer{Kind: "adam"}
			must(0, classifier.Train(ctx, set, train.Config{Optimizer: adam, Epochs: 6, Batch: 20, LearningRate: 0.005}))
			if s := must(classifier.Evaluate(ctx, set, nil)); s.Accuracy < 0.98 {
				t.Fatalf("it learned no more than to be right in %g of the cases", s.Accuracy)
			}
			d := must(dense.Convert(must(spec.Parse(c.text))))
			if c.exact != (len(d.Padded) == 0) {
				t.Errorf("padded: got %q", d.Padded)
			}
			n := overLarge(t, classifier, d, 112, 112)
			rows, columns, err := d.Windows(112, 112)
			if err != nil || !slices.Equal(n.Places(), []int{rows, columns}) {
				t.Fatalf("places: got %v, want %dx%d windows (%v)", n.Places(), rows, columns, err)
			}
			same, all, worst := 0, 0, 0.0
			for range 2 {
				ground := bars(r, 112, 112, bar(r, 0, image.Pt(10, 10)), bar(r, 1, image.Pt(70, 20)),
					bar(r, 0, image.Pt(20, 70)), bar(r, 1, image.Pt(75, 75)))
				x := dense.Map{Height: 112, Width: 112, Channels: 1}
				for _, b := range ground {
					x.Values = append(x.Values, float32(b))
				}
				y := dense.Map{Height: rows, Width: columns, Channels: 3, Values: must(n.Predict(ctx, ground))}
				for i := range rows * columns {
					row, column := i/columns, i%columns
					want := must(classifier.PredictValues(ctx, must(x.Crop(d.WindowAt(row, column))).Values))
					got := y.At(row, column)
					for k := range want {
						worst = max(worst, math.Abs(float64(got[k])-float64(want[k])))
					}
					all++
					if slices.Index(got, slices.Max(got)) == slices.Index(want, slices.Max(want)) {
						same++
					}
				}
			}
			t.Logf("%d of %d windows have the class that they have alone; probabilities differ by %.2g at most", same, all, worst)
			if c.exact && (same < all || worst > 1e-5) || !c.exact && (same == all || 2*same < all) {
				t.Errorf("%d of %d windows have the class that they have alone; probabilities differ by %.2g at most", same, all, worst)
			}
		})
	}
}

package nn

import (
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/train"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// TestZooWithHeads: each net of the zoo has a text for other classes, which has the old parameters before the new layer.
func TestZooWithHeads(t *testing.T) {
	deeper := []string{"vgg13", "vgg16", "vgg19", "resnet34", "resnet101", "resnet152", "resnet56", "wrn28_10", "wrn40_4"} // the same texts
	for _, e := range zoo.All() {
		if slices.Contains(deeper, e.Name) {
			continue
		}
		text, err := e.Text(zoo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		sum, err := Describe(text, 1)
		if err != nil {
			t.Fatal(err)
		}
		tu := &tuner{old: &Net{Summary: sum}}
		if tu.products, err = train.Products(sum.model); err != nil {
			t.Fatal(err)
		}
		tu.last = len(tu.products) - 1
		last := tu.products[tu.last]
		tu.pooled = last.Places > 1
		base, err := tu.from(-1)
		if err != nil {
			t.Fatal(err)
		}
		got, head, ok := textWithHead(sum.Text, last.Layer, tu.pooled, 7, base)
		if !ok || !last.Neck || got.Classes != 7 || !strings.HasSuffix(got.Text, " 7") {
			t.Errorf("%s: cut at %+v, head %q of\n%+v", e.Name, last, head, got)
			continue
		}
	}
}

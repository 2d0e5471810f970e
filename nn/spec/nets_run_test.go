package spec_test

import (
	"testing"

	"github.com/fovea-nn/fovea/nn/spec"
)

func TestNets(t *testing.T) {
	for _, c := range nets {
		t.Run(c.name, func(t *testing.T) {
			n, err := spec.Parse(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if len(n.Layers) != c.layers {
				t.Errorf("got %d layers, want %d", len(n.Layers), c.layers)
			}
			text := spec.Format(n)
			if again, err := spec.Parse(text); err != nil || spec.Format(again) != text {
				t.Errorf("Format: %v\n%s", err, text)
			}
			_, logits, built, err := build(c.text)
			if err != nil {
				t.Fatal(err)
			}
			total := 0
			for _, b := range built {
				total += b.Parameters
			}
			if total != c.parameters {
				t.Errorf("got %d parameters, want %d; logits %v", total, c.parameters, logits)
			}
		})
	}
}

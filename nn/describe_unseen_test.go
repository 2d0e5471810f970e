package nn_test

import (
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/zoo"
)

// TestUnseenPixels: the end of an input that goes unseen is told where it is a considerable part of it.
func TestUnseenPixels(t *testing.T) {
	for _, c := range []struct {
		name, layers string
		told         bool
	}{
		{"a tenth", "INPUT 10x10x1 -> CONV 3x3x4 stride 2", true},
		{"one of seven", "INPUT 7x7x1 -> POOL 2", true},
		{"along one axis", "INPUT 8x7x1 -> POOL 2", true},
		{"behind the padding", "INPUT 12x12x1 -> CONV 3x3x4 stride 3 pad 1", true},
		{"of a series", "INPUT 9x1 series -> CONV 2x4 stride 2", true},
		{"by shared weights", "INPUT 9x9x1 -> { CONV \"a\" 2x2x4 stride 2 | CONV share \"a\" stride 2 } add", true},
		{"padding alone", "INPUT 8x8x1 -> CONV 3x3x4 stride 2 pad 1", false},
		{"as much as between windows", "INPUT 8x8x1 -> CONV 1x1x4 stride 2", false},
		{"rounded up", "INPUT 7x7x1 -> POOL 2 ceil", false},
		{"one of 224", "INPUT 224x224x1 -> CONV 7x7x4 stride 2", false},
		{"a twentieth", "INPUT 20x20x1 -> CONV 3x3x4 stride 2", false},
		{"nothing", "INPUT 8x8x1 -> POOL 2", false},
	} {
		s, err := nn.Describe(c.layers+" -> FC 2", 1)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		told := strings.Contains(strings.Join(s.Warnings, "\n"), "never seen")
		_, strict := nn.Describe(c.layers+" -> FC 2", 1, nn.Strict())
		if told != c.told || (strict != nil) != c.told {
			t.Errorf("%s: got %q, strict %v, want a warning: %v", c.name, s.Warnings, strict, c.told)
		}
	}
}

// TestPublishedNetsPass: what the strides of published nets leave over is no news.
func TestPublishedNetsPass(t *testing.T) {
	for _, e := range zoo.All() {
		text, err := e.Text(zoo.Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := nn.Describe(text, 1)
		if err != nil {
			t.Errorf("%s: %v", e.Name, err)
			continue
		}
		for _, w := range s.Warnings {
			if strings.Contains(w, "never seen") {
				t.Errorf("%s: %s", e.Name, w)
			}
		}
	}
}

// TestBatchThatCannotTrain: a single map of 1x1 has no variance, but the net is described all the same.
func TestBatchThatCannotTrain(t *testing.T) {
	for _, text := range []string{"INPUT 8x8x3 -> CONV 3x3x4 pad 1 -> GAP -> BN -> FC 3", "INPUT 5x5x3 -> CONV 5x5x4 -> BN -> RELU -> FC 3"} {
		one, err := nn.Describe(text, 1)
		if err != nil {
			t.Fatal(err)
		}
		two, err := nn.Describe(text, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(one.Warnings) != 1 || !strings.Contains(one.Warnings[0], "a batch of 1 cannot train: ") || !strings.Contains(one.Warnings[0], "its variance is unknown") {
			t.Errorf("%s: warnings: got %q, want that a batch of 1 cannot train, and why", text, one.Warnings)
		}
		if one.TrainingBytes != 0 || one.OptimizerBytes != 0 || one.Parameters != two.Parameters || one.ForwardBytes != two.ForwardBytes || one.Forward.PlannedBytes == 0 {
			t.Errorf("%s: got %+v, want no training and all else", text, one)
		}
		if len(two.Warnings) != 0 || two.TrainingBytes == 0 {
			t.Errorf("%s: a batch of 2: %d bytes, warnings %q", text, two.TrainingBytes, two.Warnings)
		}
	}
}

package train_test

import (
	"testing"

	"github.com/fovea-nn/fovea/nn/train"
)

func TestShuffle(t *testing.T) {
	a, b, other := train.Shuffle(1000, 1, 0), train.Shuffle(1000, 1, 0), train.Shuffle(1000, 1, 1)
	seen, fixed, same := make([]bool, 1000), 0, 0
	for i, v := range a {
		if seen[v] {
			t.Fatalf("%d appears twice", v)
		}
		seen[v] = true
		if int(v) == i {
			fixed++
		}
		if a[i] != b[i] {
			t.Fatalf("the same seed and epoch gave another order at %d", i)
		}
		if a[i] == other[i] {
			same++
		}
	}
	if fixed > 10 || same > 10 { // about one each is expected
		t.Errorf("%d numbers stay in place, %d agree with the next epoch", fixed, same)
	}
}

//go:build js && wasm

package webgpu

import (
	"context"
	"testing"
)

// TestSelfTests: what every new adapter has to pass passes here, in registers and in tiles.
func TestSelfTests(t *testing.T) {
	ctx := context.Background()
	d, err := Open(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	all := DefaultTuning(false, 16<<10)
	all.Least = 1
	for kind, tests := range selfTests {
		for _, v := range []variant{all.withTile(nil), all.withTile(&Tile{4, 1, 4, 4, 4})} {
			d.tuning = v.tuning
			for i, s := range tests {
				if ok, err := s.run(ctx, d, kind); !ok || err != nil {
					t.Errorf("%s %d in %s: right %v, error %v", kind, i, v.name, ok, err)
				}
			}
		}
	}
}

package simd_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/fovea-nn/fovea/internal/randnet"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
)

// tolerance is that of package plan's test of pure Go: float32 against float64 over a few dozen operations in a row.
const tolerance = 3e-4

// TestRandomNets compares random nets, with gradients and updates, with the reference, and the bits that different
// numbers of threads give.
func TestRandomNets(t *testing.T) {
	var devices []*simd.Device
	for _, threads := range []int{1, 2, 4} {
		d, err := simd.Open(context.Background(), simd.Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		devices = append(devices, d)
	}
	nets := 120
	if testing.Short() {
		nets = 30
	}
	for seed := range nets {
		net := randnet.Generator().Example(seed)
		want, err := net.Reference()
		if err != nil {
			t.Fatal(err)
		}
		for _, fused := range [][]string{nil, devices[0].Info().Fused} {
			p := plan.Build(net.Graph, plan.Options{Fused: fused})
			var first randnet.Result
			for i, d := range devices {
				got, err := net.Run(d, p)
				if err != nil {
					t.Fatalf("net %d (%s): %v\n%v", seed, net.About, err, p)
				}
				if i == 0 {
					first = got
					if err := randnet.Differs(got, want, tolerance); err != nil {
						t.Errorf("net %d (%s): %v\n%v", seed, net.About, err, p)
					}
				} else if !reflect.DeepEqual(got, first) {
					t.Errorf("net %d (%s): %d threads give other bits: %v\n%v", seed, net.About, d.Info().Threads, randnet.Differs(got, first, 0), p)
				}
			}
		}
	}
}

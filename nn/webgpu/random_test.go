//go:build js && wasm

package webgpu_test

import (
	"testing"
	"time"

	"github.com/fovea-nn/fovea/internal/randnet"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/null"
)

// TestRandomNets compares fused plans of random nets with the reference. The seeds are fixed: a net takes about a
// second to compile on a software adapter.
func TestRandomNets(t *testing.T) {
	d := open(t)
	for seed := range 12 {
		start := time.Now()
		net := randnet.Generator().Example(seed)
		p := plan.Build(net.Graph, plan.Options{Fused: d.Info().Fused})
		if err := null.Check(p); err != nil {
			t.Fatalf("net %d (%s): %v", seed, net.About, err)
		}
		want, err := net.Reference()
		if err != nil {
			t.Fatal(err)
		}
		got, err := net.Run(d, p)
		if err != nil {
			t.Fatalf("net %d (%s): %v", seed, net.About, err)
		}
		if err := randnet.Differs(got, want, 1e-3); err != nil {
			t.Errorf("net %d (%s): %v\n%v", seed, net.About, err, p)
		}
		t.Logf("net %d, %d steps, %v: %s", seed, len(p.Steps), time.Since(start).Round(time.Millisecond), net.About)
	}
}

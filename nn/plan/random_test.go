package plan_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/fovea-nn/fovea/internal/randnet"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/null"
)

// A float32 run differs from the float64 reference by the rounding of a few dozen operations in a row.
const tolerance = 3e-4

// TestRandomNets checks, on random nets, that plans are sound, that neither fusing nor recomputation changes outputs,
// gradients or updates (recomputation not one bit of a plain plan), and that the cpu backend's numbers are right and do
// not depend on the number of threads.
func TestRandomNets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net := randnet.Generator().Draw(t, "net")
		parts := rapid.IntRange(2, 5).Draw(t, "parts")
		t.Log(net.About)
		plain := plan.Build(net.Graph, plan.Options{Plain: true})
		fused := plan.Build(net.Graph, plan.Options{Fused: null.Fused})
		partly := plan.Build(net.Graph, plan.Options{})
		twice := plan.BuildCut(net.Graph, plan.Options{Plain: true}, parts)
		fusedTwice := plan.BuildCut(net.Graph, plan.Options{Fused: null.Fused}, parts)
		for _, p := range []*plan.Program{plain, fused, partly, twice, fusedTwice} {
			if err := null.Check(p); err != nil {
				t.Fatalf("%v\n%v", err, p)
			}
		}
		for _, p := range []*plan.Program{plain, twice} {
			if err := null.Same(p, net.Graph); err != nil {
				t.Fatal(err)
			}
		}
		want, err := net.Reference()
		if err != nil {
			t.Fatal(err)
		}
		run := func(p *plan.Program, threads int) randnet.Result {
			got, err := net.Run(cpu.New(threads), p)
			if err != nil {
				t.Fatalf("%v\n%v", err, p)
			}
			return got
		}
		one := run(plain, 1)
		if err := randnet.Differs(one, want, tolerance); err != nil {
			t.Fatalf("plain plan: %v\n%v", err, plain)
		}
		if again := run(twice, 1); !reflect.DeepEqual(again, one) {
			t.Fatalf("recomputed: %v\n%v\nplain:\n%v", randnet.Differs(again, one, 0), twice, plain)
		}
		for _, p := range []*plan.Program{fused, partly, fusedTwice} {
			first := run(p, 1)
			if err := randnet.Differs(first, one, tolerance); err != nil {
				t.Fatalf("fused plan: %v\n%v\nplain:\n%v", err, p, plain)
			}
			for _, threads := range []int{1, 2, 3, 5} {
				if again := run(p, threads); !reflect.DeepEqual(again, first) {
					t.Fatalf("%d threads give other bits: %v\n%v", threads, randnet.Differs(again, first, 0), p)
				}
			}
		}
	})
}

package train_test

import (
	"math"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// updatePlan is the plan of an update of w [4] with the gradient d.
func updatePlan(o train.Optimizer, outputs ...string) *plan.Program {
	g := graph.New()
	w := g.Param("w", graph.Shape{4}, graph.Init{})
	d := g.Input("d", graph.F32, w.Shape)
	o.Update(g, []*graph.Value{w}, []*graph.Value{d}, train.HyperInputs(g))
	for _, name := range outputs {
		g.Output("old "+name, g.Find(name))
	}
	return plan.Build(g, plan.Options{Fused: cpu.New(1).Info().Fused})
}

// TestUpdatesTouchFewBuffers: WebGPU guarantees eight storage buffers a shader, whatever the options.
func TestUpdatesTouchFewBuffers(t *testing.T) {
	for _, kind := range train.Kinds() {
		for bits := range 1 << 7 {
			on := func(i int) bool { return bits>>i&1 == 1 }
			number := func(i int, v float64) float64 {
				if on(i) {
					return v
				}
				return 0
			}
			o := train.Optimizer{Kind: kind, AMSGrad: on(0), Centered: on(0), Dampening: number(0, 0.1), WeightDecay: number(1, 0.1), Decoupled: on(2),
				ClipNorm: number(3, 1), Average: number(4, 0.9), L1: number(5, 0.1), Momentum: number(5, 0.5)}
			if on(6) {
				o.Accumulate = 3
			}
			o, err := o.Defaults()
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range []train.Optimizer{o, train.Moving(o)} {
				p := updatePlan(o, "w") // the old parameter is read, so the new one cannot be written in place
				for _, s := range p.Steps {
					touched := map[int]bool{}
					for _, k := range append(s.In, s.Out...) {
						touched[k] = true
					}
					if len(touched) > 8 {
						t.Fatalf("%+v: a step touches %d buffers, want at most 8:\n%v", o, len(touched), p)
					}
				}
			}
		}
	}
}

// TestPlainUpdateIsOneStep: the common optimizers write all in place, in one step for each parameter.
func TestPlainUpdateIsOneStep(t *testing.T) {
	for _, o := range []train.Optimizer{{Kind: "sgd"}, {Kind: "momentum", WeightDecay: 0.1}, {Kind: "adam"}, {Kind: "adamw", WeightDecay: 0.1}, {Kind: "momentum", Average: 0.9}} {
		o, err := o.Defaults()
		if err != nil {
			t.Fatal(err)
		}
		if p := updatePlan(o); len(p.Steps) != 1 || p.Steps[0].Node.Op != op.MapOp {
			t.Errorf("%s: want one step, got\n%v", o.Kind, p)
		}
	}
}

// TestLossScale: a power of two leaves every bit as it is, and others are refused.
func TestLossScale(t *testing.T) {
	run := func(scale float64) map[string]plan.Tensor {
		s, err := train.NewSession(cpu.New(1), linear{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		cfg := config()
		cfg.ClipNorm, cfg.LossScale = 0.5, scale
		return trained(t, s, cfg)
	}
	want := run(0)
	sameBits(t, run(1), want)
	sameBits(t, run(1<<16), want)
	for _, scale := range []float64{3, 0.5, -2, 1 << 33, math.NaN()} {
		if err := (train.Optimizer{Kind: "momentum", LossScale: scale}).Check(); err == nil || !strings.Contains(err.Error(), "power of two") {
			t.Errorf("loss scale %g: got %v", scale, err)
		}
	}
}

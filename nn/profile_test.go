package nn_test

import (
	"context"
	"errors"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan/null"
	"github.com/fovea-nn/fovea/nn/spec"
)

func TestProfile(t *testing.T) {
	ctx, dev := context.Background(), cpu.New(1)
	for _, text := range []string{
		"INPUT 8x8x1 -> CONV 3x3x4 pad 1 -> BN -> RELU -> POOL 2 -> DROPOUT 0.5 -> FC 3",
		"INPUT 6x6x3 -> CONV 3x3x4 pad 1 -> RELU -> CONV 1x1x2 -> PIXELS", // labels at every place
	} {
		for _, training := range []bool{false, true} {
			p, err := nn.NewPlan(text, nn.PlanOptions{Batch: 5, Training: training, Fused: dev.Info().Fused})
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Profile(ctx, dev, 3)
			if err != nil {
				t.Fatal(err)
			}
			flops := 0
			for _, s := range got.Steps {
				flops += s.FLOPs
			}
			if len(got.Steps) != len(p.Steps) || flops != p.FLOPs() || got.Milliseconds() <= 0 || got.RunMilliseconds <= 0 {
				t.Errorf("%s, training %v: got %+v for the plan\n%v", text, training, got, p)
			}
		}
	}
}

func TestProfileRefuses(t *testing.T) {
	if _, err := nn.NewPlan("INPUT 8x8x1 -> FC 3", nn.PlanOptions{}); err == nil {
		t.Error("a batch of 0: no error")
	}
	var place *spec.Error
	if _, err := nn.NewPlan("INPUT 8x8x1 -> FD 3", nn.PlanOptions{Batch: 1}); !errors.As(err, &place) {
		t.Errorf("a wrong text: got %v, want a *spec.Error", err)
	}
	p, err := nn.NewPlan("INPUT 8x8x1 -> FC 3", nn.PlanOptions{Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Profile(context.Background(), cpu.New(1), 0); err == nil {
		t.Error("no runs: no error")
	}
	if _, err := p.Profile(context.Background(), null.New(), 1); !errors.Is(err, graph.ErrUnsupported) {
		t.Errorf("a device that cannot time steps: got %v, want ErrUnsupported", err)
	}
}

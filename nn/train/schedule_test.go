package train_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fovea-nn/fovea/nn/train"
)

// TestSchedules gives points that are computed by hand. The reference cases hold whole courses.
func TestSchedules(t *testing.T) {
	type point struct {
		t    int
		want float64
	}
	for name, c := range map[string]struct {
		s      train.Schedule
		total  int
		points []point
	}{
		"none":                   {train.Schedule{}, 100, []point{{0, 2}, {99, 2}}},
		"constant":               {train.Schedule{Kind: "constant"}, 100, []point{{0, 2}, {99, 2}}},
		"cosine":                 {train.Schedule{Kind: "cosine"}, 100, []point{{0, 2}, {25, 1 + math.Sqrt2/2}, {50, 1}, {100, 0}}},
		"cosine with floor":      {train.Schedule{Kind: "cosine", Floor: 1}, 100, []point{{0, 2}, {50, 1.5}, {100, 1}}},
		"step":                   {train.Schedule{Kind: "step", Every: 10, Factor: 0.5}, 100, []point{{9, 2}, {10, 1}, {25, 0.5}}},
		"step by thirds":         {train.Schedule{Kind: "step"}, 100, []point{{33, 2}, {34, 0.2}, {99, 0.02}}},
		"multi-step":             {train.Schedule{Kind: "multi-step", Milestones: []int{3, 3, 8}, Factor: 0.5}, 100, []point{{2, 2}, {3, 0.5}, {8, 0.25}}},
		"exponential":            {train.Schedule{Kind: "exponential", Factor: 0.5}, 100, []point{{0, 2}, {3, 0.25}}},
		"exponential to the end": {train.Schedule{Kind: "exponential"}, 100, []point{{0, 2}, {50, 0.2}, {100, 0.02}}},
		"one-cycle":              {train.Schedule{Kind: "one-cycle"}, 100, []point{{0, 2.0 / 25}, {29, 2}, {99, 2.0 / 25 / 1e4}}},
		"one-cycle linear":       {train.Schedule{Kind: "one-cycle", Linear: true, Rise: 0.51, Start: 2, End: 4}, 100, []point{{0, 1}, {25, 1.5}, {50, 2}, {99, 0.25}}},
		"warm-up":                {train.Schedule{Warmup: 4}, 100, []point{{0, 0.5}, {3, 2}, {4, 2}}},
		"warm-up from a share":   {train.Schedule{Warmup: 4, WarmupFrom: 0.5}, 100, []point{{0, 1}, {2, 1.5}, {4, 2}}},
		"warm-up and step":       {train.Schedule{Kind: "step", Every: 10, Warmup: 4}, 100, []point{{0, 0.5}, {13, 2}, {14, 0.2}}},
		"warm-up and cosine":     {train.Schedule{Kind: "cosine", Warmup: 20}, 100, []point{{9, 1}, {20, 2}, {60, 1}, {100, 0}}},
		"warmup-cosine":          {train.Schedule{Kind: "warmup-cosine"}, 100, []point{{0, 0.4}, {5, 2}, {100, 0}}},
		"warm-up that is all":    {train.Schedule{Kind: "cosine", Warmup: 200}, 100, []point{{99, 1}}},
	} {
		if err := c.s.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, p := range c.points {
			if got, _ := c.s.At(2, p.t, c.total); math.Abs(got-p.want) > 1e-12 {
				t.Errorf("%s, step %d: got %g, want %g", name, p.t, got, p.want)
			}
		}
	}
}

// TestSchedulesStayInBounds: whatever the numbers, the rate is finite, not negative and not above the given one, and the
// momentum between its bounds.
func TestSchedulesStayInBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.IntRange(1, 60).Draw(t, "total")
		number := func(name string, hi float64) float64 { return rapid.Float64Range(0, hi).Draw(t, name) }
		count := func(name string) int { return rapid.IntRange(0, 70).Draw(t, name) }
		s := train.Schedule{Kind: rapid.SampledFrom(train.ScheduleKinds()).Draw(t, "kind"), Every: count("every"), Factor: number("factor", 1), Period: count("period"),
			Floor: number("floor", 0.5), Rise: number("rise", 0.99), Linear: rapid.Bool().Draw(t, "linear"), Warmup: count("warmup"), WarmupFrom: number("from", 0.99),
			Milestones: []int{count("milestone")}, Start: 1 + number("start", 30), End: 1 + number("end", 30), Low: 0.8, High: 0.9}
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		for at := range total {
			lr, m := s.At(0.5, at, total)
			if !(lr >= 0 && lr <= 0.5+1e-12) || s.MovesMomentum() && !(m >= 0.8-1e-12 && m <= 0.9+1e-12) {
				t.Fatalf("%+v: step %d of %d: rate %g, momentum %g", s, at, total, lr, m)
			}
		}
	})
}

func TestScheduleRefuses(t *testing.T) {
	for want, s := range map[string]train.Schedule{
		`schedule: got "up", want one of constant, step`: {Kind: "up"},
		"every: got -1, want 0 or more":                  {Kind: "step", Every: -1},
		"factor: got NaN":                                {Factor: math.NaN()},
		"milestones: got []":                             {Kind: "multi-step"},
		"milestones: got [3 2]":                          {Kind: "multi-step", Milestones: []int{3, 2}},
		"rise: got 1, want 0 or more and less than 1":    {Kind: "one-cycle", Rise: 1},
		"momentum: got 0.9 to 0.8":                       {Kind: "one-cycle", Low: 0.9, High: 0.8},
		"threshold: got -1":                              {Kind: "plateau", Plateau: train.Plateau{Threshold: -1}},
	} {
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %q", s, err, want)
		}
	}
}

// TestPlateau follows a loss through patience, a cut, the cooldown and the floor.
func TestPlateau(t *testing.T) {
	s := train.Schedule{Kind: train.OnPlateau, Factor: 0.5, Floor: 0.3, Plateau: train.Plateau{Patience: 1, Cooldown: 2, Threshold: 0.1}}
	p := train.NewPlateauState()
	for i, c := range []struct{ loss, want float64 }{
		{10, 1}, {8, 1}, // falls
		{7.5, 1}, {7.4, 0.5}, // by less than a tenth, twice
		{9, 0.5}, {9, 0.5}, {9, 0.5}, {9, 0.3}, // two that do not count, two that do; a quarter is below the floor
		{1, 0.3}, {math.NaN(), 0.3},
	} {
		p = p.After(s, c.loss)
		if got := p.Rate(s, 1); got != c.want {
			t.Errorf("epoch %d, loss %g: got rate %g, want %g", i+1, c.loss, got, c.want)
		}
	}
	if got := p.Rate(s, 0.1); got != 0.1 {
		t.Errorf("a rate below the floor: got %g, want it no higher than it is", got)
	}
}

// TestRunFollowsSchedule: with plain SGD the first steps tell the rate.
func TestRunFollowsSchedule(t *testing.T) {
	moved := func(s train.Schedule) float64 {
		cfg := config()
		cfg.Optimizer, cfg.Epochs, cfg.Schedule = train.Optimizer{Kind: "sgd"}, 2, s
		n := session(t, linear{})
		before, err := n.Weights(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		w0 := before["fc1.weight"].F32[0]
		return float64(trained(t, n, cfg)["fc1.weight"].F32[0] - w0)
	}
	constant := moved(train.Schedule{})
	for name, s := range map[string]train.Schedule{
		"steps":  {Kind: train.MultiStep, Milestones: []int{0}, Factor: 1e-3},
		"epochs": {Kind: train.MultiStep, Milestones: []int{0}, Factor: 1e-3, CountInEpochs: true},
	} {
		if got := moved(s); math.Abs(got) > math.Abs(constant)/100 || got == 0 {
			t.Errorf("%s: a thousandth of the rate moved a weight by %g, the whole rate by %g", name, got, constant)
		}
	}
	steps := moved(train.Schedule{Kind: train.MultiStep, Milestones: []int{1}, Factor: 1e-3})
	epochs := moved(train.Schedule{Kind: train.MultiStep, Milestones: []int{1}, Factor: 1e-3, CountInEpochs: true})
	if math.Abs(steps) >= math.Abs(epochs) {
		t.Errorf("a drop after one step moved a weight by %g, one after an epoch by %g; want less", steps, epochs)
	}
}

// TestRunMovesMomentum: one-cycle gives the momentum, or beta1, with each step.
func TestRunMovesMomentum(t *testing.T) {
	for _, kind := range []string{"momentum", "nesterov", "rmsprop", "adam", "lamb"} {
		weight := func(low, high float64) float32 {
			cfg := config()
			cfg.Optimizer, cfg.Schedule = train.Optimizer{Kind: kind}, train.Schedule{Kind: train.OneCycle, Low: low, High: high}
			return trained(t, session(t, linear{}), cfg)["fc1.weight"].F32[0]
		}
		if a, b := weight(0.1, 0.2), weight(0.8, 0.95); a == b {
			t.Errorf("%s: got the weight %g with low and with high momentum", kind, a)
		}
	}
}

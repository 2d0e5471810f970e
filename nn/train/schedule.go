package train

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Schedule says how the learning rate changes from step to step. Only Kind must be set; a 0 takes the usual number.
//
// With t the step, counted from 0, T the period and q the way behind a part of it, from 0 to 1:
//
//	constant    rate
//	step        rate · factor^⌊t/every⌋
//	multi-step  rate · factor^(number of milestones ≤ t)
//	exponential rate · factor^t
//	cosine      floor + (rate - floor)·(1 + cos(π·t/T))/2
//	one-cycle   from rate/start to rate until t = rise·T - 1, then to rate/start/end until t = T - 1, along
//	            y + (x - y)·(1 + cos(π·q))/2, or x + (y - x)·q where linear; the momentum goes from high to low and back
//	plateau     rate · factor for each time that the validation loss has stopped falling; see Plateau
//
// In front of each there may be a linear warm-up: rate·(t+1)/n for n steps, or rate·(f + (1-f)·t/n) from a share f on;
// the schedule proper counts from its end. warmup-cosine is cosine with a warm-up of a twentieth of the run.
//
// Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, equation 5, for cosine;
// Smith, Topin, "Super-convergence", 2017, arXiv:1708.07120, for one-cycle; Goyal et al., "Accurate, large minibatch
// SGD", 2017, arXiv:1706.02677, for the warm-up.
type Schedule struct {
	Kind       string  // one of ScheduleKinds; "" is constant
	Every      int     // of step; 0: a third of the run
	Milestones []int   // of multi-step, ascending
	Factor     float64 // of exponential, 0: so that a hundredth of the rate is left at the end; of the others, 0: 0.1
	Period     int     // of cosine and one-cycle; 0: the run, or what the warm-up leaves of it
	Floor      float64 // lowest rate of cosine and plateau
	// Of one-cycle: the share of the period before the peak (0: 0.3), what the rate is divided by at the start (25) and
	// once more at the end (10000), and the momentum's bounds, or beta1's; both 0: it stays.
	Rise          float64
	Start, End    float64
	Linear        bool
	Low, High     float64
	Warmup        int
	WarmupFrom    float64 // share of the rate; 0: the warm-up starts at rate/n
	Plateau       Plateau
	CountInEpochs bool // t and all numbers above count epochs, not steps
}

// The kinds of schedule.
const (
	Constant     = "constant"
	Step         = "step"
	MultiStep    = "multi-step"
	Exponential  = "exponential"
	Cosine       = "cosine"
	OneCycle     = "one-cycle"
	WarmupCosine = "warmup-cosine"
	OnPlateau    = "plateau"
)

// ScheduleKinds lists the kinds of schedules.
func ScheduleKinds() []string {
	return []string{Constant, Step, MultiStep, Exponential, Cosine, OneCycle, WarmupCosine, OnPlateau}
}

// Check returns an error for what is out of range.
func (s Schedule) Check() error {
	if s.Kind != "" && !slices.Contains(ScheduleKinds(), s.Kind) {
		return fmt.Errorf("train: schedule: got %q, want one of %s", s.Kind, strings.Join(ScheduleKinds(), ", "))
	}
	for _, c := range []struct {
		name  string
		v, hi float64
	}{
		{"every", float64(s.Every), math.MaxInt32}, {"factor", s.Factor, math.MaxFloat32}, {"period", float64(s.Period), math.MaxInt32},
		{"floor", s.Floor, math.MaxFloat32}, {"rise", s.Rise, 1}, {"start", s.Start, math.MaxFloat32}, {"end", s.End, math.MaxFloat32},
		{"low momentum", s.Low, 1}, {"high momentum", s.High, 1}, {"warm-up", float64(s.Warmup), math.MaxInt32},
		{"warm-up from", s.WarmupFrom, 1}, {"threshold", s.Plateau.Threshold, 1},
		{"patience", float64(s.Plateau.Patience), math.MaxInt32}, {"cooldown", float64(s.Plateau.Cooldown), math.MaxInt32},
	} {
		if err := inRange("schedule: "+c.name, c.v, c.hi); err != nil {
			return err
		}
	}
	if s.Kind == MultiStep && (len(s.Milestones) == 0 || !slices.IsSorted(s.Milestones) || s.Milestones[0] < 0) {
		return fmt.Errorf("train: schedule: milestones: got %v, want steps in ascending order, such as [1000 2000]", s.Milestones)
	}
	if s.Low > s.High {
		return fmt.Errorf("train: schedule: momentum: got %g to %g, want the lower first", s.Low, s.High)
	}
	return nil
}

// MovesMomentum reports whether the schedule changes the momentum, or beta1.
func (s Schedule) MovesMomentum() bool { return s.Kind == OneCycle && s.High > 0 }

// At returns the learning rate and, where MovesMomentum says so, the momentum of step t, counted from 0, of total. What
// plateau takes off comes on top; see PlateauState.
func (s Schedule) At(rate float64, t, total int) (lr, momentum float64) {
	if s.Kind == WarmupCosine && s.Warmup == 0 {
		s.Warmup = max(1, total/20)
	}
	if n := s.Warmup; t < n {
		if s.WarmupFrom > 0 {
			return rate * (s.WarmupFrom + (1-s.WarmupFrom)*float64(t)/float64(n)), s.High
		}
		return rate * float64(t+1) / float64(n), s.High
	}
	t, total = t-s.Warmup, max(1, total-s.Warmup)
	factor := usual(s.Factor, 0.1)
	period := float64(total)
	if s.Period > 0 {
		period = float64(s.Period)
	}
	switch s.Kind {
	case Step:
		every := s.Every
		if every == 0 {
			every = max(1, (total+2)/3)
		}
		return rate * math.Pow(factor, float64(t/every)), 0
	case MultiStep:
		passed := 0
		for _, m := range s.Milestones {
			if m <= t {
				passed++
			}
		}
		return rate * math.Pow(factor, float64(passed)), 0
	case Exponential:
		factor = usual(s.Factor, math.Pow(0.01, 1/period))
		return rate * math.Pow(factor, float64(t)), 0
	case Cosine, WarmupCosine:
		return between(rate, s.Floor, float64(t)/period, false), 0
	case OneCycle:
		return s.oneCycle(rate, float64(t), period)
	}
	return rate, 0
}

func (s Schedule) oneCycle(rate, t, period float64) (lr, momentum float64) {
	low := rate / usual(s.Start, 25)
	end := low / usual(s.End, 1e4)
	up := usual(s.Rise, 0.3)*period - 1
	if t <= up {
		q := 1.0 // where the peak comes at once
		if up > 0 {
			q = t / up
		}
		return between(low, rate, q, s.Linear), between(s.High, s.Low, q, s.Linear)
	}
	q := min(1, (t-up)/(period-1-up))
	return between(rate, end, q, s.Linear), between(s.Low, s.High, q, s.Linear)
}

// between goes from x, at q = 0, to y, at 1.
func between(x, y, q float64, linear bool) float64 {
	if linear {
		return x + (y-x)*q
	}
	return y + (x-y)/2*(1+math.Cos(math.Pi*q))
}

// usual returns v, or what stands for 0.
func usual(v, zero float64) float64 {
	if v == 0 {
		return zero
	}
	return v
}

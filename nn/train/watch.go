package train

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Watch says what becomes of the scores of the validation set.
type Watch struct {
	Metric   string  // "loss", which is better when smaller, or "accuracy"; "" means loss
	MinDelta float64 // by how much a score must be better than the best to count as better
	// Patience ends the run after this many epochs without a better score; 0 never does.
	Patience int
	// KeepBest gives the model the weights of the best epoch when the run ends. A run that is prolonged afterwards goes on
	// from them.
	KeepBest bool
}

func (w Watch) check(validation bool) error {
	switch {
	case w.Metric != "" && w.Metric != "loss" && w.Metric != "accuracy":
		return fmt.Errorf("train: watched metric: got %q, want loss or accuracy", w.Metric)
	case !(w.MinDelta >= 0) || math.IsInf(w.MinDelta, 0):
		return fmt.Errorf("train: least improvement: got %g, want 0 or more", w.MinDelta)
	case w.Patience < 0:
		return fmt.Errorf("train: patience: got %d epochs, want 0 or more", w.Patience)
	case (w.Patience > 0 || w.KeepBest) && !validation:
		return errors.New("train: early stopping and keeping the best weights need a validation set; give one, or set Patience to 0 and KeepBest to false")
	}
	return nil
}

// watch takes the score of an epoch into the state and reports whether it is the best so far.
//
// Source: Prechelt, "Early stopping – but when?", in "Neural networks: tricks of the trade", 1998.
func (r *RunState) watch(w Watch, sc Score, epoch int) (better bool) {
	v, improvement := sc.Loss, r.Best-sc.Loss
	if w.Metric == "accuracy" {
		v, improvement = sc.Accuracy, sc.Accuracy-r.Best
	}
	if better = r.BestEpoch == 0 || improvement > w.MinDelta; better {
		r.Best, r.BestEpoch, r.Stale = v, epoch, 0
	} else {
		r.Stale++
	}
	return better
}

// stopped reports whether the patience has run out.
func (l *loop) stopped() bool { return l.Patience > 0 && l.Session.run.Stale >= l.Patience }

// finish gives the model the weights of the best epoch, if the run keeps them.
func (l *loop) finish(ctx context.Context) error {
	if l.stopped() && l.Observe != nil {
		r := l.Session.run
		l.Observe(Event{Code: "early-stop", Notice: fmt.Sprintf("no better score in %d epochs; the best was that of epoch %d", r.Stale, r.BestEpoch)})
	}
	if !l.KeepBest {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changing = true
	for name, t := range l.Session.run.best {
		if err := l.store.Write(name, t); err != nil {
			return err
		}
	}
	return l.refresh(ctx)
}

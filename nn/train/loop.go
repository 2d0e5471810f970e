package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Train runs the steps from cfg.FirstStep on. It returns nil when all are done, the context's error when that ends it,
// and ErrDiverged, with the weights of the last good copy in place, when the loss is not a number any more.
func (s *Session) Train(ctx context.Context, d *data.Set, cfg Config) error {
	l, err := s.newLoop(ctx, d, cfg)
	if err != nil {
		return err
	}
	if _, report := d.Imbalance(); report != "" && cfg.Observe != nil && l.step == 0 {
		cfg.Observe(Event{Code: "imbalance", Notice: report})
	}
	for {
		err := l.run(ctx)
		if err == nil || !errors.Is(err, graph.ErrDeviceLost) || cfg.Recover == nil {
			return err
		}
		if err := l.recover(ctx, err); err != nil {
			return err
		}
	}
}

type loop struct {
	*Session
	Config
	data *data.Set
	// What the parts of a step run; see programs.
	updating, adding program
	perEpoch         int
	total            int
	step             int // steps enqueued
	seen             int // steps whose results have been read
	shuffle          []int32
	epoch            int // of shuffle
	pending          []pendingStep
	last             time.Time // of the last copy of the weights
	losses           int       // devices lost since the last copy
	plateau          PlateauState
}

// program is a task and the name it is compiled under. It is made once a run: its table looks at every label.
type program struct {
	purpose
	Task
}

// programs returns what the last part of a step runs, and the others where gradients add up.
func (l *loop) programs() (updating, adding program) {
	t := Task{Batch: l.Batch, Optimizer: l.Optimizer, Data: tableOf("train", l.data), Augment: l.Augment, Loss: l.Loss}
	of := func(partial bool) program {
		t.Model, t.Optimizer.partial = nil, partial // a model has no name to print
		p := program{purpose{name: fmt.Sprintf("train %+v", t), memory: l.MemoryBudget}, t}
		p.Model = l.model
		return p
	}
	return of(false), of(true)
}

type pendingStep struct {
	step    int
	rate    float64
	reading plan.Reading
}

func (s *Session) newLoop(ctx context.Context, d *data.Set, cfg Config) (*loop, error) {
	cfg, err := cfg.settled(s.model.InputShape(), s.classes)
	if err != nil {
		return nil, settingsError{err}
	}
	if err := s.checkData(d, d.Check); err != nil {
		return nil, err
	}
	if cfg.Validation != nil {
		if err := s.checkData(cfg.Validation, cfg.Validation.CheckForm); err != nil {
			return nil, err
		}
	}
	l := &loop{Session: s, Config: cfg, data: d, epoch: -1, last: time.Now()}
	l.updating, l.adding = l.programs()
	l.perEpoch, l.total = cfg.Steps(d.Len()), cfg.TotalSteps(d.Len())
	s.mu.Lock()
	defer s.mu.Unlock()
	if cfg.Resume {
		if err := s.run.check(cfg, d.Len()); err != nil {
			return nil, settingsError{err}
		}
		if s.position < l.total { // where a shorter run ended within an epoch, this one goes on with it
			s.run.Epochs = min(s.run.Epochs, s.position/l.perEpoch)
		}
	} else {
		s.position = cfg.FirstStep
		s.run = progress{RunState: RunState{Epochs: cfg.FirstStep / l.perEpoch}}
	}
	s.run.Seed, s.run.Batch, s.run.Samples = cfg.Seed, cfg.Batch*cfg.Accumulate, d.Len()
	l.step, l.seen = s.position, s.position
	if err := s.refresh(ctx); errors.Is(err, graph.ErrDeviceLost) {
		s.copied, s.copiedRun = s.position, s.run // the first step will find out, and go on from the last copy
	} else if err != nil {
		return nil, err
	}
	if err := l.begin(); err != nil && !errors.Is(err, graph.ErrDeviceLost) {
		return nil, err
	}
	s.copiedRun = s.run
	if s.data["train"] == nil && d.Len() > 0 {
		s.standardise(d)
	}
	return l, nil
}

// standardise sets mean and scale of each channel of the input from a training set, unless the weights bring them along.
func (s *Session) standardise(d *data.Set) {
	mean, scale := s.weights[InputMean].F32, s.weights[InputScale].F32
	for k := range mean {
		if mean[k] != defaultMean || scale[k] != float32(defaultScale) {
			return
		}
	}
	for name, v := range inputStats(d) {
		s.weights[name] = plan.Float32s(graph.Shape{len(v)}, v...)
		s.store.Write(name, s.weights[name])
	}
}

// run goes on until all steps are done, the patience is at its end or something fails.
func (l *loop) run(ctx context.Context) error {
	for {
		if (l.step%l.perEpoch == 0 || l.step == l.total) && l.epochs() > l.Session.run.Epochs {
			if err := l.endOfEpoch(ctx); err != nil {
				return err
			}
		}
		if l.step >= l.total || l.stopped() {
			break
		}
		if l.Wait != nil {
			if err := l.Wait(ctx); err != nil {
				return errors.Join(err, l.settle())
			}
		}
		if err := ctx.Err(); err != nil {
			return errors.Join(err, l.settle())
		}
		if err := l.enqueue(ctx); err != nil {
			return err
		}
		if err := l.drain(ctx, l.Info().Queue); err != nil {
			return err
		}
		if l.Yield != nil {
			l.Yield()
		}
	}
	if err := l.drain(ctx, 0); err != nil {
		return err
	}
	return l.finish(ctx)
}

// epochs returns how many are done or, at the end of a run that ends within one, begun.
func (l *loop) epochs() int { return (l.step + l.perEpoch - 1) / l.perEpoch }

// settle waits, whatever ends the run, for the steps that are on their way, so that the weights and the steps that were
// observed agree.
func (l *loop) settle() error { return l.drain(context.Background(), 0) }

// enqueue starts the next step.
func (l *loop) enqueue(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.use("train", l.data); err != nil {
		return err
	}
	rate, hyper := l.hypers()
	readings := make([]plan.Reading, l.Accumulate)
	for part := range readings {
		p := l.updating
		if part < len(readings)-1 {
			p = l.adding
		}
		e, err := l.executable(ctx, p.purpose, p.Graph)
		if err != nil {
			return err
		}
		run := l.step*len(readings) + part
		in := append([]plan.Tensor{plan.Int32s(graph.Shape{l.Batch}, l.batch(part)...), plan.Int32s(graph.Shape{2}, int32(l.Seed), int32(run))}, hyper...)
		err = e.Run(append(in, l.Augment.inputs(l.Seed, uint32(run))...)...)
		if err != nil {
			return err
		}
		readings[part] = e.Fetch("loss", "accuracy")
	}
	l.step++
	l.position = l.step
	l.pending = append(l.pending, pendingStep{l.step, rate, meanOf(readings)})
	return nil
}

// batch returns the samples of a part of the next step, of which there is one where nothing accumulates: a stretch of the
// epoch's shuffle, which depends on seed and epoch alone.
func (l *loop) batch(part int) []int32 {
	epoch := l.step / l.perEpoch
	if l.epoch != epoch {
		l.shuffle, l.epoch = Shuffle(l.data.Len(), l.Seed, epoch), epoch
	}
	index := make([]int32, l.Batch)
	first := (l.step%l.perEpoch*l.Accumulate + part) * l.Batch
	for i := range index {
		index[i] = l.shuffle[(first+i)%len(l.shuffle)]
	}
	return index
}

// Shuffle returns the numbers below n in an order that depends on seed and epoch alone.
//
// Source: Fisher, Yates, "Statistical tables", 1938; Durstenfeld, CACM 7, 1964.
func Shuffle(n int, seed uint32, epoch int) []int32 {
	s := make([]int32, n)
	for i := range s {
		s[i] = int32(i)
	}
	for i := n - 1; i > 0; i-- {
		w := op.Philox([4]uint32{uint32(i), uint32(epoch), 1 << 31, 0}, [2]uint32{seed, 0})
		j := int((uint64(w[0]) * uint64(i+1)) >> 32)
		s[i], s[j] = s[j], s[i]
	}
	return s
}

// drain reads the results of steps until no more than most are on their way.
func (l *loop) drain(ctx context.Context, most int) error {
	for len(l.pending) > most {
		p := l.pending[0]
		t, err := p.reading(ctx)
		if err != nil {
			return err
		}
		l.pending = l.pending[1:]
		loss := float64(t[0].F32[0])
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return l.diverged(p.step)
		}
		l.seen = p.step
		if l.Observe != nil {
			l.Observe(Event{Step: &StepEvent{p.step, loss, float64(t[1].F32[0]), p.rate}})
		}
		if time.Since(l.last) >= l.CopyEvery {
			if err := l.copy(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// copy keeps the weights off the device.
func (l *loop) copy(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.refresh(ctx); err != nil {
		if errors.Is(err, ErrDiverged) { // the losses of the steps on their way will say so
			return nil
		}
		return err
	}
	l.last, l.losses = time.Now(), 0
	return nil
}

// diverged puts the last good copy back.
func (l *loop) diverged(step int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range l.order {
		if err := l.store.Write(name, l.weights[name]); err != nil {
			return err
		}
	}
	l.rewind()
	return fmt.Errorf("train: step %d: %w at learning rate %g; try %.3g; the weights of step %d are kept", step, ErrDiverged, l.LearningRate, l.LearningRate/10, l.copied)
}

// endOfEpoch evaluates the validation set and takes its score into the run's state.
func (l *loop) endOfEpoch(ctx context.Context) error {
	if err := l.drain(ctx, 0); err != nil {
		return err
	}
	epoch := l.epochs()
	if l.Validation == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.Session.run.Epochs = epoch
		return nil
	}
	sc, err := l.Evaluate(ctx, l.Validation, l.Yield)
	if errors.Is(err, ErrDiverged) {
		return l.diverged(l.step)
	}
	if err != nil {
		return err
	}
	best, err := l.keep(ctx, sc, epoch)
	if err != nil {
		return err
	}
	if l.Observe != nil {
		l.Observe(Event{Score: &sc, Epoch: epoch, Best: best})
	}
	return nil
}

// keep takes an epoch's score into the state and the schedule's, and its weights where they are the best. It reports whether the
// score is.
func (l *loop) keep(ctx context.Context, sc Score, epoch int) (best bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.endOfSchedule(sc.Loss); err != nil {
		return false, err
	}
	r := &l.Session.run
	r.Epochs = epoch
	if best = r.watch(l.Watch, sc, epoch); !best || !l.KeepBest {
		return best, nil
	}
	if err := l.refresh(ctx); err != nil {
		return false, err
	}
	r.best, err = l.modelValues(l.weights)
	l.copiedRun.best = r.best
	return best, err
}

// recover continues on another device from the last copy.
func (l *loop) recover(ctx context.Context, lost error) error {
	if l.losses++; l.losses > 3 {
		return fmt.Errorf("train: four devices were lost without a step between: %w", lost)
	}
	dev, err := l.Recover(ctx, lost)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.move(ctx, dev); err != nil {
		return err
	}
	if l.Observe != nil {
		l.Observe(Event{Code: "device-lost", Notice: fmt.Sprintf("the device was lost; training continues on %s from step %d, %d steps are done again",
			dev.Info().Adapter, l.copied, max(0, l.seen-l.copied))})
	}
	l.rewind()
	return nil
}

// rewind goes back to the step of the last copy.
func (l *loop) rewind() {
	l.pending = nil
	l.step, l.seen, l.position = l.copied, l.copied, l.copied
	l.Session.run = l.copiedRun
	l.plateau = plateauOf(l.weights[plateauName])
}

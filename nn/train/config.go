package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Config says how to train.
type Config struct {
	Optimizer
	Epochs, Batch int
	// MaxSteps, where above 0, is how many steps the run has, of which the last may be within an epoch; Epochs does not count then.
	// The validation set is evaluated at the end too.
	MaxSteps     int
	LearningRate float64
	Schedule     Schedule
	Seed         uint32
	FirstStep    int       // where to go on, 0 for the beginning, with fresh states of the optimizer
	Validation   *data.Set // evaluated after each epoch; may be nil
	Watch                  // of the validation's scores
	Augment      Augment   // of the pictures to train with
	Loss         Loss      // what is made small
	// MemoryBudget, where above 0, is how many bytes a step should take at most: to stay within them parts of the forward
	// pass are computed a second time; see plan.Options.Remat.
	MemoryBudget int
	// Resume goes on with the session's last run, or that of the checkpoint it was given, instead of at FirstStep. The
	// settings must be the same for the result to be that of an unbroken run.
	Resume bool
	// CopyEvery is how often the weights are copied off the device, so that losing it loses no more; 0 means 5 s.
	CopyEvery time.Duration
	// Recover opens a device to go on with after the present one was lost; nil lets training fail then.
	Recover func(ctx context.Context, lost error) (plan.Device, error)
	// Yield, where not nil, is called now and then, so that a page can breathe.
	Yield func()
	// Wait, where not nil, is called before each step and blocks while training is paused.
	Wait func(ctx context.Context) error
	// Observe is told of each finished step and evaluation, in order.
	Observe func(Event)
}

// Event is something that happened in training; the field that is set tells what.
type Event struct {
	Step   *StepEvent
	Score  *Score // after an epoch
	Epoch  int    // of the score, counted from 1
	Best   bool   // no score before was better
	Notice string // for the user to read
	Code   string // of the notice: device-lost, early-stop or imbalance
}

// StepEvent is one finished step.
type StepEvent struct {
	Step           int // counted from 1
	Loss, Accuracy float64
	LearningRate   float64
}

// Steps returns how many steps an epoch over count samples has; the last batch is filled from the next shuffle. A batch below 1,
// with which Train does not begin, counts as 1.
func (c Config) Steps(count int) int {
	n := max(1, c.Batch) * max(1, c.Accumulate)
	return (count + n - 1) / n
}

// TotalSteps returns how many steps the run has over count samples.
func (c Config) TotalSteps(count int) int {
	if c.MaxSteps > 0 {
		return c.MaxSteps
	}
	return c.Steps(count) * c.Epochs
}

// ErrSettings says that a run cannot have these settings.
var ErrSettings = errors.New("settings do not fit")

// settingsError is an ErrSettings whose text is the reason alone.
type settingsError struct{ reason error }

func (e settingsError) Error() string   { return e.reason.Error() }
func (e settingsError) Unwrap() []error { return []error{e.reason, ErrSettings} }

// settled fills in what is 0, and returns an error for what is out of range, or does not fit a net that takes samples of a shape and
// tells so many classes.
func (c Config) settled(sample graph.Shape, classes int) (Config, error) {
	var err error
	if c.Optimizer, err = c.Optimizer.Defaults(); err != nil {
		return c, err
	}
	if c.MaxSteps > 0 {
		c.Epochs = max(1, c.Epochs)
	}
	if c.Epochs < 1 || c.Batch < 1 || !(c.LearningRate > 0) || math.IsInf(c.LearningRate, 0) {
		return c, fmt.Errorf("train: got %d passes, batch %d, learning rate %g, want all above 0", c.Epochs, c.Batch, c.LearningRate)
	}
	if c.MaxSteps < 0 {
		return c, fmt.Errorf("train: got %d steps, want 1 or more, or 0 for whole passes", c.MaxSteps)
	}
	if err := c.checkSchedule(); err != nil {
		return c, err
	}
	if err := c.Watch.check(c.Validation != nil); err != nil {
		return c, err
	}
	c.moving = c.Schedule.MovesMomentum()
	if err := c.Augment.check(sample); err != nil {
		return c, err
	}
	if c.CopyEvery == 0 {
		c.CopyEvery = 5 * time.Second
	}
	c.Loss, err = c.Loss.defaults(classes)
	return c, err
}

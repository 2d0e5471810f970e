package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/train"
)

// trainFlags are the flags of the command train.
type trainFlags struct {
	net    netFlags
	data   dataFlags
	device deviceFlags

	epochs, batch, accumulate, patience int
	optimizer, schedule, loss           string
	rate, momentum, decay, clip         float64
	warmup, smoothing                   float64
	augment                             map[string]string
	seed                                uint32
	validation                          string
	best, json, resume                  bool
	out, curve, weights                 string
	checkpoint                          int // seconds
}

func (f *trainFlags) add(c *cobra.Command) {
	f.net.add(c)
	f.data.add(c)
	f.device.add(c)
	fs := c.Flags()
	fs.IntVar(&f.epochs, "epochs", 10, "passes over the training set")
	fs.IntVar(&f.batch, "batch", 64, "samples of a step")
	fs.IntVar(&f.accumulate, "accumulate", 1, "batches whose gradients make one step")
	fs.StringVar(&f.optimizer, "optimizer", "adam", strings.Join(train.Kinds(), ", "))
	fs.Float64Var(&f.rate, "rate", 0, "learning rate; 0 means what is usual for the optimizer")
	fs.StringVar(&f.schedule, "schedule", train.Constant, "how the rate changes: "+strings.Join(train.ScheduleKinds(), ", "))
	fs.Float64Var(&f.warmup, "warmup", 0, "epochs in which the rate rises to its value at first")
	fs.Float64Var(&f.momentum, "momentum", 0, "share of the last step that is kept; 0 means what is usual")
	fs.Float64Var(&f.decay, "decay", 0, "weight decay")
	fs.Float64Var(&f.clip, "clip", 0, "bound of the norm of all gradients together; 0 means none")
	fs.StringVar(&f.loss, "loss", "softmax", "softmax, hinge, squared-hinge, binary or mse")
	fs.Float64Var(&f.smoothing, "smoothing", 0, "share of the softmax's target that is spread over all classes")
	fs.StringToStringVar(&f.augment, "augment", nil,
		"changes of the pictures at random, as in mirror=0.5,shift=4: "+strings.Join(slices.Sorted(maps.Keys(augmentations)), ", "))
	fs.Uint32Var(&f.seed, "seed", 1, "of the weights, the order of the samples and all random numbers")
	fs.StringVar(&f.validation, "validation", "",
		"what is evaluated after each epoch: a share of the training set such as 0.1,\ntest or none; without it test, or where the data has none a tenth")
	fs.IntVar(&f.patience, "patience", 0, "stop after this many epochs without a lower validation loss; 0 means never")
	fs.BoolVar(&f.best, "best", false, "end with the weights of the epoch whose validation loss was lowest")
	fs.StringVarP(&f.out, "output", "o", "", "`file` that the net is saved in (.safetensors)")
	fs.IntVar(&f.checkpoint, "checkpoint", 60, "save every so many seconds, too; 0 means at the end alone")
	fs.BoolVar(&f.resume, "resume", false, "go on with the run that the file of --output holds")
	fs.StringVar(&f.weights, "weights", "", "`file` (.safetensors) to take weights from, by name, where they fit")
	fs.StringVar(&f.curve, "curve", "", "`file` for the learning curve (.svg or .png)")
	fs.BoolVar(&f.json, "json", false, "print JSON, an object a line")
}

// check finds what is wrong before anything is read. Ranges of the numbers are checked by package train.
func (f *trainFlags) check() error {
	switch {
	case f.epochs < 1:
		return usagef("--epochs: got %d, want 1 or more", f.epochs)
	case f.batch < 1:
		return usagef("--batch: got %d, want 1 or more", f.batch)
	case f.accumulate < 1:
		return usagef("--accumulate: got %d, want 1 or more", f.accumulate)
	case f.checkpoint < 0:
		return usagef("--checkpoint: got %d seconds, want 0 or more", f.checkpoint)
	case f.rate < 0:
		return usagef("--rate: got %g, want a number above 0", f.rate)
	case !slices.Contains(train.Kinds(), f.optimizer):
		return usagef("--optimizer: got %q, want %s", f.optimizer, strings.Join(train.Kinds(), ", "))
	case !slices.Contains(train.ScheduleKinds(), f.schedule):
		return usagef("--schedule: got %q, want %s", f.schedule, strings.Join(train.ScheduleKinds(), ", "))
	case f.resume && f.out == "":
		return usagef("--resume goes on with the run in the file of --output: name that with -o")
	}
	if f.validation != "" && f.validation != "test" && f.validation != "none" {
		if v, err := strconv.ParseFloat(f.validation, 64); err != nil || !(v > 0 && v < 1) {
			return usagef("--validation: got %q, want a share between 0 and 1, test or none", f.validation)
		}
	}
	if err := checkCurve(f.curve); err != nil {
		return err
	}
	return checkFolder("--output", f.out)
}

// config is what package train is told, but for the validation set and what is observed.
func (f *trainFlags) config() (train.Config, error) {
	c := train.Config{
		Optimizer: train.Optimizer{Kind: f.optimizer, Momentum: f.momentum, WeightDecay: f.decay, ClipNorm: f.clip,
			Accumulate: f.accumulate},
		Epochs: f.epochs, Batch: f.batch, LearningRate: f.rate, Seed: f.seed, Resume: f.resume,
		Schedule: train.Schedule{Kind: f.schedule},
		Watch:    train.Watch{Patience: f.patience, KeepBest: f.best},
		Loss:     train.Loss{Kind: f.loss, Smoothing: f.smoothing},
	}
	if c.LearningRate == 0 {
		c.LearningRate = c.Optimizer.UsualRate()
	}
	for name, text := range f.augment {
		set := augmentations[name]
		if set == nil {
			return c, usagef("--augment: got %q, want %s", name, strings.Join(slices.Sorted(maps.Keys(augmentations)), ", "))
		}
		if err := set(&c.Augment, text); err != nil {
			return c, usagef("--augment: %s: got %q, want %v", name, text, err)
		}
	}
	return c, nil
}

// augmentations set the fields of train.Augment; an error says what they want.
var augmentations = map[string]func(a *train.Augment, text string) error{
	"mirror":     number(func(a *train.Augment) *float64 { return &a.Mirror }),
	"flip":       number(func(a *train.Augment) *float64 { return &a.Flip }),
	"shift":      whole(func(a *train.Augment) *int { return &a.Shift }),
	"rotate":     number(func(a *train.Augment) *float64 { return &a.Rotate }),
	"scale":      number(func(a *train.Augment) *float64 { return &a.Scale }),
	"brightness": number(func(a *train.Augment) *float64 { return &a.Brightness }),
	"contrast":   number(func(a *train.Augment) *float64 { return &a.Contrast }),
	"saturation": number(func(a *train.Augment) *float64 { return &a.Saturation }),
	"noise":      number(func(a *train.Augment) *float64 { return &a.Noise }),
	"cutout":     whole(func(a *train.Augment) *int { return &a.Cutout }),
	"mixup":      number(func(a *train.Augment) *float64 { return &a.Mixup }),
	"border": func(a *train.Augment, text string) error {
		for _, b := range []op.Border{op.BorderZero, op.BorderClamp} {
			if b.String() == text {
				a.Border = b
				return nil
			}
		}
		return fmt.Errorf("%v or %v", op.BorderZero, op.BorderClamp)
	},
}

func number(field func(*train.Augment) *float64) func(*train.Augment, string) error {
	return func(a *train.Augment, text string) error {
		v, err := strconv.ParseFloat(text, 64)
		if *field(a) = v; err != nil {
			return fmt.Errorf("a number")
		}
		return nil
	}
}

func whole(field func(*train.Augment) *int) func(*train.Augment, string) error {
	return func(a *train.Augment, text string) error {
		v, err := strconv.Atoi(text)
		if *field(a) = v; err != nil {
			return fmt.Errorf("a whole number of pixels")
		}
		return nil
	}
}

// split returns what to train on and what to validate with, which is nil for none.
func (f *trainFlags) split(s sets) (training, validation *data.Set, err error) {
	part := f.validation
	switch {
	case part == "none":
		return s.train, nil, nil
	case part == "test" && s.test == nil:
		return nil, nil, usagef("--validation test: the data has no test part of its own; give a share, such as 0.1")
	case part == "test" || part == "" && s.test != nil:
		return s.train, s.test, nil
	case part == "":
		part = "0.1"
	}
	share, err := strconv.ParseFloat(part, 64)
	if err != nil {
		return nil, nil, err
	}
	return s.train.Split(share, uint64(f.seed))
}

// every is how long training goes on between two checkpoints; 0: to the end.
func (f *trainFlags) every() time.Duration { return time.Duration(f.checkpoint) * time.Second }

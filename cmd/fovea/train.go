package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

func newTrain() *cobra.Command {
	var f trainFlags
	c := &cobra.Command{
		Use:   "train NET DATA",
		Short: "Train a net on a data set",
		Long: `Train a net on a data set. A line an epoch tells the mean loss and accuracy of the steps, and those of the validation set;
on a terminal a bar shows how far the run is. The file of --output appears whole or not at all, and the one before it stays
beside it as FILE.previous. An interrupt (Ctrl-C) saves, too; the same call with --resume goes on, with the same numbers as
if it had never stopped.

A net of the zoo gets as many classes as the data has. A NET that Fovea saved starts from its weights. To choose by the
validation set (--best, --patience) take a share of the training set, so that the test set stays unseen: --validation 0.1.

` + netHelp + `

` + dataHelp,
		Example: `  fovea train "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 2 -> FC 10" \
      mnist --epochs 3 -o mnist.safetensors --curve mnist.svg
  fovea train zoo:resnet20 cifar10 --epochs 100 --batch 128 --optimizer momentum --rate 0.1 --decay 1e-4 \
      --schedule cosine --augment mirror=0.5,shift=4 -o resnet20.safetensors
  fovea train @net.txt photos/ --validation 0.2 --best -o net.safetensors`,
		Args: wantArgs("a net and a data set; put a net's text in quotes", 2, 2),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0], args[1]) },
	}
	f.add(c)
	return c
}

func (f *trainFlags) run(c *cobra.Command, netArg, dataArg string) error {
	if err := f.check(); err != nil {
		return err
	}
	cfg, err := f.config()
	if err != nil {
		return err
	}
	net, err := f.net.read(netArg, c.InOrStdin())
	if err != nil {
		return err
	}
	input, err := net.inputShape()
	if err != nil {
		return err
	}
	all, err := f.data.open(dataArg, input)
	if err != nil {
		return err
	}
	if all.skipped != "" {
		fmt.Fprintln(c.ErrOrStderr(), all.skipped)
	}
	if strings.HasPrefix(netArg, "zoo:") && f.net.classes == 0 {
		f.net.classes = len(all.train.Classes)
		if net, err = f.net.read(netArg, nil); err != nil {
			return err
		}
	}
	training, validation, err := f.split(all)
	if err != nil {
		return err
	}
	cfg.Validation = validation

	dev, err := f.device.open(c.Context())
	if err != nil {
		return err
	}
	n, err := f.newNet(c, dev, net, all.train.Classes)
	if err != nil {
		return err
	}
	defer n.Close()
	if err := f.begin(c, n, cfg, cfg.Steps(training.Len())); err != nil {
		return err
	}
	r := newRun(n, cfg, newReporter(c.OutOrStdout(), c.ErrOrStderr(), f.json, n.Run.Step, n.Run.Steps))
	r.perEpoch, r.out, r.every = cfg.Steps(training.Len()), f.out, f.every()
	err = r.train(c.Context(), training)
	return f.finish(c, n, r, err)
}

// inputShape returns the shape of the net's samples.
func (s source) inputShape() (graph.Shape, error) {
	n, err := spec.Parse(s.text)
	if err != nil {
		return nil, s.explain(err)
	}
	return n.InputShape(), nil
}

// newNet puts the net onto dev, with the weights that it starts from.
func (f *trainFlags) newNet(c *cobra.Command, dev plan.Device, net source, classes []string) (*nn.Net, error) {
	n, err := nn.New(dev, net.text, classes, f.seed)
	if err != nil {
		return nil, errors.Join(net.explain(err), dev.Close())
	}
	if f.resume {
		return n, nil // its weights come with the run
	}
	var weights []byte
	switch {
	case f.weights != "":
		if weights, err = os.ReadFile(f.weights); err != nil {
			return nil, errors.Join(err, n.Close())
		}
	case net.saved != nil:
		weights = net.saved.Bytes
	default:
		return n, nil
	}
	report, err := n.LoadByName(weights)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("weights to start from: %w", err), n.Close())
	}
	fmt.Fprintf(c.ErrOrStderr(), "weights: %v\n", report)
	return n, nil
}

// begin enters the settings into the net's run, or takes over the run to go on with.
func (f *trainFlags) begin(c *cobra.Command, n *nn.Net, cfg train.Config, perEpoch int) error {
	settings := nn.Run{Epochs: cfg.Epochs, Optimizer: cfg.Kind, LearningRate: cfg.LearningRate, Schedule: cfg.Schedule.Kind,
		Momentum: cfg.Momentum, WeightDecay: cfg.WeightDecay, Batch: cfg.Batch, Seed: int(cfg.Seed)}
	if f.resume {
		file, err := nn.OpenCheckpoint(f.out)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("--resume: there is no run in %s yet; leave --resume out to begin one", f.out)
		} else if err != nil {
			return err
		}
		if _, err := n.Restore(file.Bytes); err != nil {
			return fmt.Errorf("--resume: %s: %w", f.out, err)
		}
		if before, now := settingsOf(n.Run), settingsOf(settings); before != now {
			fmt.Fprintf(c.ErrOrStderr(), "note: the run began with %s, and goes on with %s\n", before, now)
		}
	}
	settings.Step, settings.History = n.Run.Step, n.Run.History
	settings.Steps, settings.Epoch = perEpoch*cfg.Epochs, n.Run.Step/perEpoch
	n.Run = settings
	return nil
}

// settingsOf says in words what a run was begun with.
func settingsOf(r nn.Run) string {
	return fmt.Sprintf("%s, rate %g, momentum %g, decay %g, schedule %s, batch %d, %d epochs, seed %d",
		r.Optimizer, r.LearningRate, r.Momentum, r.WeightDecay, r.Schedule, r.Batch, r.Epochs, r.Seed)
}

// finish saves the net, draws the curve and says how the run ended.
func (f *trainFlags) finish(c *cobra.Command, n *nn.Net, r *trainRun, trained error) error {
	ctx, errs := context.WithoutCancel(c.Context()), c.ErrOrStderr()
	interrupted := errors.Is(trained, context.Canceled)
	if trained != nil && !interrupted {
		return trained // what was saved before stays
	}
	if f.out != "" {
		if err := n.SaveFile(ctx, f.out); err != nil {
			return errors.Join(trained, err)
		}
	}
	if f.curve != "" {
		if err := writeCurve(f.curve, n.Run.History, r.validations); err != nil {
			return errors.Join(trained, err)
		}
	}
	switch {
	case interrupted && f.out != "":
		fmt.Fprintf(errs, "stopped after step %d of %d and saved in %s: the same call with --resume goes on\n",
			n.Run.Step, n.Run.Steps, f.out)
	case interrupted:
		fmt.Fprintf(errs, "stopped after step %d of %d; nothing was saved, as no file was named with -o\n", n.Run.Step, n.Run.Steps)
	case f.out == "":
		fmt.Fprintln(errs, "note: the net was not saved: name a file with -o to keep it")
	case !f.json:
		fmt.Fprintf(c.OutOrStdout(), "saved in %s\n", f.out)
	}
	return trained
}

// checkFolder finds out before the work, not after it, that a file cannot be written.
func checkFolder(flag, path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(filepath.Dir(path))
	if err == nil && !info.IsDir() || errors.Is(err, fs.ErrNotExist) {
		return usagef("%s %s: there is no folder %s; make it first", flag, path, filepath.Dir(path))
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// job is a recipe that is carried out.
type job struct {
	recipe
	name, data, out string
	holdout         float64
	resume, score   bool
}

// do trains the model, tells w of each epoch, and writes the files, unless a part of the training set is held out.
func (j job) do(ctx context.Context, w io.Writer) error {
	training, test, err := j.open(os.DirFS(j.data))
	if err != nil {
		return err
	}
	if j.score {
		return j.measure(ctx, test, w)
	}
	if j.holdout > 0 {
		if training, test, err = training.Split(j.holdout, uint64(j.config.Seed)); err != nil {
			return err
		}
	}
	net, err := nn.New(dense{cpu.New(0)}, j.text, training.Classes, j.config.Seed)
	if err != nil {
		return err
	}
	defer net.Close()
	if err := j.prepare(net, training); err != nil {
		return err
	}
	p := &progress{net: net, job: j, w: w, perEpoch: j.config.Steps(training.Len()), began: time.Now()}
	j.config.Validation, j.config.Observe, j.config.Wait, j.config.Resume = test, p.observe, p.save, j.resume
	c := j.config
	fmt.Fprintf(w, "%s: %d parameters, %d pictures, %d epochs of %d steps, batch %d, seed %d, %s\n",
		j.name, net.Summary.Parameters, training.Len(), c.Epochs, p.perEpoch, c.Batch, c.Seed, runtime.Version())
	if err := net.Train(ctx, training, c); err != nil {
		return err
	}
	if j.holdout > 0 {
		return nil
	}
	b, err := net.SaveCompact(ctx, nn.Half)
	if err != nil {
		return err
	}
	if err := os.WriteFile(j.file(".safetensors"), b, 0o644); err != nil {
		return err
	}
	if err := j.measure(ctx, test, w); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Dir(j.checkpoint()))
}

// file is the path of a file of the model.
func (j job) file(suffix string) string { return filepath.Join(j.out, j.name+suffix) }

// prepare sets what training starts from: a checkpoint, or the recipe's weights.
func (j job) prepare(net *nn.Net, training *data.Set) error {
	if j.resume {
		c, err := nn.OpenCheckpoint(j.checkpoint())
		if err != nil {
			return fmt.Errorf("-resume: %w", err)
		}
		_, err = net.Restore(c.Bytes)
		return err
	}
	how := j.preprocess
	mean, deviation := training.ChannelStats()
	for c := range mean {
		how.Mean, how.Deviation = append(how.Mean, mean[c]/how.Scale), append(how.Deviation, deviation[c]/how.Scale)
	}
	net.Preprocess = &how
	o := j.config
	net.Run = nn.Run{Steps: o.Epochs * o.Steps(training.Len()), Epochs: o.Epochs, Optimizer: o.Kind, LearningRate: o.LearningRate,
		Schedule: o.Schedule.Kind, Momentum: o.Momentum, WeightDecay: o.WeightDecay, Batch: o.Batch, Seed: int(o.Seed)}
	if j.begin == nil {
		return nil
	}
	return j.begin(net, training)
}

// checkpoint is the file that an interrupted run goes on from, in a folder of its own.
func (j job) checkpoint() string {
	return filepath.Join(os.TempDir(), "fovea-"+j.name, "run.safetensors")
}

// progress prints a line an epoch, and saves the run then. All of it happens in the goroutine that trains.
type progress struct {
	job
	net      *nn.Net
	w        io.Writer
	perEpoch int // steps
	began    time.Time
	loss     float64 // sums over the steps of the epoch
	accuracy float64
	unsaved  bool
}

func (p *progress) observe(e train.Event) {
	switch {
	case e.Step != nil:
		p.net.Run.Step, p.net.Run.Epoch = e.Step.Step, e.Step.Step/p.perEpoch
		p.loss, p.accuracy = p.loss+e.Step.Loss, p.accuracy+e.Step.Accuracy
	case e.Score != nil:
		n := float64(p.perEpoch)
		fmt.Fprintf(p.w, "epoch %2d: training loss %.4f, %.2f %%; %d others: loss %.4f, %.2f %%; %.0f s\n",
			e.Epoch, p.loss/n, 100*p.accuracy/n, e.Score.Count, e.Score.Loss, 100*e.Score.Accuracy, time.Since(p.began).Seconds())
		p.loss, p.accuracy, p.began, p.unsaved = 0, 0, time.Now(), true
	case e.Notice != "":
		fmt.Fprintln(p.w, e.Notice)
	}
}

// save writes a checkpoint after an epoch, also where the run is being interrupted. It is called between steps.
func (p *progress) save(ctx context.Context) error {
	if !p.unsaved || p.holdout > 0 {
		return nil
	}
	p.unsaved = false
	if err := os.MkdirAll(filepath.Dir(p.checkpoint()), 0o755); err != nil {
		return err
	}
	return p.net.SaveFile(context.WithoutCancel(ctx), p.checkpoint())
}

// dense is a device whose gradients behind a max-pooling are those of all places. Those of the winners alone, which are a
// quarter, take longer where filters are many and the dense ones have Winograd's way and wide vectors.
type dense struct{ plan.Device }

// Info describes the device.
func (d dense) Info() plan.Info {
	i := d.Device.Info()
	i.Fused = nil
	return i
}

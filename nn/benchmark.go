package nn

import (
	"context"
	"time"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/train"
)

// StepTimes trains n on random samples and returns the milliseconds of each step after warmup ones. A step counts when
// its result has been read; steps follow each other as in training. yield, where not nil, is called now and then. With an
// error, the end of ctx too, it returns what it has measured before.
func StepTimes(ctx context.Context, n *Net, o train.Optimizer, batch, steps, warmup int, yield func()) ([]float64, error) {
	total := steps + warmup
	d := randomData(n, total*batch) // one pass: at the end of a pass the steps on their way are waited for
	var times []float64
	last := time.Now()
	cfg := train.Config{Optimizer: o, Epochs: 1, Batch: batch, LearningRate: 0.001, Seed: 1, Yield: yield, CopyEvery: time.Hour,
		Observe: func(e train.Event) {
			if e.Step != nil {
				now := time.Now()
				if e.Step.Step > warmup && len(times) < steps {
					times = append(times, now.Sub(last).Seconds()*1000)
				}
				last = now
			}
		}}
	err := n.Train(ctx, d, cfg)
	return times, err
}

func randomData(n *Net, count int) *data.Set {
	in := n.Summary.Input
	d := &data.Set{Shape: in, Classes: n.Classes, Images: randomBytes(count * graph.Shape(in).Elems()), Labels: make([]int32, count)}
	for i := range d.Labels {
		d.Labels[i] = int32(i % len(n.Classes))
	}
	return d
}

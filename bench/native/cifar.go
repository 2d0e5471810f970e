package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

// cifar trains on the 50,000 pictures, half of them mirrored, and tells how many of the 10,000 others are right: after
// each pass, and at the end also with the answers for a picture and its mirror image averaged.
func cifar(ctx context.Context, n *nn.Net, o options) error {
	training, test, err := data.OpenCIFAR10(os.DirFS(o.folder))
	if err != nil {
		return err
	}
	if o.batch == 0 {
		o.batch = 16
	}
	start := time.Now()
	err = n.Train(ctx, training, train.Config{
		Optimizer: train.Optimizer{Kind: "adam"}, Epochs: o.passes, Batch: o.batch, LearningRate: o.rate,
		Schedule: train.Schedule{Kind: train.Cosine}, Seed: uint32(o.seed), Validation: test, Augment: train.Augment{Mirror: 0.5},
		Observe: func(e train.Event) {
			if e.Score != nil {
				fmt.Printf("pass %2d  loss %.4f  accuracy %.2f %%  %.1f min\n", e.Epoch, e.Score.Loss, 100*e.Score.Accuracy, time.Since(start).Minutes())
			}
		},
	})
	if err != nil {
		return err
	}
	minutes := time.Since(start).Minutes()
	plain, err := n.Evaluate(ctx, test, nil)
	if err != nil {
		return err
	}
	averaged, err := n.EvaluateWith(ctx, test, train.EvaluateOptions{Views: train.Views(true, 0)})
	if err != nil {
		return err
	}
	fmt.Printf("%d passes in %.1f min: %.2f %%, with mirror images averaged %.2f %%\n", o.passes, minutes, 100*plain.Accuracy, 100*averaged.Accuracy)
	return nil
}

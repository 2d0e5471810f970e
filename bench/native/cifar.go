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

// cifar trains on the 50,000 pictures, half of them mirrored and with -shift all moved a little, as ConvNetJS's page does, and tells
// how many of the 10,000 others are right: after each pass, and at the end also with the answers averaged for a picture and
// its mirror image, and for both as they are and shifted, which is how that page tests.
func cifar(ctx context.Context, n *nn.Net, o options) error {
	training, test, err := data.OpenCIFAR10(os.DirFS(o.folder))
	if err != nil {
		return err
	}
	if o.batch == 0 {
		o.batch = 32
	}
	start := time.Now()
	err = n.Train(ctx, training, train.Config{
		Optimizer: train.Optimizer{Kind: "adam"}, Epochs: o.passes, Batch: o.batch, LearningRate: o.rate,
		Schedule: train.Schedule{Kind: train.Cosine}, Seed: uint32(o.seed), Validation: test, Augment: train.Augment{Mirror: 0.5, Shift: o.shift},
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
	fmt.Printf("%d passes in %.1f min: %.2f %%\n", o.passes, minutes, 100*plain.Accuracy)
	for _, shift := range []int{0, 1, 2} {
		views := train.Views(true, shift)
		score, err := n.EvaluateWith(ctx, test, train.EvaluateOptions{Views: views})
		if err != nil {
			return err
		}
		fmt.Printf("answers of %d views averaged, mirrored and shifted by %d: %.2f %%\n", len(views), shift, 100*score.Accuracy)
	}
	return nil
}

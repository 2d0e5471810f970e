package main

import (
	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/train"
)

// Numbers of the recipe of airbench94, whose rates are for the sum of the losses of a batch; here they are for the mean.
const (
	cifarBatch = 500
	// The rate for one sample is 10/(1024·(1 + 1/(1 - momentum))).
	cifarMomentum = 0.85
	cifarRate     = 10 * cifarBatch / (1024 * (1 + 1/(1-cifarMomentum)))
	cifarDecay    = 0.0153 / 10
	// Biases of norms learn so much faster than filters, which need no shift of their own behind a whitened input.
	biasRate = 64
	// The logits are divided by 9. Instead, the last layer's weights start so much smaller and learn by 9² more slowly,
	// which is the same.
	logitScale = 9
)

// cifar10 is airbench94, with stages of 64, 160 and 192 filters instead of 64, 256 and 256, ReLU instead of GELU, no bias behind the
// first layer, 24 epochs, a square of 8 pixels cut out, and a rate that falls to nothing instead of averages of the weights.
//
// Source: Keller Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024, arXiv:2404.00498.
var cifar10 = recipe{
	text: `stage($f) = CONV 3x3x$f pad 1 nobias init lecun -> POOL 2 -> BN -> RELU -> CONV 3x3x$f pad 1 nobias -> BN -> RELU
INPUT 32x32x3 -> CONV "whitening" 2x2x24 nobias -> RELU -> stage(64) -> stage(160) -> stage(192)
-> POOL 3 -> FC "logits" 10 nobias init uniform 0.008`,
	config: train.Config{
		Optimizer: train.Optimizer{Kind: "nesterov", Momentum: cifarMomentum, WeightDecay: cifarDecay, Groups: []train.Group{
			{Match: []string{"whitening.weight", "bn*.weight"}, Frozen: true},
			{Match: []string{"bn*.bias"}, LearningRate: biasRate, WeightDecay: new(cifarDecay / biasRate)},
			{Match: []string{"logits.weight"}, LearningRate: 1.0 / (logitScale * logitScale),
				WeightDecay: new(cifarDecay * logitScale * logitScale)},
		}},
		Epochs: 24, Batch: cifarBatch, LearningRate: cifarRate, Seed: 1,
		Schedule: train.Schedule{Kind: train.OneCycle, Rise: 0.23, Start: 5, End: 1000, Linear: true},
		Loss:     train.Loss{Smoothing: 0.2},
		Augment:  train.Augment{Mirror: 0.5, Shift: 2, Border: op.BorderClamp, Cutout: 8},
	},
	files: "data_batch_1.bin to data_batch_5.bin and test_batch.bin",
	open:  data.OpenCIFAR10,
	begin: func(n *nn.Net, training *data.Set) error {
		if err := whitenFilters(n, training, "whitening.weight"); err != nil {
			return err
		}
		return passOn(n)
	},
	preprocess: preprocess.Preprocess{Resize: []int{32}, Filter: preprocess.Bilinear, Crop: []int{32, 32}, Size: []int{32, 32},
		Order: preprocess.RGB, Scale: 255},
}

package main

import (
	"io/fs"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/train"
)

// mnist is a small net with a few hundred kilobytes to load. The digits are moved, turned and scaled in training, so that it
// reads those that people draw with a mouse, too; what comes in from outside is the nearest pixel, which is black, where 0 is the
// mean of the set. A square that is cut out makes it look at more than one stroke. A pooling stands before its norm, which then has a
// quarter of the work.
var mnist = recipe{
	text: `INPUT 28x28x1 -> CONV 5x5x32 pad 2 nobias -> POOL 2 -> BN -> RELU
-> CONV 3x3x64 pad 1 nobias -> BN -> RELU -> CONV 3x3x64 pad 1 nobias -> POOL 2 -> BN -> RELU
-> CONV 3x3x96 pad 1 nobias -> POOL 2 -> BN -> RELU -> FC "logits" 10`,
	config: train.Config{
		Optimizer: train.Optimizer{Kind: "nesterov", Momentum: 0.9, WeightDecay: 5e-4, SkipVectors: true, Average: 0.99},
		Epochs:    16, Batch: 250, LearningRate: 0.1, Seed: 1,
		Schedule: train.Schedule{Kind: train.OneCycle, Rise: 0.2, Start: 10, End: 1000},
		Augment:  train.Augment{Shift: 2, Rotate: 10, Scale: 0.1, Border: op.BorderClamp, Cutout: 8},
	},
	files: "train-images-idx3-ubyte, train-labels-idx1-ubyte and the same with t10k, plain or with .gz",
	open: func(folder fs.FS) (training, test *data.Set, err error) {
		classes := strings.Split("0123456789", "")
		if training, err = data.OpenIDX(folder, "train", classes); err != nil {
			return nil, nil, err
		}
		test, err = data.OpenIDX(folder, "t10k", classes)
		return training, test, err
	},
	preprocess: preprocess.Preprocess{Resize: []int{28}, Filter: preprocess.Bilinear, Crop: []int{28, 28}, Size: []int{28, 28},
		Order: preprocess.Gray, Scale: 255},
}

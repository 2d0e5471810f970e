package main

import (
	"io/fs"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/train"
)

// recipe is how a model is made. A recipe is one file.
type recipe struct {
	text   string // of the net
	config train.Config
	files  string // what a folder with the data set has, in words
	open   func(folder fs.FS) (training, test *data.Set, err error)
	// begin sets the weights that training starts from, where they are others than the net's own; it may be nil.
	begin func(n *nn.Net, training *data.Set) error
	// preprocess is how a picture of any size becomes what the net takes. Standardising is part of the net.
	preprocess preprocess.Preprocess
}

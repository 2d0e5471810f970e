package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/archive"
	"github.com/fovea-nn/fovea/nn/data/npy"
	"github.com/fovea-nn/fovea/nn/graph"
)

// dataHelp explains the argument DATA.
const dataHelp = `DATA is a data set:
  mnist, cifar10        what fovea data has fetched
  a folder              pictures by class (CLASS/NAME.png, scaled to the net's input), alone or in train and test;
                        MNIST's idx files; the binary files of CIFAR-10 or CIFAR-100, there or in a folder below; for a
                        net that takes volumes, stacks of slices by class (CLASS/SAMPLE/NAME.png)
  NAME.zip              the same pictures or stacks in an archive
  NAME.npz              NumPy arrays x_train, y_train and x_test, y_test, or x and y
  NAME.npy              an array of samples, with --data-labels NAME.npy
  NAME.csv              series, a row each with the label in the column label
  NAME.fvd, NAME.bin    Fovea's own packed file; a file of CIFAR-10's binary version`

// preparedHelp goes behind dataHelp where the net may be any model.
const preparedHelp = `

A model that knows what happens to pictures before the net, or is told with --preprocess, gets the pictures of a set that way.`

// dataFlags say how a data set is read.
type dataFlags struct{ labels string }

func (f *dataFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.labels, "data-labels", "", "`file` (.npy) with the labels of samples in a .npy file")
}

// sets are the parts of a data set; test is nil where there is none of its own.
type sets struct {
	train, test *data.Set
	skipped     string // files that were left out; "" if none
	scaled      bool   // pictures of any size were made as the net takes them
}

// open reads a data set for a net that takes samples of a shape; pictures are scaled to it.
func (f *dataFlags) open(name string, input graph.Shape) (sets, error) {
	return f.read(name, input, nil)
}

// openFor reads a data set for a model; pictures become what its own preprocessing makes of them, if it has one.
func (f *dataFlags) openFor(name string, n *nn.Net) (sets, error) {
	return f.read(name, n.Summary.Input, n)
}

// read reads a data set for samples of a shape, and for a net or nil.
func (f *dataFlags) read(name string, input graph.Shape, net *nn.Net) (sets, error) {
	place := name
	if known, ok := downloads[name]; ok {
		cache, err := cacheFolder(name)
		if err != nil {
			return sets{}, err
		}
		if place = cache; !known.complete(place) {
			return sets{}, fmt.Errorf("%s is not in %s yet: fetch it with fovea data %s", name, place, name)
		}
	}
	info, err := os.Stat(place)
	if errors.Is(err, fs.ErrNotExist) {
		return sets{}, fmt.Errorf("data set %s: no such file or folder; want one, or mnist or cifar10", name)
	} else if err != nil {
		return sets{}, fmt.Errorf("data set: %w", err)
	}
	ext := strings.ToLower(filepath.Ext(place))
	if f.labels != "" && ext != ".npy" {
		return sets{}, usagef("--data-labels is for samples in a .npy file")
	}
	var s sets
	if info.IsDir() {
		s, err = openFolder(preparedFiles(os.DirFS(place), net), input)
	} else {
		s, err = f.openFile(place, ext, input, net)
	}
	if err != nil {
		return sets{}, fmt.Errorf("data set %s: %w", name, err)
	}
	return s, nil
}

func (f *dataFlags) openFile(place, ext string, input graph.Shape, net *nn.Net) (s sets, err error) {
	b, err := os.ReadFile(place)
	if err != nil {
		return sets{}, err
	}
	switch ext {
	case ".zip":
		if hasOwnWay(net) {
			z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				return sets{}, fmt.Errorf("ZIP archive: %w", err)
			}
			return openClasses(preparedFiles(z, net), input)
		}
		return openPictures(input, func(o data.PictureOptions) (*data.Set, data.Report, error) { return archive.ReadPictures(b, o) },
			func(o data.VolumeOptions) (*data.Set, data.Report, error) { return archive.ReadVolumes(b, o) })
	case ".npz":
		return openArrays(b, input)
	case ".npy":
		s.train, err = f.openArray(b, input)
	case ".csv", ".tsv":
		o := data.SeriesOptions{}
		if len(input) == 2 {
			o.Length, o.Channels = input[0], input[1]
		}
		s.train, err = data.ReadSeries(b, o)
	case ".fvd":
		all, err := data.Unpack(b, nil)
		if s = (sets{train: all["train"], test: all["test"]}); err == nil && s.train == nil {
			err = errors.New("it has no set called train")
		}
		return s, err
	case ".bin":
		s.train, err = data.ReadCIFAR10(b)
	default:
		return sets{}, fmt.Errorf("files that end in %q are no data set that is known; want .zip, .npz, .npy, .csv, .fvd or .bin", ext)
	}
	return s, err
}

// openArrays reads an .npz file with a set to train on and, perhaps, one to test with.
func openArrays(b []byte, input graph.Shape) (s sets, err error) {
	a, err := npy.Open(b)
	if err != nil {
		return sets{}, err
	}
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(a.Names(), n) })
	}
	x, y := "x", "y"
	if has("x_train", "y_train") {
		x, y = "x_train", "y_train"
	} else if !has(x, y) {
		return sets{}, fmt.Errorf("it has the arrays %s; want x_train and y_train, or x and y", strings.Join(a.Names(), ", "))
	}
	if s.train, err = setOf(a, x, y, input, nil); err == nil && has("x_test", "y_test") {
		s.test, err = setOf(a, "x_test", "y_test", input, s.train.Classes)
	}
	return s, err
}

func setOf(a *npy.Archive, x, y string, input graph.Shape, classes []string) (*data.Set, error) {
	samples, err := a.Array(x)
	if err != nil {
		return nil, err
	}
	labels, err := a.Array(y)
	if err != nil {
		return nil, err
	}
	// Gray pictures come as [N,H,W].
	return npy.NewSet(samples, labels, npy.SetOptions{Classes: classes, AddChannel: len(samples.Shape) == len(input)})
}

// openArray reads samples, and labels from the file that --data-labels names.
func (f *dataFlags) openArray(b []byte, input graph.Shape) (*data.Set, error) {
	samples, err := npy.Read(b)
	if err != nil {
		return nil, err
	}
	if f.labels == "" {
		return nil, usagef("a .npy file holds samples alone: name the file of their labels with --data-labels")
	}
	b, err = os.ReadFile(f.labels)
	if err != nil {
		return nil, err
	}
	labels, err := npy.Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.labels, err)
	}
	return npy.NewSet(samples, labels, npy.SetOptions{AddChannel: len(samples.Shape) == len(input)})
}

// withClasses numbers the labels of a set as classes has them, by name: a folder to test with may lack some.
func withClasses(s *data.Set, classes []string) (*data.Set, error) {
	if slices.Equal(s.Classes, classes) {
		return s, nil
	}
	number := make([]int32, len(s.Classes))
	for i, name := range s.Classes {
		if number[i] = int32(slices.Index(classes, name)); number[i] < 0 {
			return nil, fmt.Errorf("class %q is not among those trained on: %s", name, someOf(classes))
		}
	}
	t := *s
	t.Classes, t.Labels = classes, make([]int32, len(s.Labels))
	for i, l := range s.Labels {
		if t.Labels[i] = l; l >= 0 {
			t.Labels[i] = number[l]
		}
	}
	return &t, nil
}

// someOf lists names, the first ten of many.
func someOf(names []string) string {
	const few = 10
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/archive"
	"github.com/fovea-nn/fovea/nn/data/npy"
	"github.com/fovea-nn/fovea/nn/graph"
)

// dataHelp explains the argument DATA.
const dataHelp = `DATA is a data set:
  mnist, cifar10        what fovea data has fetched
  a folder              pictures by class (CLASS/NAME.png, scaled to the net's input), alone or in train and test;
                        MNIST's idx files; the binary files of CIFAR-10 or CIFAR-100; for a net that takes volumes,
                        stacks of slices by class (CLASS/SAMPLE/NAME.png)
  NAME.zip              the same pictures or stacks in an archive
  NAME.npz              NumPy arrays x_train, y_train and x_test, y_test, or x and y
  NAME.npy              an array of samples, with --labels NAME.npy
  NAME.csv              series, a row each with the label in the column label
  NAME.fvd, NAME.bin    Fovea's own packed file; a file of CIFAR-10's binary version`

// dataFlags say how a data set is read.
type dataFlags struct{ labels string }

func (f *dataFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.labels, "labels", "", "labels of samples in a .npy `file`, another .npy file")
}

// sets are the parts of a data set; test is nil where there is none of its own.
type sets struct {
	train, test *data.Set
	skipped     string // files that were left out; "" if none
}

// open reads a data set for a net that takes samples of a shape; pictures are scaled to it.
func (f *dataFlags) open(name string, input graph.Shape) (sets, error) {
	path := name
	if known, ok := downloads[name]; ok {
		cache, err := cacheFolder(name)
		if err != nil {
			return sets{}, err
		}
		if path = cache; !known.complete(path) {
			return sets{}, fmt.Errorf("%s is not in %s yet: fetch it with fovea data %s", name, path, name)
		}
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return sets{}, fmt.Errorf("data set %s: no such file or folder; want one, or mnist or cifar10", name)
	} else if err != nil {
		return sets{}, fmt.Errorf("data set: %w", err)
	}
	ext := strings.ToLower(filepath.Ext(path))
	if f.labels != "" && ext != ".npy" {
		return sets{}, usagef("--labels is for samples in a .npy file")
	}
	var s sets
	if info.IsDir() {
		s, err = openFolder(os.DirFS(path), input)
	} else {
		s, err = f.openFile(path, ext, input)
	}
	if err != nil {
		return sets{}, fmt.Errorf("data set %s: %w", name, err)
	}
	return s, nil
}

// openFolder tells by the files that are there what kind of folder it is.
func openFolder(folder fs.FS, input graph.Shape) (s sets, err error) {
	has := func(pattern string) bool {
		m, _ := fs.Glob(folder, pattern)
		return len(m) > 0
	}
	switch {
	case has("train-images-idx3-ubyte*"):
		classes, err := idxClasses(folder)
		if err != nil {
			return sets{}, err
		}
		if s.train, err = data.OpenIDX(folder, "train", classes); err == nil && has("t10k-images-idx3-ubyte*") {
			s.test, err = data.OpenIDX(folder, "t10k", s.train.Classes)
		}
		return s, err
	case has("data_batch_1.bin"):
		s.train, s.test, err = data.OpenCIFAR10(folder)
		return s, err
	case has("train.bin"):
		s.train, s.test, err = data.OpenCIFAR100(folder, false)
		return s, err
	}
	for _, test := range []string{"test", "val", "validation"} {
		if isFolder(folder, "train") && isFolder(folder, test) {
			return openParts(folder, test, input)
		}
	}
	return openPictures(input, func(o data.PictureOptions) (*data.Set, data.Report, error) { return data.ReadFolder(folder, o) },
		func(o data.VolumeOptions) (*data.Set, data.Report, error) { return data.ReadVolumes(folder, o) })
}

// idxClasses numbers the classes of idx files, as many as the largest label wants: MNIST and its relatives differ in that.
func idxClasses(folder fs.FS) ([]string, error) {
	names, err := fs.Glob(folder, "train-labels-idx1-ubyte*")
	if err != nil || len(names) == 0 {
		return nil, errors.New("there is train-images-idx3-ubyte but no train-labels-idx1-ubyte")
	}
	b, err := fs.ReadFile(folder, names[0])
	if err != nil {
		return nil, err
	}
	labels, err := data.ReadLabels(b)
	if err != nil || len(labels) == 0 {
		return nil, fmt.Errorf("%s: no labels: %w", names[0], errors.Join(err, data.ErrFormat))
	}
	var classes []string
	for i := range slices.Max(labels) + 1 {
		classes = append(classes, strconv.Itoa(int(i)))
	}
	return classes, nil
}

func isFolder(root fs.FS, name string) bool {
	info, err := fs.Stat(root, name)
	return err == nil && info.IsDir()
}

// openParts reads pictures to train on and to test with from two folders.
func openParts(folder fs.FS, test string, input graph.Shape) (s sets, err error) {
	for _, part := range []struct {
		name string
		set  **data.Set
	}{{"train", &s.train}, {test, &s.test}} {
		sub, err := fs.Sub(folder, part.name)
		if err != nil {
			return sets{}, err
		}
		one, err := openFolder(sub, input)
		if err != nil {
			return sets{}, fmt.Errorf("%s: %w", part.name, err)
		}
		*part.set, s.skipped = one.train, strings.TrimSpace(s.skipped+"\n"+one.skipped)
	}
	s.test, err = withClasses(s.test, s.train.Classes)
	return s, err
}

// openPictures reads pictures or, for a net that takes [D,H,W,C], stacks of slices.
func openPictures(input graph.Shape, pictures func(data.PictureOptions) (*data.Set, data.Report, error),
	volumes func(data.VolumeOptions) (*data.Set, data.Report, error)) (s sets, err error) {
	if len(input) < 3 {
		return sets{}, fmt.Errorf("the net takes series of %s, and this holds pictures", sizes(input))
	}
	n := len(input)
	o := data.PictureOptions{Height: input[n-3], Width: input[n-2], Channels: input[n-1]}
	var report data.Report
	if n == 3 {
		s.train, report, err = pictures(o)
	} else {
		s.train, report, err = volumes(data.VolumeOptions{PictureOptions: o, Depth: input[0]})
	}
	if len(report.Skipped) > 0 {
		s.skipped = report.String()
	}
	return s, err
}

func (f *dataFlags) openFile(path, ext string, input graph.Shape) (s sets, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return sets{}, err
	}
	switch ext {
	case ".zip":
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

// openArray reads samples, and labels from the file that --labels names.
func (f *dataFlags) openArray(b []byte, input graph.Shape) (*data.Set, error) {
	samples, err := npy.Read(b)
	if err != nil {
		return nil, err
	}
	if f.labels == "" {
		return nil, usagef("a .npy file holds samples alone: name the file of their labels with --labels")
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
			return nil, fmt.Errorf("class %q is not among those trained on: %s", name, strings.Join(classes, ", "))
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

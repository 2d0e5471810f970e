package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
)

// Files by which sets are told.
const (
	idxFile      = "train-images-idx3-ubyte*" // of MNIST and its relatives
	cifar10File  = "data_batch_1.bin"
	cifar100File = "train.bin"
)

// openFolder tells by the files that are there, or in a folder below, what kind of folder it is.
func openFolder(folder fs.FS, input graph.Shape) (s sets, err error) {
	below, err := setsBelow(folder)
	if err != nil {
		return sets{}, err
	}
	if len(below) > 1 {
		return sets{}, fmt.Errorf("the folder holds several data sets: %s; name one of them", strings.Join(below, ", "))
	}
	if len(below) == 1 {
		if folder, err = fs.Sub(folder, below[0]); err != nil {
			return sets{}, err
		}
	}
	has := func(pattern string) bool {
		m, _ := fs.Glob(folder, pattern)
		return len(m) > 0
	}
	switch {
	case has(idxFile):
		classes, err := idxClasses(folder)
		if err != nil {
			return sets{}, err
		}
		if s.train, err = data.OpenIDX(folder, "train", classes); err == nil && has("t10k-images-idx3-ubyte*") {
			s.test, err = data.OpenIDX(folder, "t10k", s.train.Classes)
		}
		return s, err
	case has(cifar10File):
		s.train, s.test, err = data.OpenCIFAR10(folder)
		return s, err
	case has(cifar100File):
		s.train, s.test, err = data.OpenCIFAR100(folder, false)
		return s, err
	}
	for _, test := range []string{"test", "val", "validation"} {
		if isFolder(folder, "train") && isFolder(folder, test) {
			return openParts(folder, test, input)
		}
	}
	return openClasses(folder, input)
}

// openClasses reads a folder for each class.
func openClasses(folder fs.FS, input graph.Shape) (sets, error) {
	return openPictures(input, func(o data.PictureOptions) (*data.Set, data.Report, error) { return data.ReadFolder(folder, o) },
		func(o data.VolumeOptions) (*data.Set, data.Report, error) { return data.ReadVolumes(folder, o) })
}

// setsBelow lists the folder itself, as ".", if it holds a set's files, or else the folders in it that do: packages of npm and
// the archives of CIFAR have a set one level down.
func setsBelow(folder fs.FS) ([]string, error) {
	var found []string
	for _, at := range []string{"", "*/"} {
		for _, file := range []string{idxFile, cifar10File, cifar100File} {
			names, err := fs.Glob(folder, at+file)
			if err != nil {
				return nil, err
			}
			for _, name := range names {
				found = append(found, path.Dir(name))
			}
		}
		if len(found) > 0 {
			break
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
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
		*part.set, s.skipped, s.scaled = one.train, strings.TrimSpace(s.skipped+"\n"+one.skipped), one.scaled
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
	s.scaled = true
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

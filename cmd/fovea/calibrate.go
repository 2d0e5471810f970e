package main

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
)

// calibrationSamples is how many samples ranges are found with: more hardly widen them.
const calibrationSamples = 256

// quantised is the net in 8-bit numbers.
func (f *convertFlags) quantised(ctx context.Context, n *nn.Net) (*nn.Net, error) {
	samples, err := f.samples(ctx, n)
	if err != nil {
		return nil, err
	}
	dev := cpu.New(0)
	q, err := n.Quantised(ctx, dev, samples)
	if err != nil {
		dev.Close()
		return nil, fmt.Errorf("--calibrate: %w", err)
	}
	return q, nil
}

// samples are what --calibrate names: pictures or, where there are none, a data set.
func (f *convertFlags) samples(ctx context.Context, n *nn.Net) (iter.Seq2[[]float32, error], error) {
	names, err := listPictures(f.calibrate)
	if err == nil && !slices.ContainsFunc(names, func(name string) bool { return !isPicture(name) }) {
		return picturesOf(ctx, n, some(names)), nil
	}
	if len(f.calibrate) > 1 {
		return nil, usagef("--calibrate: got %s, want pictures and folders of them, or one data set", strings.Join(f.calibrate, ", "))
	}
	s, err := (&dataFlags{}).open(f.calibrate[0], n.Summary.Input)
	if err != nil {
		return nil, fmt.Errorf("--calibrate: %w", err)
	}
	return samplesOf(s.train), nil
}

func isPicture(name string) bool {
	return isAddress(name) || slices.Contains(pictureEnds, strings.ToLower(filepath.Ext(name)))
}

// some are as many as calibration takes, evenly from all.
func some[T any](all []T) []T {
	out := make([]T, min(len(all), calibrationSamples))
	for i := range out {
		out[i] = all[i*len(all)/len(out)]
	}
	return out
}

// picturesOf are pictures as the net takes them.
func picturesOf(ctx context.Context, n *nn.Net, names []string) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		for one := range prepared(ctx, n, names) {
			p := <-one
			x := make([]float32, len(p.pixels))
			for i, b := range p.pixels {
				x[i] = float32(b)
			}
			if p.err != nil {
				p.err = fmt.Errorf("%s: %w", p.name, p.err)
			}
			if !yield(x, p.err) {
				return
			}
		}
	}
}

func samplesOf(s *data.Set) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		index := make([]int, s.Len())
		for i := range index {
			index[i] = i
		}
		for _, i := range some(index) {
			if !yield(s.Values(i), nil) {
				return
			}
		}
	}
}

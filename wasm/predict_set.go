//go:build js && wasm

package main

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

func init() {
	handlers["predictSet"] = func(c *call) (any, error) {
		n, f, err := everySample(c, func(n *openNet, d *data.Set, o train.EvaluateOptions) (train.Features, error) {
			return n.Probabilities(c, d, o)
		})
		if err != nil {
			return nil, err
		}
		shape := slices.Concat([]int{f.Count}, n.Summary.Places, []int{len(n.Classes)})
		return fields{"bytes": floatBytes(f.Values), "shape": raw{intArray(shape)}}, nil
	}
	handlers["featuresOfSet"] = func(c *call) (any, error) {
		layer := c.args.Get("layer").String()
		_, f, err := everySample(c, func(n *openNet, d *data.Set, o train.EvaluateOptions) (train.Features, error) {
			return n.FeaturesWith(c, d, layer, o)
		})
		if err != nil {
			return nil, err
		}
		return fields{"bytes": floatBytes(f.Values), "shape": raw{intArray([]int{f.Count, f.Size})}}, nil
	}
}

// everySample computes something of the call's net for each sample of its data set.
func everySample(c *call, compute func(*openNet, *data.Set, train.EvaluateOptions) (train.Features, error)) (*openNet, train.Features, error) {
	n, err := c.net()
	if err != nil {
		return nil, train.Features{}, err
	}
	d, err := c.dataset("dataset")
	if err != nil {
		return nil, train.Features{}, err
	}
	o := train.EvaluateOptions{Batch: n.batchFor(d), Yield: yielder()}
	f, err := again(c, n, func() (train.Features, error) { return compute(n, d, o) })
	return n, f, err
}

// batchFor is how many samples of a set are computed at a time: enough to keep a device busy, few enough for a page's memory.
func (n *openNet) batchFor(d *data.Set) int {
	const most, budget = 100, 256 << 20
	return max(1, min(most, d.Len(), budget/max(1, n.Summary.ForwardBytes)))
}

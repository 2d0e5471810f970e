//go:build js && wasm

package main

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/data"
)

type datasetInfo struct {
	Dataset  int      `js:"dataset"`
	Count    int      `js:"count"`
	Shape    []int    `js:"shape"`
	Classes  []string `js:"classes"`
	PerClass []int    `js:"perClass"`
}

// addDataset keeps a set, if there is nothing wrong with it.
func (a *app) addDataset(d *data.Set) (datasetInfo, error) {
	if err := d.Check(); err != nil {
		return datasetInfo{}, &apiError{Code: "data", Message: sentence(err.Error())}
	}
	return a.kept(d), nil
}

func (a *app) kept(d *data.Set) datasetInfo {
	return datasetInfo{add(a, a.datasets, d), d.Len(), d.Shape, d.Classes, d.PerClass()}
}

func init() {
	handlers["dataset"] = func(c *call) (any, error) {
		var o struct {
			Shape   []int    `js:"shape"`
			Classes []string `js:"classes"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		if len(o.Shape) != 3 {
			return nil, &apiError{Code: "argument", Message: fmt.Sprintf("shape: got %v, want [height, width, channels]", o.Shape)}
		}
		d := &data.Set{Shape: o.Shape, Classes: o.Classes}
		var err error
		if d.Images, err = bytesOf(c.args.Get("images")); err != nil {
			return nil, err
		}
		labels, err := bytesOf(c.args.Get("labels"))
		if err != nil {
			return nil, err
		}
		d.Labels = int32s(labels)
		return c.addDataset(d)
	}
	handlers["datasetIDX"] = func(c *call) (any, error) {
		var o struct {
			Classes []string `js:"classes"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		files := make([][]byte, 2)
		for i, name := range []string{"images", "labels"} {
			b, err := bytesOf(c.args.Get(name))
			if err != nil {
				return nil, err
			}
			files[i] = b
		}
		pixels, shape, err := data.ReadImages(files[0])
		if err != nil {
			return nil, err
		}
		labels, err := data.ReadLabels(files[1])
		if err != nil {
			return nil, err
		}
		if len(o.Classes) == 0 {
			o.Classes = nil // which numbers them
		}
		d, err := data.NewArrays(pixels, shape, labels, nil, o.Classes)
		if err != nil {
			return nil, err
		}
		return c.addDataset(d)
	}
	handlers["datasetCIFAR"] = func(c *call) (any, error) {
		all := &data.Set{}
		for i := range c.args.Get("files").Length() {
			b, err := bytesOf(c.args.Get("files").Index(i))
			if err != nil {
				return nil, err
			}
			d, err := data.ReadCIFAR10(b)
			if err != nil {
				return nil, fmt.Errorf("file %d: %w", i+1, err)
			}
			all.Shape, all.Classes = d.Shape, d.Classes
			all.Images, all.Labels = append(all.Images, d.Images...), append(all.Labels, d.Labels...)
		}
		return c.addDataset(all)
	}
	handlers["packedDataset"] = func(c *call) (any, error) {
		b, err := bytesOf(c.args.Get("bytes"))
		if err != nil {
			return nil, err
		}
		yield := yielder()
		sets, err := data.Unpack(b, func(done, total int) {
			c.report(done, total)
			yield()
		})
		if err != nil {
			return nil, err
		}
		return c.parts(sets, "train", "test")
	}
	handlers["split"] = func(c *call) (any, error) {
		d, err := c.dataset("id")
		if err != nil {
			return nil, err
		}
		var o struct {
			Fraction float64 `js:"fraction"`
			Seed     int     `js:"seed"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		first, second, err := d.Split(o.Fraction, uint64(o.Seed))
		if err != nil {
			return nil, &apiError{Code: "argument", Message: sentence(err.Error())}
		}
		return c.parts(map[string]*data.Set{"first": first, "second": second}, "first", "second")
	}
	handlers["closeDataset"] = func(c *call) (any, error) {
		d, _ := remove(c.app, c.datasets, c.args.Get("id"))
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.previews, d)
		return nil, nil
	}
}

// parts keeps sets that belong together.
func (c *call) parts(sets map[string]*data.Set, names ...string) (any, error) {
	out := fields{}
	for _, name := range names {
		if sets[name] == nil {
			return nil, &apiError{Code: "file", Message: "the file has no set called " + name}
		}
		d, err := c.addDataset(sets[name])
		if err != nil {
			return nil, err
		}
		out[name] = d
	}
	return out, nil
}

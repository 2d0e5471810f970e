//go:build js && wasm

package main

import (
	"fmt"
	"slices"
	"syscall/js"

	"github.com/fovea-nn/fovea/nn/data"
)

// collection is a data set that grows picture by picture.
type collection struct{ data.Set }

// failure is a picture that could not be read, by its place among those that came together.
type failure struct {
	At     int    `js:"at"`
	Reason string `js:"reason"`
}

func init() {
	handlers["collect"] = func(c *call) (any, error) {
		var o struct {
			Shape   []int    `js:"shape"`
			Classes []string `js:"classes"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		if len(o.Shape) != 3 || slices.Min(o.Shape) < 1 || o.Shape[2] != 1 && o.Shape[2] != 3 {
			return nil, &apiError{Code: "argument", Message: fmt.Sprintf("shape: got %v, want [height, width, 1 or 3]", o.Shape)}
		}
		s := &collection{data.Set{Shape: o.Shape, Classes: o.Classes}}
		return fields{"collection": add(c.app, c.collections, s)}, nil
	}
	handlers["add"] = func(c *call) (any, error) {
		s, err := lookup(c, c.collections, "collection", "collection")
		if err != nil {
			return nil, err
		}
		failures := list{}
		pictures, labels := c.args.Get("pictures"), c.args.Get("labels")
		for i := range pictures.Length() {
			pixels, err := s.pixels(pictures.Index(i))
			if err != nil {
				failures = append(failures, failure{i, sentence(err.Error())})
				continue
			}
			s.Images, s.Labels = append(s.Images, pixels...), append(s.Labels, int32(labels.Index(i).Int()))
		}
		return fields{"failures": failures}, nil
	}
	handlers["collected"] = func(c *call) (any, error) {
		s, ok := remove(c.app, c.collections, c.args.Get("collection"))
		if !ok {
			return nil, &apiError{Code: "closed", Message: "the collection is closed"}
		}
		return c.addDataset(&s.Set)
	}
	handlers["dropCollection"] = func(c *call) (any, error) {
		remove(c.app, c.collections, c.args.Get("collection"))
		return nil, nil
	}
}

// pixels returns one picture of the page as a sample.
func (s *collection) pixels(args js.Value) ([]byte, error) {
	if args.Get("failure").Truthy() {
		return nil, &apiError{Code: "file", Message: args.Get("failure").String()}
	}
	if r := args.Get("raw"); r.Truthy() {
		return bytesOf(r)
	}
	p, err := pictureOf(args)
	if err != nil {
		return nil, err
	}
	return data.Fit(p, s.Shape[0], s.Shape[1], s.Shape[2]), nil
}

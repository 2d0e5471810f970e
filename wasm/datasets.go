//go:build js && wasm

package main

import (
	"fmt"
	"strconv"
	"syscall/js"
	"time"

	"github.com/fovea-nn/fovea/nn/data"
)

type datasetInfo struct {
	Dataset  int      `js:"dataset"`
	Count    int      `js:"count"`
	Shape    []int    `js:"shape"`
	Classes  []string `js:"classes"`
	PerClass []int    `js:"perClass"`
}

// unpackEvent tells how many of a packed file's samples are there; listener is the page's number of who asked.
type unpackEvent struct {
	Type     string `js:"type"`
	Listener int    `js:"listener"`
	Done     int    `js:"done"`
	Total    int    `js:"total"`
}

func (a *app) addDataset(d *data.Set) datasetInfo {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := a.id()
	a.datasets[id] = d
	return datasetInfo{id, d.Len(), d.Shape, d.Classes, d.PerClass()}
}

func init() {
	handlers["dataset"] = func(a *app, args js.Value) (any, error) {
		var o struct {
			Shape   []int    `js:"shape"`
			Classes []string `js:"classes"`
		}
		if err := assign(args, &o); err != nil {
			return nil, err
		}
		if len(o.Shape) != 3 {
			return nil, &apiError{Code: "argument", Message: fmt.Sprintf("shape: got %v, want [height, width, channels]", o.Shape)}
		}
		d := &data.Set{Shape: o.Shape, Classes: o.Classes}
		var err error
		if d.Images, err = bytesOf(args.Get("images")); err != nil {
			return nil, err
		}
		labels, err := bytesOf(args.Get("labels"))
		if err != nil {
			return nil, err
		}
		d.Labels = data.Labels(labels)
		if err := d.Check(); err != nil {
			return nil, &apiError{Code: "data", Message: sentence(err.Error())}
		}
		return a.addDataset(d), nil
	}
	handlers["packedDataset"] = func(a *app, args js.Value) (any, error) {
		b, err := bytesOf(args.Get("bytes"))
		if err != nil {
			return nil, err
		}
		var o struct {
			Listener int `js:"listener"`
		}
		if err := assign(args, &o); err != nil {
			return nil, err
		}
		yield, reported := yielder(), time.Now()
		sets, err := data.Unpack(b, func(done, total int) {
			if o.Listener != 0 && (done == total || time.Since(reported) > reportEvery) {
				emit(unpackEvent{"unpack", o.Listener, done, total})
				reported = time.Now()
			}
			yield()
		})
		if err != nil {
			return nil, err
		}
		out := fields{}
		for _, name := range []string{"train", "test"} {
			if sets[name] == nil {
				return nil, &apiError{Code: "file", Message: "the file has no set called " + name}
			}
			out[name] = a.addDataset(sets[name])
		}
		return out, nil
	}
	handlers["closeDataset"] = func(a *app, args js.Value) (any, error) {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.datasets, args.Get("dataset").Int())
		return nil, nil
	}
	handlers["sample"] = func(a *app, args js.Value) (any, error) {
		d, err := lookup(a, a.datasets, args, "dataset")
		if err != nil {
			return nil, err
		}
		i := args.Get("index").Int()
		if i < 0 || i >= d.Len() {
			return nil, &apiError{Code: "argument", Message: "there is no sample " + strconv.Itoa(i) + ": the set has " + strconv.Itoa(d.Len())}
		}
		return fields{"pixels": d.Image(i), "shape": raw{intArray(d.Shape)}, "label": int(d.Labels[i])}, nil
	}
}

//go:build js && wasm

package main

import (
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/zoo"
)

type zooEntry struct {
	Name       string `js:"name"`
	Title      string `js:"title"`
	Paper      string `js:"paper"`
	Result     string `js:"result"`
	Parameters int    `js:"parameters"`
	Classes    int    `js:"classes"`
	Size       int    `js:"size"`
	MinSize    int    `js:"minSize"`
	Text       string `js:"text"`
}

func init() {
	handlers["zoo"] = func(c *call) (any, error) {
		var o zoo.Options
		var err error
		if !c.args.Get("classes").IsUndefined() {
			if o.Classes, err = c.whole("classes", 2, spec.MaxNumber); err != nil {
				return nil, err
			}
		}
		if !c.args.Get("size").IsUndefined() {
			if o.Size, err = c.whole("size", 1, spec.MaxNumber); err != nil {
				return nil, err
			}
		}
		nets := list{}
		for _, e := range zoo.All() {
			text := ""
			if o.Size == 0 || o.Size >= e.MinSize {
				if text, err = e.Text(o); err != nil {
					return nil, err
				}
			}
			nets = append(nets, zooEntry{e.Name, e.Title, e.Paper, e.Result, e.Parameters, e.Classes, e.Size, e.MinSize, text})
		}
		return nets, nil
	}
}

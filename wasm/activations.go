//go:build js && wasm

package main

import (
	"strconv"

	"github.com/fovea-nn/fovea/nn"
)

func init() {
	// The numbers are a record by place, not an array, so that their buffers are handed over to the page and not copied.
	handlers["activations"] = func(c *call) (any, error) {
		n, err := c.net()
		if err != nil {
			return nil, err
		}
		x, err := n.oneSample(c)
		if err != nil {
			return nil, err
		}
		outputs, err := again(c, n, func() ([]nn.Activation, error) { return n.Activations(c, x) })
		if err != nil {
			return nil, err
		}
		layers, numbers := list{}, fields{}
		for i, o := range outputs {
			layers = append(layers, fields{"layer": o.Layer, "index": o.Index, "shape": raw{intArray(o.Shape)}})
			numbers[strconv.Itoa(i)] = floatBytes(o.Values)
		}
		return fields{"layers": layers, "numbers": numbers}, nil
	}
}

//go:build js && wasm

package main

type layerHealth struct {
	Layer     string  `js:"layer"`
	Index     int     `js:"index"`
	Weight    float64 `js:"weight"`
	Gradient  float64 `js:"gradient"`
	Mean      float64 `js:"mean"`
	Deviation float64 `js:"deviation"`
	Dead      float64 `js:"dead"`
}

func init() {
	handlers["health"] = func(c *call) (any, error) {
		n, err := c.net()
		if err != nil {
			return nil, err
		}
		d, err := c.dataset("dataset")
		if err != nil {
			return nil, err
		}
		var o struct {
			Samples int `js:"samples"`
		}
		if err := c.assign(&o); err != nil {
			return nil, err
		}
		all, err := n.Health(c, d, o.Samples)
		if err != nil {
			return nil, err
		}
		lines := list{}
		for _, h := range all {
			lines = append(lines, layerHealth{h.Layer, h.Index, h.Weight, h.Gradient, h.Mean, h.Deviation, h.Dead})
		}
		return lines, nil
	}
}

//go:build js && wasm

package main

import "github.com/fovea-nn/fovea/nn"

func init() {
	// On a device of its own, which is closed again: the net for the picture's size takes memory that nothing else needs.
	handlers["classMap"] = func(c *call) (any, error) {
		n, err := c.net()
		if err != nil {
			return nil, err
		}
		shorter, err := c.whole("shorter", 1, 1<<14)
		if err != nil {
			return nil, err
		}
		picture, err := pictureOf(c.args)
		if err != nil {
			return nil, err
		}
		dev, err := openBackend(c, n.Info().Backend, 0)
		if err != nil {
			return nil, err
		}
		defer dev.Close()
		m, err := n.ClassMap(c, dev, picture, nn.ClassMapOptions{Shorter: shorter})
		if err != nil {
			return nil, err
		}
		size := m.Picture.Rect.Size()
		return fields{"bytes": floatBytes(m.Values), "shape": raw{intArray([]int{m.Height, m.Width, m.Channels})},
			"pixels": m.Picture.Pix, "width": size.X, "height": size.Y,
			"window": raw{intArray(m.Geometry.Window[:])}, "stride": raw{intArray(m.Geometry.Stride[:])}}, nil
	}
}

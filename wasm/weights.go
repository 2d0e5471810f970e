//go:build js && wasm

package main

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

func init() {
	handlers["weights"] = weights
	handlers["digest"] = func(c *call) (any, error) {
		n, err := c.net()
		if err != nil {
			return nil, err
		}
		d, err := n.Digest(c)
		if err != nil {
			return nil, err
		}
		return hex.EncodeToString(d[:]), nil
	}
}

// weights returns values as they are in use, those that are named or all.
func weights(c *call) (any, error) {
	n, err := c.net()
	if err != nil {
		return nil, err
	}
	var o struct {
		Names []string `js:"names"`
	}
	if err := c.assign(&o); err != nil {
		return nil, err
	}
	values, err := n.InUse(c)
	if err != nil {
		return nil, err
	}
	if o.Names == nil {
		o.Names = slices.Collect(maps.Keys(values))
	}
	out := fields{}
	for _, name := range o.Names {
		v, ok := values[name]
		if !ok {
			return nil, &apiError{Code: "argument", Message: fmt.Sprintf("names: the net has no weights called %q; there are %s",
				name, strings.Join(slices.Sorted(maps.Keys(values)), ", "))}
		}
		out[name] = fields{"bytes": floatBytes(v.F32), "shape": raw{intArray(v.Shape)}}
	}
	return out, nil
}

//go:build js && wasm

package main

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

func init() {
	handlers["sample"] = func(c *call) (any, error) {
		d, err := c.dataset("id")
		if err != nil {
			return nil, err
		}
		i, err := c.whole("index", 0, d.Len()-1)
		if err != nil {
			return nil, err
		}
		return fields{"pixels": d.Image(i), "shape": raw{intArray(d.Shape)}, "label": int(d.Labels[i])}, nil
	}
	handlers["samples"] = func(c *call) (any, error) {
		d, err := c.dataset("id")
		if err != nil {
			return nil, err
		}
		from, err := c.whole("from", 0, d.Len())
		if err != nil {
			return nil, err
		}
		count, err := c.whole("count", 0, math.MaxInt32)
		if err != nil {
			return nil, err
		}
		to, each := min(from+count, d.Len()), len(d.Images)/d.Len()
		return fields{"pixels": d.Images[from*each : to*each], "shape": raw{intArray(d.Shape)}, "labels": labelBytes(d.Labels[from:to])}, nil
	}
	handlers["subset"] = subset
	handlers["statistics"] = func(c *call) (any, error) {
		d, err := c.dataset("id")
		if err != nil {
			return nil, err
		}
		s, err := d.Statistics(c, yielder())
		if errors.Is(err, data.ErrTooLarge) {
			return nil, &apiError{Code: "memory", Message: sentence(err.Error())}
		}
		if err != nil {
			return nil, err
		}
		all := append([][]float64{s.Mean, s.Deviation}, s.PerClass...)
		return roundedBytes(all), nil
	}
	handlers["datasetDigest"] = func(c *call) (any, error) {
		d, err := c.dataset("id")
		if err != nil {
			return nil, err
		}
		sum, err := d.Digest(c, yielder())
		if err != nil {
			return nil, err
		}
		return hex.EncodeToString(sum[:]), nil
	}
	handlers["augmented"] = augmentedSample
}

// subset makes a set of some samples of another, which may have other labels there.
func subset(c *call) (any, error) {
	d, err := c.dataset("id")
	if err != nil {
		return nil, err
	}
	b, err := bytesOf(c.args.Get("indices"))
	if err != nil {
		return nil, err
	}
	indices := make([]int, len(b)/4)
	for i, v := range int32s(b) {
		indices[i] = int(v)
	}
	part, err := d.Subset(indices)
	if err != nil {
		return nil, &apiError{Code: "argument", Message: sentence(err.Error())}
	}
	if c.args.Get("labels").Truthy() {
		if b, err = bytesOf(c.args.Get("labels")); err != nil {
			return nil, err
		}
		part.Labels = int32s(b)
	}
	if err := part.CheckForm(); err != nil { // a class may be without samples: the set need not be there to train on
		return nil, &apiError{Code: "data", Message: sentence(err.Error())}
	}
	return c.kept(part), nil
}

// augmentedSample changes a sample as training does, on the processor: what it takes is too little for another device to be opened.
func augmentedSample(c *call) (any, error) {
	d, err := c.dataset("id")
	if err != nil {
		return nil, err
	}
	i, err := c.whole("index", 0, d.Len()-1)
	if err != nil {
		return nil, err
	}
	count, err := c.whole("count", 1, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	seed, err := c.whole("seed", 0, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	var o struct {
		Augment augmentOptions `js:"augment"`
	}
	if err := c.assign(&o); err != nil {
		return nil, err
	}
	a, err := o.Augment.augment()
	if err != nil {
		return nil, err
	}
	dev := cpu.New(0)
	defer dev.Close()
	values, err := c.preview(d).Changed(c, dev, a, i, count, uint32(seed))
	if err != nil {
		return nil, err
	}
	pixels := make([]byte, len(values))
	for k, v := range values {
		pixels[k] = byte(math.Round(min(max(float64(v), 0), 255)))
	}
	return pixels, nil
}

// preview is that of a set, made when it is first asked for: a page asks again and again while somebody looks for the right changes.
func (a *app) preview(d *data.Set) *train.Preview {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.previews[d] == nil {
		a.previews[d] = train.NewPreview(d)
	}
	return a.previews[d]
}

// int32s are the numbers of an Int32Array's bytes.
func int32s(b []byte) []int32 {
	v := make([]int32, len(b)/4)
	for i := range v {
		v[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return v
}

// labelBytes are labels as an Int32Array has them.
func labelBytes(labels []int32) []byte {
	b := make([]byte, 0, 4*len(labels))
	for _, l := range labels {
		b = binary.LittleEndian.AppendUint32(b, uint32(l))
	}
	return b
}

// roundedBytes are rows of numbers, one behind the other, as a Float32Array has them.
func roundedBytes(rows [][]float64) []byte {
	var b []byte
	for _, row := range rows {
		for _, v := range row {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		}
	}
	return b
}

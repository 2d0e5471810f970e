package nn

import (
	"context"
	"errors"
	"fmt"

	"github.com/fovea-nn/fovea/nn/dense"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
)

// Dense returns the net as a fully convolutional one on dev, for pictures of another size: it tells a class at every place where
// the net's window fits; see package dense, also for what padding inside the net does to the result. A net without a text is
// graph.ErrUnsupported.
func (n *Net) Dense(ctx context.Context, dev plan.Device, height, width int) (*Net, error) {
	d, err := n.convolutional()
	if err != nil {
		return nil, err
	}
	return n.over(ctx, dev, d, height, width)
}

// convolutional converts the net's text.
func (n *Net) convolutional() (*dense.Net, error) {
	if n.Summary.Text == "" {
		return nil, fmt.Errorf("nn: dense: the net was read from another format and has no text, which is what is converted: %w", graph.ErrUnsupported)
	}
	net, err := spec.Parse(n.Summary.Text)
	if err != nil {
		return nil, err
	}
	return dense.Convert(net)
}

// over puts d, which the net was converted to, onto dev with the net's weights, for pictures of height times width pixels.
func (n *Net) over(ctx context.Context, dev plan.Device, d *dense.Net, height, width int) (*Net, error) {
	text, err := d.At(height, width)
	var reason *spec.Error
	if errors.As(err, &reason) { // of a text that nobody has seen
		return nil, graph.Shapef("nn: dense: the net cannot be as large as a picture of %dx%d pixels: %s; take a smaller picture", height, width, reason.Msg)
	}
	if err != nil {
		return nil, err
	}
	all, err := n.Weights(ctx)
	if err != nil {
		return nil, err
	}
	w := map[string]plan.Tensor{}
	for _, x := range d.Weights {
		w[x.Name] = plan.Float32s(x.To, all[x.Name].F32...)
	}
	for name, t := range all { // of the input, and whatever else keeps its shape
		if _, ok := w[name]; !ok && len(t.Shape) < 2 {
			w[name] = t
		}
	}
	net, err := spec.Parse(text)
	if err != nil {
		return nil, err
	}
	sum, err := describe(net, 1)
	if err != nil {
		return nil, err
	}
	out, err := newNet(dev, sum, n.Classes, uint32(n.Run.Seed))
	if err != nil {
		return nil, err
	}
	if err := out.SetWeights(w, 0); err != nil {
		out.Detach()
		return nil, err
	}
	if n.Preprocess != nil {
		p := n.Preprocess.Sized(height, width)
		out.Preprocess = &p
	}
	return out, nil
}

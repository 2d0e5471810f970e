package conform

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var _ = register(table{
	"cross_entropy": crossEntropy, "nll_loss": nll, "multi_margin_loss": multiMargin, "bce_with_logits": binaryCrossEntropy,
	"mse_loss": difference(layer.MSE), "l1_loss": difference(layer.L1), "huber_loss": huber,
})

// reduction is the attribute of that name.
func reduction(name string) (layer.Reduction, error) {
	for _, r := range []layer.Reduction{layer.ReduceMean, layer.ReduceSum, layer.ReduceNone} {
		if r.String() == name {
			return r, nil
		}
	}
	return 0, notSupported("reduction %q", name)
}

// optional returns a buffer, or nil where the case has none.
func (n *node) optional(name string) (*graph.Value, error) {
	if _, ok := n.buffers[name]; !ok {
		return nil, nil
	}
	v, err := n.buffer(name, plain)
	return v.Value, err
}

// only returns an error for a buffer that is none of known, as it would be ignored.
func (n *node) only(known ...string) error {
	for name := range n.buffers {
		ok := false
		for _, k := range known {
			ok = ok || k == name
		}
		if !ok {
			return notSupported("%s with %s", n.op, name)
		}
	}
	return nil
}

// labelled reads attrs, the input, the labels and what a loss of labels takes, with ignored and reduction out of attrs.
func (n *node) labelled(attrs any, ignore **int, red *string) (x, labels tensorValue, o layer.LabelOptions, err error) {
	if err = attributes(n.attrs, attrs); err != nil {
		return
	}
	if err = n.only("labels", "class_weight"); err != nil {
		return
	}
	if ignore != nil {
		o.Ignore = *ignore
	}
	if o.Reduction, err = reduction(*red); err != nil {
		return
	}
	if o.ClassWeights, err = n.optional("class_weight"); err != nil {
		return
	}
	if x, err = n.in(0, channels); err != nil {
		return
	}
	labels, err = n.buffer("labels", plain)
	return
}

func crossEntropy(n *node) (tensorValue, error) {
	var a struct {
		Reduction   string
		Smoothing   float64 `json:"label_smoothing"`
		IgnoreIndex *int    `json:"ignore_index"`
	}
	if _, soft := n.buffers["target"]; soft {
		return softCrossEntropy(n)
	}
	x, labels, o, err := n.labelled(&a, &a.IgnoreIndex, &a.Reduction)
	if err != nil {
		return x, err
	}
	if o == (layer.LabelOptions{}) && a.Smoothing == 0 {
		y, err := layer.CrossEntropy(n.Builder, x.Value, labels.Value)
		return tensorValue{y, plain}, err
	}
	y, err := layer.CrossEntropyWith(n.Builder, x.Value, labels.Value, layer.CrossEntropyOptions{LabelOptions: o, Smoothing: a.Smoothing})
	return tensorValue{y, plain}, err
}

func softCrossEntropy(n *node) (tensorValue, error) {
	var a struct {
		Reduction string
		Smoothing float64 `json:"label_smoothing"`
	}
	err := attributes(n.attrs, &a)
	if err == nil {
		err = n.only("target", "class_weight")
	}
	o := layer.CrossEntropyOptions{Smoothing: a.Smoothing}
	if err == nil {
		o.Reduction, err = reduction(a.Reduction)
	}
	if err == nil {
		o.ClassWeights, err = n.optional("class_weight")
	}
	if err != nil {
		return tensorValue{}, err
	}
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	target, err := n.buffer("target", channels)
	if err != nil {
		return x, err
	}
	y, err := layer.CrossEntropySoft(n.Builder, x.Value, target.Value, o)
	return tensorValue{y, plain}, err
}

func nll(n *node) (tensorValue, error) {
	var a struct {
		Reduction   string
		IgnoreIndex *int `json:"ignore_index"`
	}
	x, labels, o, err := n.labelled(&a, &a.IgnoreIndex, &a.Reduction)
	if err != nil {
		return x, err
	}
	y, err := layer.NLL(n.Builder, x.Value, labels.Value, o)
	return tensorValue{y, plain}, err
}

func multiMargin(n *node) (tensorValue, error) {
	var a struct {
		P         int
		Margin    float64
		Reduction string
	}
	x, labels, o, err := n.labelled(&a, nil, &a.Reduction)
	if err != nil {
		return x, err
	}
	y, err := layer.Hinge(n.Builder, x.Value, labels.Value, layer.HingeOptions{LabelOptions: o, P: a.P, Margin: a.Margin})
	return tensorValue{y, plain}, err
}

func binaryCrossEntropy(n *node) (tensorValue, error) {
	var a struct{ Reduction string }
	o := layer.BinaryOptions{}
	err := n.only("target", "weight", "pos_weight")
	if err == nil {
		o.Weight, err = n.optional("weight")
	}
	if err == nil {
		o.PosWeight, err = n.optional("pos_weight")
	}
	if err != nil {
		return tensorValue{}, err
	}
	return n.compared(&a, &a.Reduction, func(b *layer.Builder, x, target *graph.Value, r layer.Reduction) (*graph.Value, error) {
		o.Reduction = r
		return layer.BinaryCrossEntropy(b, x, target, o)
	})
}

// loss compares values with targets.
type loss func(b *layer.Builder, x, target *graph.Value, r layer.Reduction) (*graph.Value, error)

func difference(f loss) builder {
	return func(n *node) (tensorValue, error) {
		var a struct{ Reduction string }
		if err := n.only("target"); err != nil {
			return tensorValue{}, err
		}
		return n.compared(&a, &a.Reduction, f)
	}
}

func huber(n *node) (tensorValue, error) {
	var a struct {
		Reduction string
		Delta     float64
	}
	if err := n.only("target"); err != nil {
		return tensorValue{}, err
	}
	return n.compared(&a, &a.Reduction, func(b *layer.Builder, x, target *graph.Value, r layer.Reduction) (*graph.Value, error) {
		return layer.Huber(b, x, target, a.Delta, r)
	})
}

// compared reads attrs and applies f to input and target as they lie in the reference.
func (n *node) compared(attrs any, red *string, f loss) (tensorValue, error) {
	if err := attributes(n.attrs, attrs); err != nil {
		return tensorValue{}, err
	}
	r, err := reduction(*red)
	if err != nil {
		return tensorValue{}, err
	}
	x, err := n.in(0, plain)
	if err != nil {
		return x, err
	}
	target, err := n.buffer("target", plain)
	if err != nil {
		return x, err
	}
	y, err := f(n.Builder, x.Value, target.Value, r)
	return tensorValue{y, plain}, err
}

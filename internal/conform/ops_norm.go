package conform

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var _ = register(table{
	"batch_norm": batchNorm, "layer_norm": layerNorm, "group_norm": groupNorm, "instance_norm": instanceNorm,
	"local_response_norm": localResponseNorm,
})

// norm are the attributes that normalisations have in common.
type norm struct {
	Eps    float64
	Affine bool
}

func (a norm) options(n *node) layer.NormOptions {
	return layer.NormOptions{Name: n.name, Eps: a.Eps, NoAffine: !a.Affine}
}

// bindAffine binds weight and bias.
func (n *node) bindAffine(a norm) error {
	if !a.Affine {
		return nil
	}
	if err := n.bind("weight", plain); err != nil {
		return err
	}
	return n.bind("bias", plain)
}

func batchNorm(n *node) (tensorValue, error) {
	var a struct {
		norm
		Momentum float64
		Training *bool // absent in a net, which says so for all
	}
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	if a.Momentum == 0 || a.Eps == 0 {
		return tensorValue{}, notSupported("batch_norm with momentum %g, eps %g", a.Momentum, a.Eps)
	}
	x, err := n.in(0, channels)
	if err != nil {
		return x, err
	}
	training := n.Training
	if a.Training != nil {
		n.Training = *a.Training
	}
	y, err := layer.BatchNorm(n.Builder, x.Value, layer.BatchNormOptions{NormOptions: a.options(n), Momentum: a.Momentum})
	n.Training = training
	for _, name := range []string{"running_mean", "running_var"} {
		if err == nil {
			err = n.bind(name, plain)
		}
	}
	if err == nil {
		err = n.bindAffine(a.norm)
	}
	return tensorValue{y, channels}, err
}

// layerNorm runs over the reference's last axes, so in its layout.
func layerNorm(n *node) (tensorValue, error) {
	var a struct {
		norm
		Over graph.Shape `json:"normalized_shape"`
	}
	if err := attributes(n.attrs, &a); err != nil {
		return tensorValue{}, err
	}
	if a.Eps == 0 {
		return tensorValue{}, notSupported("layer_norm with eps 0")
	}
	x, err := n.in(0, plain)
	if err != nil {
		return x, err
	}
	if k := len(x.Shape) - len(a.Over); k < 0 || !x.Shape[k:].Equal(a.Over) {
		return x, graph.Shapef("layer_norm over %v: got %v, whose last axes are others", a.Over, x.Shape)
	}
	y, err := layer.LayerNorm(n.Builder, x.Value, len(a.Over), a.options(n))
	if err == nil {
		err = n.bindAffine(a.norm)
	}
	return tensorValue{y, plain}, err
}

func groupNorm(n *node) (tensorValue, error) {
	var a struct {
		norm
		Groups int
	}
	return n.normalised(&a, &a.norm, func(b *layer.Builder, x *graph.Value, o layer.NormOptions) (*graph.Value, error) {
		return layer.GroupNorm(b, x, a.Groups, o)
	})
}

func instanceNorm(n *node) (tensorValue, error) {
	var a struct{ norm }
	return n.normalised(&a, &a.norm, layer.InstanceNorm)
}

// normalised reads attrs, of which a is a part, applies f to the input with its channels last, and binds the parameters.
func (n *node) normalised(attrs any, a *norm, f func(*layer.Builder, *graph.Value, layer.NormOptions) (*graph.Value, error)) (tensorValue, error) {
	y, err := n.onChannels(attrs, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
		if a.Eps == 0 {
			return nil, notSupported("%s with eps 0", n.op)
		}
		return f(b, x, a.options(n))
	})
	if err == nil {
		err = n.bindAffine(*a)
	}
	return y, err
}

func localResponseNorm(n *node) (tensorValue, error) {
	var a struct {
		Size           int
		Alpha, Beta, K float64
	}
	return n.onChannels(&a, func(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
		return layer.LocalResponseNorm(b, x, layer.LRNOptions{Size: a.Size, Alpha: a.Alpha, Beta: a.Beta, K: a.K})
	})
}

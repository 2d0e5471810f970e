package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var (
	eps      = *decimalOption("eps", "what is added to the variance, above 0 and up to 1", "eps 0.001", 1e-12, 1)
	noAffine = option{name: "noaffine"}
)

var normKinds = []kind{
	{name: "BN", example: "BN", options: []option{eps, *decimalOption("momentum", "the share of the new batch, above 0 and up to 1", "momentum 0.1", 1e-9, 1), noAffine},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.BatchNorm(w.b, x, layer.BatchNormOptions{NormOptions: w.norm(), Momentum: w.l.number("momentum", 0)})
		}},
	{name: "LN", example: "LN", options: []option{{name: "axes", count: 1, low: 1, example: "axes 3"}, eps, noAffine},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.LayerNorm(w.b, x, int(w.l.number("axes", 1)), w.norm())
		}},
	{name: "GN", size: oneNumber, sizeText: "the number of groups", example: "GN 8", options: []option{eps, noAffine},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			return layer.GroupNorm(w.b, x, w.l.Size[0].Int(), w.norm())
		}},
	{name: "IN", example: "IN", options: []option{eps, noAffine},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) { return layer.InstanceNorm(w.b, x, w.norm()) }},
	{name: "LRN", example: "LRN", options: []option{{name: "size", count: 1, low: 1, example: "size 5"},
		*decimalOption("alpha", "how strong it is, from 0 to 1000", "alpha 0.0005", 0, 1000),
		*decimalOption("beta", "its power, from 0 to 10", "beta 0.75", 0, 10),
		*decimalOption("k", "what is added to the sum, above 0 and up to 1000", "k 2", 1e-12, 1000)},
		build: func(w *worker, x *graph.Value) (*graph.Value, error) {
			n := w.l.number
			return layer.LocalResponseNorm(w.b, x, layer.LRNOptions{Size: int(n("size", 5)), Alpha: n("alpha", 5e-4), Beta: n("beta", 0.75), K: n("k", 2)})
		}},
}

func (w *worker) norm() layer.NormOptions {
	return layer.NormOptions{Name: w.name, Eps: w.l.number("eps", 0), NoAffine: w.l.Has("noaffine")}
}

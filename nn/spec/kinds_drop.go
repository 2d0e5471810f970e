package spec

import (
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

var dropKinds = []kind{
	{name: "DROPOUT", example: "DROPOUT 0.5", lead: dropRate("DROPOUT", "values"), build: dropping(layer.Dropout)},
	{name: "SPATIALDROPOUT", example: "SPATIALDROPOUT 0.2", lead: dropRate("SPATIALDROPOUT", "channels"), build: dropping(layer.SpatialDropout)},
	{name: "DROPPATH", example: "DROPPATH 0.2", lead: dropRate("DROPPATH", "samples whose path of a branch"), build: dropping(layer.StochasticDepth)},
	{name: "CUTOUT", size: oneNumber, sizeText: "the side of the square to cut out, in pixels", example: "CUTOUT 8",
		build: func(w *worker, x *graph.Value) (*graph.Value, error) { return layer.Cutout(w.b, x, w.l.Size[0].Int()) }},
}

// dropRate is the number behind a layer that drops a share of something in training.
func dropRate(of, what string) *option {
	return &option{name: "rate", of: of, count: 1, decimal: true, high: 1, below: true,
		help: "the share of " + what + " to drop, from 0 to less than 1", example: of + " 0.5"}
}

func dropping(f func(*layer.Builder, *graph.Value, float64) (*graph.Value, error)) func(*worker, *graph.Value) (*graph.Value, error) {
	return func(w *worker, x *graph.Value) (*graph.Value, error) { return f(w.b, x, w.l.number("rate", 0)) }
}

//go:build js && wasm

package main

import (
	"context"
	"errors"

	"github.com/fovea-nn/fovea/nn/graph"
)

// predict is Predict that outlives a lost device: with no training there to move the net, it does.
func (n *openNet) predict(ctx context.Context, picture []byte) ([]float32, error) {
	probs, err := n.Predict(ctx, picture)
	if !errors.Is(err, graph.ErrDeviceLost) || n.training != nil {
		return probs, err
	}
	dev, err := n.reopen(ctx)
	if err != nil {
		return nil, err
	}
	if err := n.Move(ctx, dev); err != nil {
		return nil, err
	}
	return n.Predict(ctx, picture)
}

//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"

	"github.com/fovea-nn/fovea/nn/data"
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

// predictBitmap classifies an ImageBitmap that stays on the GPU. It returns nothing where the net's device takes none, where the
// device is lost, and for nets of other than one or three channels: the way through pixels then tells what is wrong.
func (n *openNet) predictBitmap(ctx context.Context, bitmap js.Value) ([]float32, error) {
	probs, err := n.PredictPicture(ctx, bitmap, bitmap.Get("width").Int(), bitmap.Get("height").Int())
	var shape *graph.ShapeError
	if errors.Is(err, graph.ErrUnsupported) || errors.Is(err, graph.ErrDeviceLost) || errors.As(err, &shape) {
		return nil, nil
	}
	return probs, err
}

// pixelsOf reads the pixels of an ImageBitmap.
func pixelsOf(bitmap js.Value) (*data.Picture, error) {
	w, h := bitmap.Get("width").Int(), bitmap.Get("height").Int()
	if err := data.CheckSize(w, h); err != nil {
		return nil, err
	}
	canvas := js.Global().Get("OffscreenCanvas").New(w, h)
	context := canvas.Call("getContext", "2d")
	context.Call("drawImage", bitmap, 0, 0)
	b, err := bytesOf(context.Call("getImageData", 0, 0, w, h).Get("data"))
	if err != nil {
		return nil, err
	}
	return data.FromRGBA(b, w, h)
}

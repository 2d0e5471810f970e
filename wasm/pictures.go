//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"

	"github.com/fovea-nn/fovea/nn/data"
)

// pictureOf reads a picture of the page: pixels, an ImageBitmap, which it closes, or an encoded file.
func pictureOf(args js.Value) (*data.Picture, error) {
	if pixels := args.Get("pixels"); pixels.Type() == js.TypeObject {
		b, err := bytesOf(pixels)
		if err != nil {
			return nil, err
		}
		return data.FromRGBA(b, args.Get("width").Int(), args.Get("height").Int())
	}
	if bitmap := args.Get("bitmap"); bitmap.Truthy() {
		defer bitmap.Call("close")
		return pixelsOf(bitmap)
	}
	b, err := bytesOf(args.Get("bytes"))
	if err != nil {
		return nil, err
	}
	return data.Decode(b)
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

// prepared returns the picture of args as the net's input, in bytes.
func (n *openNet) prepared(args js.Value, how string) (seen []byte, err error) {
	picture, err := pictureOf(args)
	if err != nil {
		return nil, err
	}
	in := n.Summary.Input
	switch {
	case len(in) != 3:
		return nil, &apiError{Code: "argument", Message: fmt.Sprintf("this net takes %v and no pictures; give it numbers by predict", in)}
	case how == "digit" && in[2] == 1:
		seen = data.Digit(picture, in[0], in[1])
	case how == "digit":
		return nil, &apiError{Code: "argument", Message: fmt.Sprintf("digits are prepared for nets of one channel, and this one has %d", in[2])}
	default:
		if seen, err = n.Pixels(picture); err != nil {
			return nil, err
		}
	}
	if len(seen) != in[0]*in[1]*in[2] {
		return nil, &apiError{Code: "argument", Message: "pictures are prepared for nets of one or three channels; this net has another number"}
	}
	return seen, nil
}

func intArray(v []int) js.Value {
	a := js.Global().Get("Array").New(len(v))
	for i, x := range v {
		a.SetIndex(i, x)
	}
	return a
}

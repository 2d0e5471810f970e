//go:build js && wasm

package main

import (
	"context"
	"errors"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/safetensors"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
	"github.com/fovea-nn/fovea/webgpu"
)

// apiError is how a failure reaches JavaScript: a stable code, a sentence, and for a net's text the place.
type apiError struct {
	Code    string `js:"code"`
	Message string `js:"message"`
	Line    int    `js:"line"`
	Column  int    `js:"column"`
	Length  int    `js:"length"`
}

func (e *apiError) Error() string { return e.Message }

// describeError finds the code of an error.
func describeError(err error) apiError {
	var own *apiError
	var text *spec.Error
	switch {
	case errors.As(err, &own):
		return *own
	case errors.As(err, &text):
		return apiError{Code: "net", Message: text.Msg, Line: text.Line, Column: text.Column, Length: text.Length}
	}
	code := "internal"
	var shape *graph.ShapeError
	if errors.As(err, &shape) {
		code = "argument"
	}
	for _, k := range []struct {
		kind error
		code string
	}{
		{train.ErrDiverged, "diverged"}, {train.ErrLayer, "argument"}, {train.ErrData, "data"}, {train.ErrSettings, "argument"},
		{data.ErrFormat, "file"}, {data.ErrTooLarge, "file"}, {safetensors.ErrFormat, "file"}, {graph.ErrFormat, "file"},
		{graph.ErrDeviceLost, "device-lost"}, {webgpu.ErrDeviceLost, "device-lost"}, {webgpu.ErrUnavailable, "backend"},
		{graph.ErrOutOfMemory, "memory"}, {graph.ErrUnsupported, "unsupported"},
		{graph.ErrClosed, "closed"}, {context.Canceled, "aborted"},
	} {
		if errors.Is(err, k.kind) {
			code = k.code
			break
		}
	}
	return apiError{Code: code, Message: sentence(err.Error())}
}

// sentence drops the names of packages that an error begins with: they help Go developers, not users of a page.
func sentence(s string) string {
	for {
		head, rest, ok := strings.Cut(s, ": ")
		if !ok || !map[string]bool{"train": true, "nn": true, "data": true, "safetensors": true, "webgpu": true, "simd": true, "cpu": true, "spec": true, "onnx": true, "tfjs": true, "preprocess": true, "standalone": true}[head] {
			return s
		}
		s = rest
	}
}

package onnxir

import (
	"errors"
	"fmt"
	"strings"
)

// Kinds of failure, for errors.Is.
var (
	ErrFormat      = errors.New("not a valid ONNX model")
	ErrUnsupported = errors.New("unsupported in an ONNX model")
)

// kindError has a kind that its text does not repeat: the text is for the end of a chain that says where.
type kindError struct {
	kind error
	msg  error
}

func (e *kindError) Error() string   { return e.msg.Error() }
func (e *kindError) Unwrap() []error { return []error{e.kind, e.msg} }

// Formatf makes an error of kind ErrFormat.
func Formatf(format string, args ...any) error {
	return &kindError{ErrFormat, fmt.Errorf(format, args...)}
}

// Unsupportedf makes an error of kind ErrUnsupported.
func Unsupportedf(format string, args ...any) error {
	return &kindError{ErrUnsupported, fmt.Errorf(format, args...)}
}

// shapeText writes sizes as errors do: [1,3,224,224].
func shapeText(dims []int64) string {
	return strings.ReplaceAll(fmt.Sprint(dims), " ", ",")
}

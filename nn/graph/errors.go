package graph

import (
	"errors"
	"fmt"
)

// Kinds of failure, for errors.Is.
var (
	ErrUnsupported = errors.New("unsupported")
	ErrDeviceLost  = errors.New("device lost")
	ErrOutOfMemory = errors.New("out of memory")
	ErrFormat      = errors.New("wrong format")
	ErrClosed      = errors.New("closed")
)

// ShapeError says that sizes do not fit. Errors of this kind appear while a network is built, never while it runs.
type ShapeError struct {
	Where string // layer or operation, such as `layer 3 "stem" (conv 3x3)`
	Msg   string // what, got, want
}

// Error returns "where: what: got …, want …".
func (e *ShapeError) Error() string {
	if e.Where == "" {
		return e.Msg
	}
	return e.Where + ": " + e.Msg
}

// Shapef makes a ShapeError; where is filled in by whoever knows the layer.
func Shapef(format string, args ...any) error { return &ShapeError{Msg: fmt.Sprintf(format, args...)} }

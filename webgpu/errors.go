//go:build js && wasm

package webgpu

import (
	"errors"
	"fmt"
	"strings"
	"syscall/js"
)

var (
	// ErrUnavailable says that there is no usable WebGPU here; the wrapping error says why.
	ErrUnavailable = errors.New("WebGPU is not available")

	// ErrDeviceLost ends every wait on a device that was lost or destroyed.
	ErrDeviceLost = errors.New("the GPU device is lost")

	// ErrOutOfMemory says that the GPU has no memory left for a buffer.
	ErrOutOfMemory = errors.New("the GPU is out of memory")
)

// ValidationError is a mistake in what was asked of WebGPU, such as a shader that does not compile.
type ValidationError struct {
	Label   string // of the object, "" where unknown
	Message string
	Lines   []CompilationMessage // of a shader: its errors
}

func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString("webgpu: ")
	if e.Label != "" {
		fmt.Fprintf(&b, "%q: ", e.Label)
	}
	b.WriteString(e.Message)
	for _, m := range e.Lines {
		fmt.Fprintf(&b, "\n\t%s", m)
	}
	return b.String()
}

// Error is any other failure that WebGPU or JavaScript reports: Name is the error's class,
// such as GPUInternalError, OperationError or TypeError.
type Error struct{ Name, Message string }

func (e *Error) Error() string { return fmt.Sprintf("webgpu: %s: %s", e.Name, e.Message) }

// invalid makes a ValidationError for what this package finds wrong by itself.
func invalid(label, format string, args ...any) error {
	return &ValidationError{Label: label, Message: fmt.Sprintf(format, args...)}
}

// jsError converts an Error, DOMException or GPUError of JavaScript; null and undefined are nil.
//
// https://www.w3.org/TR/webgpu/#gpuerror, https://www.w3.org/TR/webgpu/#gpupipelineerror
func jsError(v js.Value) error {
	switch v.Type() {
	case js.TypeUndefined, js.TypeNull:
		return nil
	case js.TypeObject:
	default:
		return &Error{"Error", js.Global().Get("String").Invoke(v).String()}
	}
	text := func(name string) string {
		if s := v.Get(name); s.Type() == js.TypeString {
			return s.String()
		}
		return ""
	}
	name, message := text("name"), text("message")
	if name == "" {
		name = v.Get("constructor").Get("name").String()
	}
	switch {
	case name == "GPUValidationError", name == "GPUPipelineError" && text("reason") == "validation":
		return &ValidationError{Message: message}
	case name == "GPUOutOfMemoryError":
		return fmt.Errorf("webgpu: %w: %s", ErrOutOfMemory, message)
	}
	return &Error{name, message}
}

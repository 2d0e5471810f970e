//go:build js && wasm

package main

import (
	"fmt"
	"runtime/debug"
	"syscall/js"

	"github.com/norunners/vert"
)

// handler answers one method. It runs in a goroutine of its own, so it may wait.
type handler func(a *app, args js.Value) (any, error)

func main() {
	a := newApp()
	call := js.FuncOf(func(_ js.Value, in []js.Value) any {
		method, args, resolve, reject := in[0].String(), in[1], in[2], in[3]
		go func() {
			v, err := guarded(func() (any, error) {
				h := handlers[method]
				if h == nil {
					return nil, &apiError{Code: "argument", Message: fmt.Sprintf("there is no method %q", method)}
				}
				return h(a, args)
			})
			if err != nil {
				reject.Invoke(toJS(describeError(err)))
				return
			}
			resolve.Invoke(toJS(v))
		}()
		return nil
	})
	js.Global().Set("foveaCall", call)
	js.Global().Call("foveaReady")
	select {}
}

// guarded turns a panic, which means a bug in Fovea, into an error: a page must live on.
func guarded(f func() (any, error)) (v any, err error) {
	defer func() {
		if r := recover(); r != nil {
			v, err = nil, fmt.Errorf("a fault in Fovea: %v\n%s", r, debug.Stack())
		}
	}()
	return f()
}

// raw is a value that is JavaScript's already.
type raw struct{ js.Value }

// fields is a record with members of different making, such as bytes beside a struct.
type fields map[string]any

// toJS converts a result. Structs go through vert; bytes are copied at once, which vert would do one by one.
func toJS(v any) js.Value {
	switch v := v.(type) {
	case nil:
		return js.Undefined()
	case raw:
		return v.Value
	case []byte:
		b := js.Global().Get("Uint8Array").New(len(v))
		js.CopyBytesToJS(b, v)
		return b
	case fields:
		o := js.Global().Get("Object").New()
		for k, x := range v {
			o.Set(k, toJS(x))
		}
		return o
	}
	return vert.ValueOf(v).JSValue()
}

// bytesOf copies a Uint8Array or Uint8ClampedArray.
func bytesOf(v js.Value) ([]byte, error) {
	if v.Type() != js.TypeObject || !v.InstanceOf(js.Global().Get("Uint8Array")) && !v.InstanceOf(js.Global().Get("Uint8ClampedArray")) {
		return nil, &apiError{Code: "argument", Message: "got " + v.Type().String() + ", want a Uint8Array"}
	}
	b := make([]byte, v.Length())
	js.CopyBytesToGo(b, v)
	return b, nil
}

// assign fills a struct of options from an object.
func assign(args js.Value, to any) error {
	if err := (vert.Value{Value: args}).AssignTo(to); err != nil {
		return &apiError{Code: "argument", Message: err.Error()}
	}
	return nil
}

// emit sends an event to the page.
func emit(v any) { js.Global().Call("foveaEvent", toJS(v)) }

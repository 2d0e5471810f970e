//go:build js && wasm

package main

import (
	"fmt"
	"runtime/debug"
	"syscall/js"

	"github.com/norunners/vert"
)

func main() {
	a := newApp()
	js.Global().Set("foveaCall", js.FuncOf(func(_ js.Value, in []js.Value) any {
		c, method, resolve, reject := a.begin(in[0].Int(), in[2], in[3].Bool()), in[1].String(), in[4], in[5]
		go func() {
			defer c.end()
			v, err := guarded(func() (any, error) {
				h := handlers[method]
				if h == nil {
					return nil, &apiError{Code: "argument", Message: fmt.Sprintf("there is no method %q", method)}
				}
				return h(c)
			})
			if err != nil {
				reject.Invoke(toJS(describeError(err)))
				return
			}
			resolve.Invoke(toJS(v))
		}()
		return nil
	}))
	js.Global().Set("foveaCancel", js.FuncOf(func(_ js.Value, in []js.Value) any {
		a.cancel(in[0].Int())
		return nil
	}))
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

// list is an array of such.
type list []any

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
	case list:
		a := js.Global().Get("Array").New()
		for _, x := range v {
			a.Call("push", toJS(x))
		}
		return a
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

// emit sends an event to the page.
func emit(v any) { js.Global().Call("foveaEvent", toJS(v)) }

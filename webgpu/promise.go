//go:build js && wasm

package webgpu

import (
	"context"
	"sync"
	"syscall/js"
)

// promises holds what waits for JavaScript. Two js.Funcs serve them all: a promise gets them bound to
// its number, so there is nothing to release, also where nobody waits any more.
var promises struct {
	sync.Mutex
	once                sync.Once
	fulfilled, rejected js.Func
	last                int
	settle              map[int]func(js.Value, error)
}

// then calls f once the promise settles. f runs in JavaScript's event handler: it must not wait.
func then(promise js.Value, f func(js.Value, error)) {
	p := &promises
	p.once.Do(func() {
		take := func(id int) func(js.Value, error) {
			p.Lock()
			defer p.Unlock()
			f := p.settle[id]
			delete(p.settle, id)
			return f
		}
		p.settle = map[int]func(js.Value, error){}
		p.fulfilled = js.FuncOf(func(_ js.Value, args []js.Value) any {
			take(args[0].Int())(args[1], nil)
			return nil
		})
		p.rejected = js.FuncOf(func(_ js.Value, args []js.Value) any {
			err := jsError(args[1])
			if err == nil {
				err = &Error{"Error", "rejected without a reason"}
			}
			take(args[0].Int())(js.Undefined(), err)
			return nil
		})
	})
	p.Lock()
	p.last++
	id := p.last
	p.settle[id] = f
	p.Unlock()
	promise.Call("then", p.fulfilled.Call("bind", nil, id), p.rejected.Call("bind", nil, id))
}

type settled struct {
	v   js.Value
	err error
}

// await waits for the promise. Where the context ends first, late (which may be nil) gets the value
// that nobody waits for any more.
func await(ctx context.Context, promise js.Value, late func(js.Value)) (js.Value, error) {
	if err := ctx.Err(); err != nil && late == nil {
		return js.Undefined(), context.Cause(ctx)
	}
	done := make(chan settled, 1)
	gone := false // no lock: goroutines of a WASM program do not run at the same time
	then(promise, func(v js.Value, err error) {
		if gone && err == nil && late != nil {
			late(v)
		}
		done <- settled{v, err}
	})
	select {
	case s := <-done:
		return s.v, s.err
	case <-ctx.Done():
		select {
		case s := <-done:
			return s.v, s.err
		default:
		}
		gone = true
		return js.Undefined(), context.Cause(ctx)
	}
}

// Await waits for the promise that start makes, of anything in the browser, and returns its value. What it throws or rejects is
// an error. Like every call that waits it belongs in a goroutine of its own where JavaScript called into Go.
func Await(ctx context.Context, start func() js.Value) (v js.Value, err error) {
	if err := catch(func() { v = start() }); err != nil {
		return js.Undefined(), err
	}
	return await(ctx, v, nil)
}

// catch returns what f throws in JavaScript as an error.
func catch(f func()) (err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case js.Error:
			err = jsError(e.Value)
		default:
			panic(e)
		}
	}()
	f()
	return nil
}

// bind returns the method as a function that Invoke calls, several times faster than Call by name.
func bind(object js.Value, method string) js.Value {
	return object.Get(method).Call("bind", object)
}

func object() js.Value { return js.Global().Get("Object").New() }

func labelled(label string) js.Value {
	o := object()
	o.Set("label", label)
	return o
}

func array(n int) js.Value { return js.Global().Get("Array").New(n) }

func uint8Array(n int) js.Value { return js.Global().Get("Uint8Array").New(n) }

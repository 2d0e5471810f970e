//go:build js && wasm

package simd

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"syscall/js"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
)

// pages are the limits of the memory that are tried, largest first; some phones reserve what is asked for.
var pages = []any{1<<16 - 1, 1 << 15, 1 << 14, 1 << 13, 1 << 12}

// browser runs modules in the engine that this program runs in, with workers as threads. Its other half is simd.js.
type browser struct {
	engine js.Value
	memory js.Value
	view   js.Value // of the whole memory
	size   int
	about  engine
}

func newHost(_ context.Context, o Options) (host, error) {
	class := js.Global().Get("foveaSIMD")
	if class.IsUndefined() {
		return nil, fmt.Errorf("%w: simd.js is not loaded; it belongs beside worker.js", ErrUnavailable)
	}
	if err := compiles(func(f *wasmasm.Func) { f.Drop(f.I32x4(1, 2, 3, 4).I32x4Neg()) }); err != nil {
		return nil, fmt.Errorf("%w in this browser (%w)", ErrUnavailable, err)
	}
	b := &browser{about: engine{name: "WebAssembly SIMD", threads: o.Threads}}
	if b.about.threads <= 0 {
		b.about.threads = max(1, js.Global().Get("navigator").Get("hardwareConcurrency").Int())
	}
	if reason := whyOneThread(); b.about.threads > 1 && reason != "" {
		b.about.threads, b.about.reason = 1, reason
	}
	b.about.relaxed = !o.PlainSIMD && compiles(func(f *wasmasm.Func) {
		x := f.F32x4(1, 2, 3, 4)
		f.Drop(x.F32x4RelaxedMadd(x, x))
	}) == nil
	err := b.start(class)
	if err != nil && b.about.threads > 1 {
		b.about.threads, b.about.reason = 1, "workers do not start: "+err.Error()
		err = b.start(class)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return b, nil
}

// whyOneThread says what stands against more threads, or "".
func whyOneThread() string {
	switch g := js.Global(); {
	case g.Get("WorkerGlobalScope").IsUndefined():
		return "more need a worker to wait in"
	case !g.Get("crossOriginIsolated").Truthy():
		return "more need a page that is cross-origin isolated"
	case g.Get("SharedArrayBuffer").IsUndefined() || g.Get("Atomics").IsUndefined():
		return "more need memory that threads can share, which this browser lacks"
	}
	return ""
}

// compiles tells whether the engine takes a function.
func compiles(body func(f *wasmasm.Func)) (err error) {
	m := wasmasm.New("test")
	body(m.Func("test"))
	code, err := m.Bytes()
	if err != nil {
		return err
	}
	defer caught(&err)
	js.Global().Get("WebAssembly").Get("Module").New(toArray(code))
	return nil
}

// caught makes an error of an exception in JavaScript.
func caught(err *error) {
	switch r := recover().(type) {
	case nil:
	case js.Error:
		*err = errors.New(strings.TrimPrefix(r.Error(), "JavaScript error: "))
	default:
		panic(r)
	}
}

func toArray(b []byte) js.Value {
	a := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(a, b)
	return a
}

// wait calls start with a callback and returns the callback's arguments. simd.js calls it in any case, and in seconds.
func wait(start func(done js.Func)) []js.Value {
	result := make(chan []js.Value, 1)
	done := js.FuncOf(func(_ js.Value, args []js.Value) any {
		result <- args
		return nil
	})
	defer done.Release()
	start(done)
	return <-result
}

func (b *browser) start(class js.Value) (err error) {
	defer caught(&err)
	b.about.shared = b.about.threads > 1
	script := js.Global().Get("foveaThreads") // where simd.js is part of another script
	if script.IsUndefined() {
		script = js.Global().Get("URL").New("simd.js", js.Global().Get("location").Get("href")).Get("href")
	}
	b.engine = class.Call("open", map[string]any{"threads": b.about.threads, "pages": pages, "shared": b.about.shared, "script": script})
	b.memory = b.engine.Get("memory")
	b.about.bytes = b.engine.Get("pages").Int() * pageBytes
	b.refresh()
	if err = b.begin("start"); err != nil {
		b.close()
	}
	return err
}

// begin has the engine start, or restart, its workers.
func (b *browser) begin(how string) error {
	r := wait(func(done js.Func) { b.engine.Call(how, done) })
	if failure := r[0].String(); failure != "" {
		return errors.New(failure)
	}
	return nil
}

func (b *browser) restart() error { return b.begin("restart") }

// refresh makes the view anew: one of a memory that has grown does not grow with it.
func (b *browser) refresh() {
	b.view = js.Global().Get("Uint8Array").New(b.memory.Get("buffer"))
	b.size = b.view.Get("length").Int()
}

func (b *browser) describe() engine { return b.about }

func (b *browser) grow(end int) (err error) {
	if end <= b.size {
		return nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("simd: %d MiB of memory are needed, but beside %d MiB the browser gives no more (%w); use a smaller batch, picture or layer: %w",
				(end+1<<20-1)>>20, b.size>>20, err, graph.ErrOutOfMemory)
		}
	}()
	defer caught(&err)
	b.memory.Call("grow", (roundUp(end, pageBytes)-b.size)/pageBytes)
	b.refresh()
	return nil
}

func (b *browser) part(at, bytes int) js.Value { return b.view.Call("subarray", at, at+bytes) }

func (b *browser) write(at int, p []byte) { js.CopyBytesToJS(b.part(at, len(p)), p) }
func (b *browser) read(at int, p []byte)  { js.CopyBytesToGo(p, b.part(at, len(p))) }
func (b *browser) clear(at, bytes int)    { b.part(at, bytes).Call("fill", 0) }

// close keeps the engine for the next device or ends it. Memory that is let go should go soon, and what Go holds of
// JavaScript's goes when Go's collector runs: a part of a view holds all of it.
func (b *browser) close() {
	b.engine.Call("close")
	b.memory, b.view = js.Undefined(), js.Undefined()
	runtime.GC()
}

func (b *browser) load(_ context.Context, code []byte) (_ module, err error) {
	defer caught(&err)
	r := wait(func(done js.Func) { b.engine.Call("load", toArray(code), done) })
	if failure := r[1].String(); failure != "" {
		return nil, fmt.Errorf("simd: a worker: %s", failure)
	}
	return &instance{b, r[0], b.engine.Get("run").Call("bind", b.engine, r[0])}, nil
}

// instance is a module that the engine has loaded.
type instance struct {
	b    *browser
	id   js.Value
	call js.Value
}

func (i *instance) run(from, to int) (err error) {
	defer caught(&err)
	i.call.Invoke(from, to)
	return nil
}

func (i *instance) close() { i.b.engine.Call("drop", i.id) }

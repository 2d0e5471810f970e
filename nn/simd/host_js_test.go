//go:build js && wasm

package simd

import (
	"context"
	"errors"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// replaced puts another value, or with js.Undefined() none, in the place of a property until the test ends.
func replaced(t *testing.T, object js.Value, name string, value any) {
	t.Helper()
	class := js.Global().Get("Object")
	old := class.Call("getOwnPropertyDescriptor", object, name)
	class.Call("defineProperty", object, name, map[string]any{"value": value, "configurable": true, "writable": true})
	t.Cleanup(func() {
		if old.IsUndefined() {
			js.Global().Get("Reflect").Call("deleteProperty", object, name)
		} else {
			class.Call("defineProperty", object, name, old)
		}
	})
}

// function makes a function of JavaScript's.
func function(args ...any) js.Value { return js.Global().Get("Function").New(args...) }

func open(t *testing.T, threads int) *Device {
	t.Helper()
	d, err := Open(context.Background(), Options{Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// twice is a program of x + x.
func twice() *plan.Program {
	g := graph.New()
	x := g.Input("x", graph.F32, graph.Shape{4})
	g.Output("y", op.Map(g, expr.New(expr.Add, expr.V(0), expr.V(0)), x))
	return plan.Build(g, plan.Options{})
}

// works runs a program on a device.
func works(t *testing.T, d *Device) {
	t.Helper()
	ctx := context.Background()
	s, err := d.NewStore()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	e, err := d.Compile(ctx, twice(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Run(plan.Float32s(graph.Shape{4}, 1, 2, 3, 4)); err != nil {
		t.Fatal(err)
	}
	if y, err := plan.Read(ctx, e.Fetch, "y"); err != nil || y["y"][3] != 8 {
		t.Fatalf("got %v %v, want 2 4 6 8", y["y"], err)
	}
}

// Where threads cannot be had there is one, which computes the same, and the reason is told.
func TestOneThread(t *testing.T) {
	global := js.Global()
	for _, tt := range []struct {
		name, property string
		value          any
		want           string
	}{
		{"not isolated", "crossOriginIsolated", false, "cross-origin isolated"},
		{"no shared memory", "SharedArrayBuffer", js.Undefined(), "memory that threads can share"},
		{"no workers", "Worker", js.Undefined(), "workers do not start: Worker is not a constructor"},
		{"workers fail", "Worker", function("return { postMessage() { setTimeout(() => this.onerror({ message: 'refused' })); }, terminate() {} }"),
			"workers do not start: refused"},
		{"in the window", "WorkerGlobalScope", js.Undefined(), "a worker to wait in"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			replaced(t, global, tt.property, tt.value)
			d := open(t, 7) // no other test has an engine of so many, which would be taken instead of a new one
			if i := d.Info(); i.Threads != 1 || !strings.Contains(i.Adapter, tt.want) {
				t.Errorf("got %d threads, %q, want one, and %q", i.Threads, i.Adapter, tt.want)
			}
			works(t, d)
		})
	}
}

// Without SIMD there is no device, and the reason is told.
func TestNoSIMD(t *testing.T) {
	replaced(t, js.Global().Get("WebAssembly"), "Module", function("throw new WebAssembly.CompileError('Wasm SIMD unsupported')"))
	if _, err := Open(context.Background(), Options{}); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "in this browser (Wasm SIMD unsupported)") {
		t.Errorf("got %v, want ErrUnavailable with the reason", err)
	}
}

// An engine is kept for the next device, so that memory does not pile up until the browser collects it.
func TestEngineIsKept(t *testing.T) {
	memory := js.Global().Get("WebAssembly").Get("Memory")
	counting := function("memory", "const made = function (d) { made.count++; return new memory(d); }; made.count = 0; return made;").Invoke(memory)
	replaced(t, js.Global().Get("WebAssembly"), "Memory", counting)
	for range 20 {
		d, err := Open(context.Background(), Options{Threads: 5})
		if err != nil {
			t.Fatal(err)
		}
		works(t, d)
		d.Close()
	}
	if n := counting.Get("count").Int(); n != 1 {
		t.Errorf("%d memories were made, want 1", n)
	}
	d, err := Open(context.Background(), Options{Threads: 5})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := d.NewStore()
	if err := s.Write("large", plan.Bytes(graph.Shape{300 << 20}, make([]byte, 300<<20))); err != nil {
		t.Fatal(err)
	}
	d.Close()
	works(t, open(t, 5))
	if n := counting.Get("count").Int(); n != 2 {
		t.Errorf("%d memories were made, want 2: a large one is not kept", n)
	}
}

// A browser that gives no more memory is told of with what was asked for, and the device goes on.
func TestNoMoreMemory(t *testing.T) {
	for _, threads := range []int{1, 2} {
		d := open(t, threads)
		s, err := d.NewStore()
		if err != nil {
			t.Fatal(err)
		}
		func() {
			prototype := js.Global().Get("WebAssembly").Get("Memory").Get("prototype")
			grow := prototype.Get("grow")
			defer prototype.Set("grow", grow)
			prototype.Set("grow", function("throw new RangeError('Maximum memory size exceeded')"))
			err = s.Write("large", plan.Bytes(graph.Shape{400 << 20}, make([]byte, 400<<20)))
		}()
		if !errors.Is(err, graph.ErrOutOfMemory) || !strings.Contains(err.Error(), "401 MiB of memory are needed") || !strings.Contains(err.Error(), "exceeded") {
			t.Errorf("%d threads: got %v, want out of memory, with how much, and why", threads, err)
		}
		works(t, d)
		s.Close()
	}
}

// A worker that is gone when a program is compiled is replaced, too.
func TestLostBeforeLoad(t *testing.T) {
	d := open(t, 3)
	works(t, d)
	d.host.(*browser).engine.Get("workers").Index(1).Call("terminate")
	time.Sleep(time.Second)
	works(t, d)
}

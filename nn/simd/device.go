package simd

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Device is an engine of WebAssembly with its memory and threads. One run is done at a time.
type Device struct {
	engine engine

	mu     sync.Mutex
	host   host
	heap   heap
	closed bool
	lost   error
}

// Options say what a device should use.
type Options struct {
	Threads int // at most; 0 means one for each processor
	// PlainSIMD leaves relaxed SIMD alone, whose results may differ in the last bit from one processor to another.
	PlainSIMD bool
}

// Open starts the engine. Natively it is wazero. In a browser it returns ErrUnavailable, with the reason, where there is
// no SIMD or the page's security policy forbids making code; where memory cannot be shared it uses one thread and says
// why in Info().Adapter.
func Open(ctx context.Context, o Options) (*Device, error) {
	h, err := newHost(ctx, o)
	if err != nil {
		return nil, err
	}
	d := &Device{host: h, engine: h.describe()}
	d.heap = heap{end: controlEnd, max: d.engine.bytes, grow: h.grow}
	return d, nil
}

// ErrUnavailable is returned where the engine lacks what the backend needs.
var ErrUnavailable = errors.New("WebAssembly SIMD is not available")

// Info describes the device.
func (d *Device) Info() plan.Info {
	words := fmt.Sprintf("%s, %d thread%s", d.engine.name, d.engine.threads, map[bool]string{true: "s"}[d.engine.threads > 1])
	if d.engine.reason != "" {
		words += " (" + d.engine.reason + ")"
	}
	return plan.Info{
		Backend: "simd", Adapter: words, Threads: d.engine.threads,
		Fused: Fused(),
	}
}

// Fused lists the primitives made by the planner that the backend has.
func Fused() []string {
	return []string{op.ConvPool, op.ConvGradWeightPooled, op.ConvGradInputPooled, op.IntegerStage}
}

// Close ends the threads and releases the memory.
func (d *Device) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.closed = true
		d.host.close()
	}
	return nil
}

// check tells whether the device can be used.
func (d *Device) check() error {
	if d.closed {
		return graph.ErrClosed
	}
	return d.lost
}

// lose marks the device as lost if err says that a run has failed.
func (d *Device) lose(err error) error {
	if err != nil {
		d.lost = fmt.Errorf("simd: %w: %w", err, graph.ErrDeviceLost)
	}
	return d.lost
}

// area is memory of the device.
type area struct {
	at int
	graph.Type
}

func (a area) bytes() int { return a.Shape.Elems() * a.Type.Type.Bytes() }

func (d *Device) newArea(t graph.Type) (area, error) {
	if n := t.Shape.Elems(); n > d.engine.bytes/t.Type.Bytes() {
		return area{}, fmt.Errorf("simd: a value %v%v is larger than the memory of %d MiB: %w", t.Type, t.Shape, d.engine.bytes>>20, graph.ErrOutOfMemory)
	}
	a := area{Type: t}
	var err error
	a.at, err = d.heap.alloc(a.bytes())
	return a, err
}

func (d *Device) write(a area, t plan.Tensor) {
	switch {
	case t.F32 != nil:
		d.host.write(a.at, bytesOf(t.F32))
	case t.I32 != nil:
		d.host.write(a.at, bytesOf(t.I32))
	case t.U8 != nil:
		d.host.write(a.at, t.U8)
	case t.I8 != nil:
		d.host.write(a.at, bytesOf(t.I8))
	}
}

func (d *Device) read(a area) plan.Tensor {
	t := plan.Tensor{Shape: a.Shape, Type: a.Type.Type}
	n := a.Shape.Elems()
	switch a.Type.Type {
	case graph.F32:
		t.F32 = make([]float32, n)
		d.host.read(a.at, bytesOf(t.F32))
	case graph.U8:
		t.U8 = make([]uint8, n)
		d.host.read(a.at, t.U8)
	case graph.I8:
		t.I8 = make([]int8, n)
		d.host.read(a.at, bytesOf(t.I8))
	default:
		t.I32 = make([]int32, n)
		d.host.read(a.at, bytesOf(t.I32))
	}
	return t
}

// bytesOf is the memory of x. WebAssembly is little-endian, and so is every machine that this package's hosts run on.
func bytesOf[T float32 | int32 | int8](x []T) []byte {
	if len(x) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), int(unsafe.Sizeof(x[0]))*len(x))
}

// store is a plan.Store in the device's memory.
type store struct {
	d      *Device
	values map[string]area
	closed bool
}

// NewStore makes an empty store.
func (d *Device) NewStore() (plan.Store, error) { return &store{d: d, values: map[string]area{}}, nil }

func (s *store) check() error {
	if s.closed {
		return graph.ErrClosed
	}
	return s.d.check()
}

func (s *store) Write(name string, t plan.Tensor) error {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if err := s.check(); err != nil {
		return err
	}
	a, ok := s.values[name]
	if !ok {
		if t.Shape.Elems() != t.Len() {
			return t.Check(name, t.Type, t.Shape)
		}
		var err error
		if a, err = s.d.newArea(graph.Type{Shape: t.Shape.Clone(), Type: t.Type}); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.values[name] = a
	}
	if err := t.Check(name, a.Type.Type, a.Shape); err != nil {
		return err
	}
	s.d.write(a, t)
	return nil
}

func (s *store) Fetch(names ...string) plan.Reading {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if err := s.check(); err != nil {
		return plan.Failed(err)
	}
	var out []plan.Tensor
	for _, n := range names {
		a, ok := s.values[n]
		if !ok {
			return plan.Failed(plan.Unknown("value", n))
		}
		out = append(out, s.d.read(a))
	}
	return func(context.Context) ([]plan.Tensor, error) { return out, nil }
}

func (s *store) Close() error {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if !s.closed {
		for _, a := range s.values {
			s.d.heap.release(a.at, a.bytes())
		}
	}
	s.closed, s.values = true, nil
	return nil
}

// newTarget prepares a module for so many threads.
func newTarget(threads int, relaxed bool) *target {
	return &target{module: wasmasm.New("fovea plan"), threads: threads, relaxed: relaxed, made: map[string]*kernel{}}
}

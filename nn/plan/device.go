package plan

import (
	"context"
	"fmt"
	"image"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Device is a backend on one piece of hardware.
type Device interface {
	// Info describes the device. It does not change and may be called at any time, also after Close.
	Info() Info
	// NewStore makes an empty store of parameters and states.
	NewStore() (Store, error)
	// Compile makes p runnable with the parameters and states of s, which must hold all of p's. It may take long; ctx
	// ends it early. The executable is used by one goroutine at a time.
	Compile(ctx context.Context, p *Program, s Store) (Executable, error)
	// Close releases the device; what it made stops working with graph.ErrClosed. A second Close is harmless.
	Close() error
}

// Store holds parameters, states and data sets on a device. Several executables share it, so nothing is copied between
// a training and an evaluation plan.
type Store interface {
	// Write creates the value name or replaces its content; t is not kept. A value keeps the size that it was created
	// with. It is ordered before later runs and does not wait for earlier ones.
	Write(name string, t Tensor) error
	// Fetch asks for the content of values, as the runs enqueued so far leave it, and returns at once.
	Fetch(names ...string) Reading
	// Close releases the memory. A second Close is harmless.
	Close() error
}

// Executable is a program on a device.
type Executable interface {
	// Run enqueues one run with the program's inputs in their order. It may return before the run is done; the inputs
	// are not kept.
	Run(in ...Tensor) error
	// Fetch asks for outputs of the last run enqueued and returns at once; later runs do not change what it yields.
	Fetch(outputs ...string) Reading
	// Stats tells what it takes.
	Stats() Stats
	// Close releases the memory that is not the store's. A second Close is harmless.
	Close() error
}

// Viewer is an executable that takes pictures from where the browser has them, a camera or a canvas: they need not become
// numbers in Go's memory first.
type Viewer interface {
	// RunPicture enqueues one run of a program whose only input is a sample [1,H,W,1] or [1,H,W,3] in units of 0 to 255. The
	// picture has width times height pixels; the part of it is scaled to the sample as data.Fit does.
	RunPicture(ctx context.Context, picture any, width, height int, part image.Rectangle) error
}

// Reading waits for what a Fetch asked for and returns it in the order asked. It may be called once, from any
// goroutine. It fails with graph.ErrDeviceLost if the device went away.
type Reading func(ctx context.Context) ([]Tensor, error)

// Info describes a device.
type Info struct {
	Backend  string // "cpu", "webgpu", …
	Adapter  string // hardware in words
	Software bool   // a GPU's interface on a processor
	Threads  int
	Queue    int // how many runs may usefully be on their way; 0 where a run is done when Run returns
	// Fused lists the primitives made by the planner that the device has.
	Fused []string
}

// Stats tells what an executable takes.
type Stats struct {
	Steps       int // dispatches or calls a run
	MemoryBytes int // slots and scratch without the store
}

// Tensor is data on the host: row-major, in the slice of its type.
type Tensor struct {
	Shape graph.Shape
	Type  graph.DType
	F32   []float32
	I32   []int32 // of an I32 or U32
	U8    []uint8
	I8    []int8
}

// Float32s returns an f32 tensor over data.
func Float32s(s graph.Shape, data ...float32) Tensor { return Tensor{Shape: s, F32: data} }

// Int32s returns an i32 tensor over data.
func Int32s(s graph.Shape, data ...int32) Tensor { return Tensor{Shape: s, Type: graph.I32, I32: data} }

// Bytes returns a u8 tensor over data.
func Bytes(s graph.Shape, data []byte) Tensor { return Tensor{Shape: s, Type: graph.U8, U8: data} }

// Int8s returns an i8 tensor over data.
func Int8s(s graph.Shape, data ...int8) Tensor { return Tensor{Shape: s, Type: graph.I8, I8: data} }

// Len returns the number of elements that t holds.
func (t Tensor) Len() int { return len(t.F32) + len(t.I32) + len(t.U8) + len(t.I8) }

// Check reports whether t has the given type and as many elements as s.
func (t Tensor) Check(name string, typ graph.DType, s graph.Shape) error {
	if t.Type != typ || t.Len() != s.Elems() {
		return graph.Shapef("%s: got %v with %d elements, want %v%v", name, t.Type, t.Len(), typ, s)
	}
	return nil
}

// Failed returns a Reading that yields err.
func Failed(err error) Reading {
	return func(context.Context) ([]Tensor, error) { return nil, err }
}

// Read runs a Reading of f32 values and returns them by name.
func Read(ctx context.Context, fetch func(...string) Reading, names ...string) (map[string][]float32, error) {
	ts, err := fetch(names...)(ctx)
	if err != nil {
		return nil, err
	}
	m := map[string][]float32{}
	for i, t := range ts {
		m[names[i]] = t.F32
	}
	return m, nil
}

// Unknown is the error of a name that a store or program does not have.
func Unknown(kind, name string) error { return fmt.Errorf("plan: no %s %q", kind, name) }

//go:build js && wasm

package webgpu

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall/js"
	"time"
)

// Device makes buffers, pipelines and sequences and owns their memory until Destroy.
// Its methods may be called from any goroutine.
//
// https://www.w3.org/TR/webgpu/#gpudevice
type Device struct {
	v      js.Value
	label  string
	limits Limits
	queue  *Queue
	pool   readPool
	counts counters

	createBuffer, createBindGroup, createCommandEncoder js.Value // bound methods

	uncaptured js.Func // the listener of uncapturederror
	onError    func(error)

	loseOnce sync.Once
	lost     chan struct{} // closed by lose
	lostInfo LostInfo
	lostOut  chan LostInfo
}

// LostInfo says why a device was lost. Reason is "destroyed" after Destroy, else "unknown".
//
// https://www.w3.org/TR/webgpu/#gpudevicelostinfo
type LostInfo struct{ Reason, Message string }

func newDevice(v js.Value, label string) *Device {
	d := &Device{
		v:       v,
		label:   label,
		limits:  limits(v.Get("limits")),
		lost:    make(chan struct{}),
		lostOut: make(chan LostInfo, 1),

		createBuffer:         bind(v, "createBuffer"),
		createBindGroup:      bind(v, "createBindGroup"),
		createCommandEncoder: bind(v, "createCommandEncoder"),
	}
	d.queue = newQueue(d)
	then(v.Get("lost"), func(info js.Value, err error) {
		if err != nil { // the specification never rejects it
			d.lose(LostInfo{"unknown", err.Error()})
			return
		}
		d.lose(LostInfo{info.Get("reason").String(), info.Get("message").String()})
	})
	return d
}

// Limits returns the limits that hold on this device.
func (d *Device) Limits() Limits { return d.limits }

// Features returns the names of the features that the device was asked for, sorted.
func (d *Device) Features() []string { return features(d.v) }

// Queue returns the device's only queue.
func (d *Device) Queue() *Queue { return d.queue }

// Lost returns a channel that gets one LostInfo when the device is lost, and is closed then.
func (d *Device) Lost() <-chan LostInfo { return d.lostOut }

// Err returns nil while the device works, then an error that is ErrDeviceLost.
func (d *Device) Err() error {
	select {
	case <-d.lost:
		return fmt.Errorf("webgpu: %w (%s): %s", ErrDeviceLost, d.lostInfo.Reason, d.lostInfo.Message)
	default:
		return nil
	}
}

func (d *Device) lose(info LostInfo) {
	d.loseOnce.Do(func() {
		d.lostInfo = info
		close(d.lost)
		d.lostOut <- info
		close(d.lostOut)
		d.pool.close()
		d.OnUncapturedError(nil)
	})
}

// Destroy frees all memory of the device. It may be called again, and after a loss.
//
// https://www.w3.org/TR/webgpu/#dom-gpudevice-destroy
func (d *Device) Destroy() {
	d.v.Call("destroy")
	d.lose(LostInfo{"destroyed", "Destroy was called"})
}

// OnUncapturedError calls f, in a goroutine of its own, for each error outside of all error scopes;
// nil leaves them to the browser's console. Chromium tells of an error only once the next work is
// submitted or waited for.
//
// https://www.w3.org/TR/webgpu/#eventdef-gpudevice-uncapturederror
func (d *Device) OnUncapturedError(f func(error)) {
	d.onError = f
	switch {
	case f != nil && d.uncaptured.IsUndefined():
		d.uncaptured = js.FuncOf(func(_ js.Value, args []js.Value) any {
			args[0].Call("preventDefault")
			if f := d.onError; f != nil {
				go f(jsError(args[0].Get("error")))
			}
			return nil
		})
		d.v.Call("addEventListener", "uncapturederror", d.uncaptured)
	case f == nil && !d.uncaptured.IsUndefined():
		d.v.Call("removeEventListener", "uncapturederror", d.uncaptured)
		d.uncaptured.Release()
		d.uncaptured = js.Func{}
	}
}

// ErrorFilter is the kind of errors that a scope catches.
//
// https://www.w3.org/TR/webgpu/#enumdef-gpuerrorfilter
type ErrorFilter string

const (
	Validation  ErrorFilter = "validation"
	OutOfMemory ErrorFilter = "out-of-memory"
	Internal    ErrorFilter = "internal"
)

// PushErrorScope begins to catch errors. Scopes are a stack of the device, whatever the goroutine, so
// nothing that waits may stand between a push and its pop (a pop itself may wait).
//
// https://www.w3.org/TR/webgpu/#dom-gpudevice-pusherrorscope
func (d *Device) PushErrorScope(filter ErrorFilter) { d.v.Call("pushErrorScope", string(filter)) }

// PopErrorScope ends the last scope at once, waits, and returns the first error that it caught.
//
// https://www.w3.org/TR/webgpu/#dom-gpudevice-poperrorscope
func (d *Device) PopErrorScope(ctx context.Context) error {
	promise := d.v.Call("popErrorScope")
	v, err := d.await(ctx, promise)
	if err != nil {
		return err
	}
	return jsError(v)
}

// Check runs f, which must not wait, inside of scopes for all kinds of errors, and returns the first
// error, that of f before those of WebGPU.
func (d *Device) Check(ctx context.Context, f func() error) error {
	filters := []ErrorFilter{Internal, OutOfMemory, Validation}
	for _, filter := range filters {
		d.PushErrorScope(filter)
	}
	var err error
	if thrown := catch(func() { err = f() }); thrown != nil {
		err = thrown
	}
	var scopes []js.Value
	for range filters {
		scopes = append(scopes, d.v.Call("popErrorScope"))
	}
	for _, promise := range scopes {
		v, failed := d.await(ctx, promise)
		if failed == nil {
			failed = jsError(v)
		}
		if err == nil {
			err = failed
		}
	}
	return err
}

// await waits for a promise of this device, and no longer than until the device is lost.
func (d *Device) await(ctx context.Context, promise js.Value) (js.Value, error) {
	done := make(chan struct{})
	var s settled
	d.then(promise, func(v js.Value, err error) {
		s = settled{v, err}
		close(done)
	})
	if err := d.wait(ctx, done, &s.err); err != nil {
		return js.Undefined(), err
	}
	return s.v, nil
}

// then is as the function then, and counted.
func (d *Device) then(promise js.Value, f func(js.Value, error)) {
	d.counts.promises.Add(1)
	then(promise, func(v js.Value, err error) {
		d.counts.promises.Add(-1)
		f(v, err)
	})
}

// wait waits for done and returns what failed holds then.
func (d *Device) wait(ctx context.Context, done <-chan struct{}, failed *error) error {
	if err := d.Err(); err != nil {
		return err
	}
	select {
	case <-done:
		if *failed != nil {
			// What a loss rejects may be told before the loss is.
			select {
			case <-d.lost:
			case <-time.After(20 * time.Millisecond):
			}
		}
		if err := d.Err(); err != nil {
			return err
		}
		return *failed
	case <-d.lost:
		return d.Err()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Counts are the live objects of a device. Buffers and textures live until Destroy; the others, which WebGPU leaves
// to the garbage collector, until Go's collector has found them unreachable.
type Counts struct {
	Buffers, BufferBytes     int // those of readings included
	Textures, TextureBytes   int
	ShaderModules, Pipelines int
	BindGroups, Sequences    int
	Promises                 int // waited for or given up, not settled
}

type counters struct {
	buffers, bufferBytes, textures, textureBytes, modules, pipelines, bindGroups, sequences, promises atomic.Int64
}

// Stats counts the live objects.
func (d *Device) Stats() Counts {
	c := &d.counts
	return Counts{
		Buffers: int(c.buffers.Load()), BufferBytes: int(c.bufferBytes.Load()),
		Textures: int(c.textures.Load()), TextureBytes: int(c.textureBytes.Load()),
		ShaderModules: int(c.modules.Load()), Pipelines: int(c.pipelines.Load()),
		BindGroups: int(c.bindGroups.Load()), Sequences: int(c.sequences.Load()),
		Promises: int(c.promises.Load()),
	}
}

// counted counts object until the garbage collector takes it.
func counted[T any](object *T, n *atomic.Int64) *T {
	n.Add(1)
	runtime.AddCleanup(object, func(n *atomic.Int64) { n.Add(-1) }, n)
	return object
}

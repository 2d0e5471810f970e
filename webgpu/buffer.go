//go:build js && wasm

package webgpu

import (
	"context"
	"syscall/js"
)

// BufferUsage says what a buffer may be used for.
//
// https://www.w3.org/TR/webgpu/#buffer-usage
type BufferUsage uint32

const (
	MapRead  BufferUsage = 0x0001
	MapWrite BufferUsage = 0x0002
	CopySrc  BufferUsage = 0x0004
	CopyDst  BufferUsage = 0x0008
	Uniform  BufferUsage = 0x0040
	Storage  BufferUsage = 0x0080
	Indirect BufferUsage = 0x0100
)

// MapMode is the argument of MapAsync.
type MapMode uint32

// MapModeRead maps a buffer for reading.
const MapModeRead MapMode = 1

// BufferDescriptor describes a buffer of Size bytes, which starts as zeros.
//
// https://www.w3.org/TR/webgpu/#gpubufferdescriptor
type BufferDescriptor struct {
	Label string
	Size  int
	Usage BufferUsage
}

// Buffer is memory of the device.
type Buffer struct {
	d      *Device
	v      js.Value
	label  string
	size   int
	usage  BufferUsage
	mapped js.Value // a Uint8Array of the mapped range, undefined until it is read
	offset int      // of the mapped range
	length int
	gone   bool
}

// CreateBuffer makes a buffer. It refuses sizes outside of 1 … MaxBufferSize itself; that the GPU is
// out of memory, an error scope (Check) reports.
//
// https://www.w3.org/TR/webgpu/#dom-gpudevice-createbuffer
func (d *Device) CreateBuffer(descriptor BufferDescriptor) (*Buffer, error) {
	if err := d.Err(); err != nil {
		return nil, err
	}
	if descriptor.Size < 1 || descriptor.Size > d.limits.MaxBufferSize {
		return nil, invalid(descriptor.Label, "buffer of %d bytes: want 1 to %d", descriptor.Size, d.limits.MaxBufferSize)
	}
	o := labelled(descriptor.Label)
	o.Set("size", descriptor.Size)
	o.Set("usage", uint32(descriptor.Usage))
	b := &Buffer{d: d, label: descriptor.Label, size: descriptor.Size, usage: descriptor.Usage}
	if err := catch(func() { b.v = d.createBuffer.Invoke(o) }); err != nil {
		return nil, err
	}
	d.counts.buffers.Add(1)
	d.counts.bufferBytes.Add(int64(b.size))
	return b, nil
}

// Size returns the buffer's size in bytes.
func (b *Buffer) Size() int { return b.size }

// Label returns the label that the buffer was made with.
func (b *Buffer) Label() string { return b.label }

// Destroy frees the memory once the GPU has done what was submitted before. It may be called again.
//
// https://www.w3.org/TR/webgpu/#dom-gpubuffer-destroy
func (b *Buffer) Destroy() {
	if b.gone {
		return
	}
	b.gone = true
	b.mapped = js.Undefined()
	b.v.Call("destroy")
	b.d.counts.buffers.Add(-1)
	b.d.counts.bufferBytes.Add(-int64(b.size))
}

// check says whether a copy or a write of this range is possible, in words.
func (b *Buffer) check(what string, need BufferUsage, offset, size int) error {
	switch {
	case b == nil:
		return invalid("", "%s: no buffer", what)
	case b.gone:
		return invalid(b.label, "%s: the buffer is destroyed", what)
	case b.usage&need != need:
		return invalid(b.label, "%s: the buffer's usage is %#x: want %#x in it", what, uint32(b.usage), uint32(need))
	case offset < 0 || size < 0 || offset > b.size || size > b.size-offset:
		return invalid(b.label, "%s: bytes %d to %d of a buffer of %d", what, offset, offset+size, b.size)
	case offset%4 != 0 || size%4 != 0:
		return invalid(b.label, "%s: %d bytes at %d: want multiples of 4", what, size, offset)
	}
	return nil
}

// MapAsync waits until the GPU is done with the buffer, and maps the range for ReadMapped.
// The offset is a multiple of 8.
//
// https://www.w3.org/TR/webgpu/#dom-gpubuffer-mapasync
func (b *Buffer) MapAsync(ctx context.Context, mode MapMode, offset, size int) error {
	if err := b.check("map", MapRead, offset, size); err != nil {
		return err
	}
	_, err := b.d.await(ctx, b.v.Call("mapAsync", uint32(mode), offset, size))
	if err == nil {
		b.mapped, b.offset, b.length = js.Undefined(), offset, size
	}
	return err
}

// ReadMapped copies the start of the mapped range to dst and returns the number of bytes.
//
// https://www.w3.org/TR/webgpu/#dom-gpubuffer-getmappedrange
func (b *Buffer) ReadMapped(dst []byte) (int, error) {
	if b.mapped.IsUndefined() {
		err := catch(func() {
			b.mapped = js.Global().Get("Uint8Array").New(b.v.Call("getMappedRange", b.offset, b.length))
		})
		if err != nil {
			return 0, err
		}
	}
	return js.CopyBytesToGo(dst, b.mapped), nil
}

// Unmap gives the buffer back to the GPU.
//
// https://www.w3.org/TR/webgpu/#dom-gpubuffer-unmap
func (b *Buffer) Unmap() {
	b.mapped = js.Undefined()
	b.v.Call("unmap")
}

// Queue takes work for the GPU, which is done in order.
//
// https://www.w3.org/TR/webgpu/#gpuqueue
type Queue struct {
	d                   *Device
	v                   js.Value
	writeBuffer, submit js.Value // bound methods
	scratch             js.Value // a Uint8Array between Go's memory and writeBuffer
	scratchLen          int
	submission          js.Value // an array for one command buffer
}

// maxScratch bounds the reused copy of what is written; longer data goes in pieces.
const maxScratch = 4 << 20

func newQueue(d *Device) *Queue {
	v := d.v.Get("queue")
	return &Queue{d: d, v: v, writeBuffer: bind(v, "writeBuffer"), submit: bind(v, "submit"), submission: array(1)}
}

// WriteBuffer copies data to the buffer, after everything submitted before. data may be reused at once.
//
// https://www.w3.org/TR/webgpu/#dom-gpuqueue-writebuffer
func (q *Queue) WriteBuffer(b *Buffer, offset int, data []byte) error {
	if err := q.d.Err(); err != nil {
		return err
	}
	if err := b.check("write", CopyDst, offset, len(data)); err != nil {
		return err
	}
	if n := min(len(data), maxScratch); n > q.scratchLen {
		q.scratchLen = min(max(n, 2*q.scratchLen), maxScratch)
		q.scratch = uint8Array(q.scratchLen)
	}
	return catch(func() {
		for len(data) > 0 {
			n := min(len(data), maxScratch)
			js.CopyBytesToJS(q.scratch, data[:n])
			q.writeBuffer.Invoke(b.v, offset, q.scratch, 0, n)
			data, offset = data[n:], offset+n
		}
	})
}

// OnSubmittedWorkDone waits for what was submitted before. Browsers may tell milliseconds late; to time
// something, read a few bytes instead.
//
// https://www.w3.org/TR/webgpu/#dom-gpuqueue-onsubmittedworkdone
func (q *Queue) OnSubmittedWorkDone(ctx context.Context) error {
	_, err := q.d.await(ctx, q.v.Call("onSubmittedWorkDone"))
	return err
}

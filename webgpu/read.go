//go:build js && wasm

package webgpu

import (
	"context"
	"math/bits"
	"syscall/js"
)

// Reading is a copy out of GPU memory on its way.
type Reading struct {
	d    *Device
	done chan struct{}
	data []byte
	err  error
}

// Read copies the range as it is after everything submitted before and before anything submitted later.
// It returns at once; several readings may be under way. One that nobody waits for costs nothing more.
func (d *Device) Read(src *Buffer, offset, size int) *Reading {
	r := &Reading{d: d, done: make(chan struct{})}
	if err := d.startReading(r, src, offset, size); err != nil {
		r.finish(nil, err)
	}
	return r
}

func (r *Reading) finish(data []byte, err error) {
	r.data, r.err = data, err
	close(r.done)
}

func (d *Device) startReading(r *Reading, src *Buffer, offset, size int) error {
	if err := d.Err(); err != nil {
		return err
	}
	if err := src.check("read", CopySrc, offset, size); err != nil {
		return err
	}
	if size == 0 {
		r.finish([]byte{}, nil)
		return nil
	}
	staging, err := d.pool.take(d, size)
	if err != nil {
		return err
	}
	var promise js.Value
	err = catch(func() {
		e := d.createCommandEncoder.Invoke()
		e.Call("copyBufferToBuffer", src.v, offset, staging.v, 0, size)
		d.queue.submission.SetIndex(0, e.Call("finish"))
		d.queue.submit.Invoke(d.queue.submission)
		promise = staging.v.Call("mapAsync", uint32(MapModeRead), 0, size)
	})
	if err != nil {
		staging.Destroy()
		return err
	}
	d.then(promise, func(_ js.Value, err error) {
		if err != nil {
			staging.Destroy()
			r.finish(nil, err)
			return
		}
		data := make([]byte, size)
		staging.mapped, staging.offset, staging.length = js.Undefined(), 0, size
		_, err = staging.ReadMapped(data)
		staging.Unmap()
		d.pool.give(staging)
		r.finish(data, err)
	})
	return nil
}

// Done returns a channel that is closed once Wait would not wait. It stays open if the device is lost.
func (r *Reading) Done() <-chan struct{} { return r.done }

// Wait waits for the bytes. It may be called again and returns the same slice.
func (r *Reading) Wait(ctx context.Context) ([]byte, error) {
	select {
	case <-r.done: // also what came before a loss
		if r.err == nil {
			return r.data, nil
		}
	default:
	}
	if err := r.d.wait(ctx, r.done, &r.err); err != nil {
		return nil, err
	}
	return r.data, nil
}

// readPool keeps staging buffers for the next reading: at most maxPooled of each power of two up to
// maxPooledBytes; larger ones are made anew, as weights are read seldom.
type readPool struct {
	free   map[int][]*Buffer
	closed bool
}

const (
	minPooledBytes = 256
	maxPooledBytes = 1 << 20
	maxPooled      = 4
)

func (p *readPool) take(d *Device, size int) (*Buffer, error) {
	if size <= maxPooledBytes {
		size = max(minPooledBytes, 1<<bits.Len(uint(size-1)))
		if list := p.free[size]; len(list) > 0 {
			b := list[len(list)-1]
			p.free[size] = list[:len(list)-1]
			return b, nil
		}
	}
	return d.CreateBuffer(BufferDescriptor{"reading", size, MapRead | CopyDst})
}

func (p *readPool) give(b *Buffer) {
	if p.closed || b.size > maxPooledBytes || len(p.free[b.size]) == maxPooled {
		b.Destroy()
		return
	}
	if p.free == nil {
		p.free = map[int][]*Buffer{}
	}
	p.free[b.size] = append(p.free[b.size], b)
}

func (p *readPool) close() {
	p.closed = true
	for _, list := range p.free {
		for _, b := range list {
			b.Destroy()
		}
	}
	p.free = nil
}

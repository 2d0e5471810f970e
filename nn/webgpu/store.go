//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/binary"
	"math"
	"sync"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	gpu "github.com/fovea-nn/fovea/webgpu"
)

// store keeps each value in a buffer of its own.
type store struct {
	d      *Device
	mu     sync.Mutex
	values map[string]*stored
	closed bool
}

type stored struct {
	buf *gpu.Buffer
	graph.Type
	half bool // numbers of 16 bits lie in buf
}

// bytes is what it takes, in whole words.
func (v stored) bytes() int {
	if v.half {
		return halfBytes(v.Shape.Elems())
	}
	return (v.Shape.Elems()*v.Type.Type.Bytes() + 3) / 4 * 4
}

// encode gives t, which is called name, as it will lie in buf.
func (v stored) encode(name string, t plan.Tensor) ([]byte, error) {
	if v.half {
		return encodeHalf(name, t)
	}
	return encode(nil, t), nil
}

// NewStore makes an empty store.
func (d *Device) NewStore() (plan.Store, error) {
	if err := d.usable(); err != nil {
		return nil, err
	}
	return &store{d: d, values: map[string]*stored{}}, nil
}

func (d *Device) usable() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return graph.ErrClosed
	}
	return kind(d.dev.Err())
}

func (s *store) Write(name string, t plan.Tensor) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return graph.ErrClosed
	}
	v := s.values[name]
	if v == nil {
		v = &stored{Type: graph.Type{Shape: t.Shape.Clone(), Type: t.Type}, half: s.d.half && t.Type == graph.F32 && len(t.Shape) > 1}
	}
	if err := t.Check(name, v.Type.Type, v.Shape); err != nil {
		return err
	}
	b, err := v.encode(name, t)
	if err != nil {
		return err
	}
	if v.buf == nil {
		buf, err := s.d.buffer(name, v.bytes())
		if err != nil {
			return err
		}
		v.buf, s.values[name] = buf, v
	}
	return kind(s.d.dev.Queue().WriteBuffer(v.buf, 0, b))
}

func (s *store) Fetch(names ...string) plan.Reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return plan.Failed(graph.ErrClosed)
	}
	var r readings
	for _, n := range names {
		v := s.values[n]
		if v == nil {
			return plan.Failed(plan.Unknown("value", n))
		}
		r.add(s.d, *v)
	}
	return r.wait
}

func (s *store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.values {
		v.buf.Destroy()
	}
	s.closed, s.values = true, nil
	return nil
}

// readings are copies on their way.
type readings struct {
	r    []*gpu.Reading
	from []stored
}

func (r *readings) add(d *Device, v stored) {
	r.r = append(r.r, d.dev.Read(v.buf, 0, v.bytes()))
	r.from = append(r.from, v)
}

func (r *readings) wait(ctx context.Context) ([]plan.Tensor, error) {
	var out []plan.Tensor
	for i, x := range r.r {
		b, err := x.Wait(ctx)
		if err != nil {
			return nil, kind(err)
		}
		if r.from[i].half {
			out = append(out, decodeHalf(b, r.from[i].Type))
		} else {
			out = append(out, decode(b, r.from[i].Type))
		}
	}
	return out, nil
}

// encode appends t as the GPU has it: little-endian, padded to whole words.
func encode(dst []byte, t plan.Tensor) []byte {
	for _, v := range t.F32 {
		dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(v))
	}
	for _, v := range t.I32 {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
	}
	dst = append(dst, t.U8...)
	for _, v := range t.I8 {
		dst = append(dst, byte(v))
	}
	for len(dst)%4 != 0 {
		dst = append(dst, 0)
	}
	return dst
}

func decode(b []byte, typ graph.Type) plan.Tensor {
	n := typ.Shape.Elems()
	t := plan.Tensor{Shape: typ.Shape, Type: typ.Type}
	switch typ.Type {
	case graph.F32:
		t.F32 = make([]float32, n)
		for i := range t.F32 {
			t.F32[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
	case graph.U8:
		t.U8 = b[:n]
	case graph.I8:
		t.I8 = make([]int8, n)
		for i := range t.I8 {
			t.I8[i] = int8(b[i])
		}
	default:
		t.I32 = make([]int32, n)
		for i := range t.I32 {
			t.I32[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
		}
	}
	return t
}

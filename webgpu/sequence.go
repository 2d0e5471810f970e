//go:build js && wasm

package webgpu

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"syscall/js"
)

// replayVersion is the version of replay.js that this code fits.
const replayVersion = 2

// Command is a Write, a Dispatch, a Copy or a CopyToTexture.
type Command interface {
	encode(*encoder) error
}

// Write copies Size bytes at StagingOffset of the sequence's staging area to the buffer.
// Writes come before all other commands.
type Write struct {
	Buffer                      *Buffer
	Offset, StagingOffset, Size int
}

// Dispatch runs X·Y·Z workgroups of the pipeline; Y and Z 0 are 1.
//
// https://www.w3.org/TR/webgpu/#dom-gpucomputepassencoder-dispatchworkgroups
type Dispatch struct {
	Pipeline  *ComputePipeline
	BindGroup *BindGroup
	X, Y, Z   int
}

// Copy copies Size bytes between two different buffers.
//
// https://www.w3.org/TR/webgpu/#dom-gpucommandencoder-copybuffertobuffer
type Copy struct {
	Src       *Buffer
	SrcOffset int
	Dst       *Buffer
	DstOffset int
	Size      int
}

// Sequence is commands recorded once, replayed by one call into JavaScript.
type Sequence struct {
	d       *Device
	label   string
	staging []byte
	bytes   js.Value // a Uint8Array as long as staging
	run     js.Value
}

// CreateSequence records commands, which run in this order, each seeing what those before have written.
// Memory that a command uses must not be destroyed before the last Run. Which dispatch is wrong, an error
// scope around the first Run tells.
func (d *Device) CreateSequence(label string, commands []Command) (*Sequence, error) {
	if err := d.Err(); err != nil {
		return nil, err
	}
	replay := js.Global().Get("foveaReplay")
	if replay.Type() != js.TypeObject {
		return nil, errors.New("webgpu: globalThis.foveaReplay is missing: the page or worker must load replay.js before the program")
	}
	if v := number(replay.Get("version")); v != replayVersion {
		return nil, fmt.Errorf("webgpu: replay.js has version %d, want %d: it and the program come from different builds", v, replayVersion)
	}
	e := &encoder{d: d, index: map[any]int{}, objects: array(0)}
	for i, c := range commands {
		if c == nil {
			return nil, invalid(label, "command %d is nil", i)
		}
		if err := c.encode(e); err != nil {
			return nil, fmt.Errorf("sequence %q: command %d: %w", label, i, err)
		}
	}
	s := &Sequence{d: d, label: label, staging: make([]byte, e.staging)}
	if len(s.staging) > 0 {
		s.bytes = uint8Array(len(s.staging))
	}
	code := uint8Array(len(e.code))
	js.CopyBytesToJS(code, e.code)
	s.run = replay.Call("record", d.v, label, e.objects, code, s.bytes)
	return counted(s, &d.counts.sequences), nil
}

// Staging returns the memory that the Writes read, at each Run, as far as they need it.
func (s *Sequence) Staging() []byte { return s.staging }

// Run submits the commands once and returns without waiting for the GPU.
func (s *Sequence) Run() (err error) {
	select {
	case <-s.d.lost:
		return s.d.Err()
	default:
	}
	defer func() {
		if e := recover(); e != nil {
			thrown, ok := e.(js.Error)
			if !ok {
				panic(e)
			}
			err = fmt.Errorf("sequence %q: %w", s.label, jsError(thrown.Value))
		}
	}()
	if len(s.staging) > 0 {
		js.CopyBytesToJS(s.bytes, s.staging)
	}
	s.run.Invoke()
	return nil
}

// encoder writes the command list of replay.js.
type encoder struct {
	d       *Device
	code    []byte
	objects js.Value
	index   map[any]int // object → its place in objects
	staging int
	begun   bool // a command that is not a Write was there
}

func (e *encoder) put(numbers ...int) {
	for _, n := range numbers {
		e.code = binary.LittleEndian.AppendUint64(e.code, math.Float64bits(float64(n)))
	}
}

func (e *encoder) handle(key any, v js.Value) int {
	i, ok := e.index[key]
	if !ok {
		i = len(e.index)
		e.index[key] = i
		e.objects.SetIndex(i, v)
	}
	return i
}

func (w Write) encode(e *encoder) error {
	if err := w.Buffer.check("write", CopyDst, w.Offset, w.Size); err != nil {
		return err
	}
	if e.begun {
		return invalid(w.Buffer.label, "write after a dispatch or copy: want all writes first")
	}
	if w.StagingOffset < 0 {
		return invalid(w.Buffer.label, "write from %d of the staging area", w.StagingOffset)
	}
	e.staging = max(e.staging, w.StagingOffset+w.Size)
	e.put(0, e.handle(w.Buffer, w.Buffer.v), w.Offset, w.StagingOffset, w.Size)
	return nil
}

func (c Dispatch) encode(e *encoder) error {
	if c.Pipeline == nil || c.BindGroup == nil {
		return invalid("", "dispatch without a pipeline or bind group")
	}
	x, y, z := c.X, max(c.Y, 1), max(c.Z, 1)
	if most := e.d.limits.MaxComputeWorkgroupsPerDimension; x < 1 || max(x, y, z) > most {
		return invalid(c.Pipeline.label, "dispatch of %d·%d·%d workgroups: want 1 to %d in each dimension", x, y, z, most)
	}
	e.begun = true
	e.put(1, e.handle(c.Pipeline, c.Pipeline.v), e.handle(c.BindGroup, c.BindGroup.v), x, y, z)
	return nil
}

func (c Copy) encode(e *encoder) error {
	if err := c.Src.check("copy from", CopySrc, c.SrcOffset, c.Size); err != nil {
		return err
	}
	if err := c.Dst.check("copy to", CopyDst, c.DstOffset, c.Size); err != nil {
		return err
	}
	if c.Src == c.Dst {
		return invalid(c.Src.label, "copy within one buffer: want two")
	}
	e.begun = true
	e.put(2, e.handle(c.Src, c.Src.v), c.SrcOffset, e.handle(c.Dst, c.Dst.v), c.DstOffset, c.Size)
	return nil
}

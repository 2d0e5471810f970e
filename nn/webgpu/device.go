//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	gpu "github.com/fovea-nn/fovea/webgpu"
)

// Device is a GPU as the browser offers it.
type Device struct {
	dev       *gpu.Device
	info      plan.Info
	tuning    Tuning
	pipelines *pipelines
	chooser   *chooser // of variants; nil takes the tuning as it is
	half      bool     // see Options

	mu     sync.Mutex
	closed bool
}

// pipelines by their source.
type pipelines struct {
	mu sync.Mutex
	of map[string]*pipeline
}

// Options change what Open does.
type Options struct {
	// Tune changes what kernels are made for; tests and experiments use it.
	Tune func(*Tuning)
	// Notes keeps what was found out about an adapter for the next time; nil finds it out each time.
	Notes Notes
	// Choose says when variants of kernels are tested against the reference and measured on first use: nil does it on adapters
	// that are no software ones, on which a test takes longer than it can gain.
	Choose *bool
	// Half keeps f32 values of two axes or more, which weights are, as numbers of 16 bits: half the memory, and half of what a
	// net of one picture reads. Where the adapter computes with such numbers, products do, with sums of four of them as 16
	// bits and the rest as 32. The device serves prediction: Compile refuses a program that would change such a value.
	Half bool
}

// pipeline is compiled once for each source, by whoever asks first.
type pipeline struct {
	done chan struct{}
	p    *gpu.ComputePipeline
	err  error
}

// computesHalf is the feature of adapters that compute with numbers of 16 bits.
const computesHalf = "shader-f16"

// Open asks the browser for an adapter and a device with the adapter's limits. It returns gpu.ErrUnavailable, with the reason,
// where there is none.
func Open(ctx context.Context, o Options) (*Device, error) {
	a, err := gpu.RequestAdapter(ctx, &gpu.RequestAdapterOptions{PowerPreference: "high-performance"})
	if err != nil {
		return nil, err
	}
	lim := a.Limits()
	var features []string
	if o.Half && slices.Contains(a.Features(), computesHalf) {
		features = []string{computesHalf}
	}
	dev, err := a.RequestDevice(ctx, &gpu.DeviceDescriptor{Label: "fovea", RequiredFeatures: features, RequiredLimits: map[string]float64{
		"maxBufferSize":               float64(lim.MaxBufferSize),
		"maxStorageBufferBindingSize": float64(lim.MaxStorageBufferBindingSize),

		"maxComputeWorkgroupStorageSize": float64(lim.MaxComputeWorkgroupStorageSize),
	}})
	if err != nil {
		return nil, fmt.Errorf("webgpu: the adapter gave no device: %w", err)
	}
	info, software := describe(a.Info())
	tuning := DefaultTuning(software, lim.MaxComputeWorkgroupStorageSize)
	if len(features) > 0 {
		tuning.Fours = "f16"
	}
	// On a processor the instruction is taken apart into single bytes, for every product anew.
	tuning.Packed = !software && gpu.LanguageFeature("packed_4x8_integer_dot_product")
	if o.Tune != nil {
		o.Tune(&tuning)
	}
	d := &Device{
		dev: dev, pipelines: &pipelines{of: map[string]*pipeline{}}, tuning: tuning, half: o.Half,
		info: plan.Info{Backend: "webgpu", Adapter: info, Software: software, Threads: 1, Queue: 4},
	}
	if o.Choose == nil && !software || o.Choose != nil && *o.Choose {
		d.chooser = newChooser(ctx, d, o.Notes)
	}
	return d, nil
}

// describe names an adapter and tells whether it runs on a processor.
func describe(i gpu.AdapterInfo) (name string, software bool) {
	all := strings.ToLower(i.Vendor + " " + i.Architecture + " " + i.Device + " " + i.Description)
	software = i.IsFallback || strings.Contains(all, "swiftshader") || strings.Contains(all, "llvmpipe") || strings.Contains(all, "lavapipe") || strings.Contains(all, "basic render")
	for _, s := range []string{i.Description, i.Device, strings.TrimSpace(i.Vendor + " " + i.Architecture)} {
		if s != "" && !strings.HasPrefix(s, "0x") {
			name = s
			break
		}
	}
	if name == "" {
		name = "unnamed adapter"
	}
	if software {
		name += " (software adapter)"
	}
	return name, software
}

// Info describes the device.
func (d *Device) Info() plan.Info { return d.info }

// Lost is closed, after one message, when the device goes away.
func (d *Device) Lost() <-chan gpu.LostInfo { return d.dev.Lost() }

// Stats counts the live objects of the device.
func (d *Device) Stats() Counts { return d.dev.Stats() }

// Counts are the live objects of a device.
type Counts = gpu.Counts

// Destroy makes the device lost, as a driver fault would; tests use it.
func (d *Device) Destroy() { d.dev.Destroy() }

// Close destroys the device and all that it made.
func (d *Device) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.closed = true
		d.dev.Destroy()
	}
	return nil
}

// kind turns an error of the bindings into one of graph's kinds.
func kind(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gpu.ErrDeviceLost):
		return fmt.Errorf("%w: %w", graph.ErrDeviceLost, err)
	case errors.Is(err, gpu.ErrOutOfMemory):
		return fmt.Errorf("%w: %w", graph.ErrOutOfMemory, err)
	}
	return err
}

func (d *Device) buffer(label string, bytes int) (*gpu.Buffer, error) {
	lim := d.dev.Limits()
	bytes = max(16, (bytes+15)/16*16)
	if most := min(lim.MaxBufferSize, lim.MaxStorageBufferBindingSize); bytes > most {
		return nil, fmt.Errorf("webgpu: %s needs %d bytes in one buffer, this adapter takes %d; use a smaller batch or picture: %w",
			label, bytes, most, graph.ErrOutOfMemory)
	}
	b, err := d.dev.CreateBuffer(gpu.BufferDescriptor{Label: label, Size: bytes, Usage: gpu.Storage | gpu.CopySrc | gpu.CopyDst})
	return b, kind(err)
}

// pipeline returns the pipeline of a source, compiling it if nobody has yet.
func (d *Device) pipeline(ctx context.Context, label, source string) (*gpu.ComputePipeline, error) {
	d.pipelines.mu.Lock()
	p := d.pipelines.of[source]
	if p == nil {
		p = &pipeline{done: make(chan struct{})}
		d.pipelines.of[source] = p
		go func() {
			defer close(p.done)
			m, err := d.dev.CompileShader(context.Background(), label, source)
			if err == nil {
				p.p, err = d.dev.CreateComputePipeline(context.Background(), gpu.ComputePipelineDescriptor{Label: label, Module: m, EntryPoint: "main"})
			}
			p.err = kind(err)
		}()
	}
	d.pipelines.mu.Unlock()
	select {
	case <-p.done:
		return p.p, p.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

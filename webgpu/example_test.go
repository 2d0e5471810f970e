//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/binary"
	"fmt"
	"log"
)

// Doubles numbers on the GPU. (A helper checks errors to keep it short.)
func Example() {
	ctx := context.Background()
	adapter, err := RequestAdapter(ctx, nil)
	check(err) // ErrUnavailable says in words why there is none
	device, err := adapter.RequestDevice(ctx, nil)
	check(err)
	defer device.Destroy()

	shader, err := device.CompileShader(ctx, "double", `
		@group(0) @binding(0) var<storage, read_write> x: array<u32>;
		@compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id: vec3u) {
			if (id.x < arrayLength(&x)) { x[id.x] *= 2; }
		}`)
	check(err)
	pipeline, err := device.CreateComputePipeline(ctx, ComputePipelineDescriptor{Label: "double", Module: shader})
	check(err)
	x, err := device.CreateBuffer(BufferDescriptor{Label: "x", Size: 12, Usage: Storage | CopySrc | CopyDst})
	check(err)
	group, err := device.CreateBindGroup(BindGroupDescriptor{
		Label: "double", Layout: pipeline.BindGroupLayout(0), Entries: []BindGroupEntry{{Binding: 0, Buffer: x}},
	})
	check(err)
	step, err := device.CreateSequence("step", []Command{
		Write{Buffer: x, Size: 12},
		Dispatch{Pipeline: pipeline, BindGroup: group, X: 1},
	})
	check(err)

	for i := range 3 {
		binary.LittleEndian.PutUint32(step.Staging()[4*i:], uint32(i+1))
	}
	check(step.Run())
	out, err := device.Read(x, 0, 12).Wait(ctx)
	check(err)
	fmt.Println(out)
	// prints [2 0 0 0 4 0 0 0 6 0 0 0]
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

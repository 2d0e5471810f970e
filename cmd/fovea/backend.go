package main

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
)

// backends open devices; 0 threads are as many as there are processors. In a browser there are more.
var backends = map[string]func(ctx context.Context, threads int) (plan.Device, error){
	"cpu": func(_ context.Context, threads int) (plan.Device, error) { return cpu.New(threads), nil },
	"simd": func(ctx context.Context, threads int) (plan.Device, error) {
		d, err := simd.Open(ctx, simd.Options{Threads: threads})
		if err != nil {
			return nil, fmt.Errorf("SIMD does not start: %w", err)
		}
		return d, nil
	},
}

// openBackend opens a device by name.
func openBackend(ctx context.Context, name string, threads int) (plan.Device, error) {
	if threads < 0 {
		return nil, usagef("--threads: got %d, want 0 or more", threads)
	}
	open := backends[name]
	switch {
	case open == nil && name == "webgpu":
		return nil, usagef("--backend webgpu: WebGPU is there in a browser only; start the command in one (go doc ./cmd/fovea tells how), or choose cpu or simd")
	case open == nil:
		return nil, usagef("--backend: got %q, want cpu, simd or webgpu", name)
	}
	return open(ctx, threads)
}

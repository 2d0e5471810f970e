package main

import (
	"context"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
)

// openBackend opens a device by name; 0 threads are as many as there are processors.
func openBackend(ctx context.Context, name string, threads int) (plan.Device, error) {
	if threads < 0 {
		return nil, usagef("--threads: got %d, want 0 or more", threads)
	}
	switch name {
	case "cpu":
		return cpu.New(threads), nil
	case "simd":
		d, err := simd.Open(ctx, simd.Options{Threads: threads})
		if err != nil {
			return nil, err
		}
		return d, nil
	case "webgpu":
		return nil, usagef("--backend webgpu: WebGPU is there in a browser only; call profile of the JavaScript API, or choose cpu or simd")
	}
	return nil, usagef("--backend: got %q, want cpu or simd", name)
}

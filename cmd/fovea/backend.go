package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

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

// deviceFlags say what computes.
type deviceFlags struct {
	backend string
	threads int
}

func (f *deviceFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.backend, "backend", "simd", "what computes: cpu, simd, or in a browser webgpu")
	c.Flags().IntVar(&f.threads, "threads", 0, "threads; 0 means one for each processor")
}

// open opens the device.
func (f *deviceFlags) open(ctx context.Context) (plan.Device, error) {
	if f.threads < 0 {
		return nil, usagef("--threads: got %d, want 0 or more", f.threads)
	}
	open := backends[f.backend]
	switch {
	case open == nil && f.backend == "webgpu":
		return nil, usagef("--backend webgpu: WebGPU is there in a browser only; start the command in one (go doc ./cmd/fovea tells how), or choose cpu or simd")
	case open == nil:
		return nil, usagef("--backend: got %q, want cpu, simd or webgpu", f.backend)
	}
	return open(ctx, f.threads)
}

//go:build js && wasm

package main

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

func init() {
	backends["webgpu"] = func(ctx context.Context, _ int) (plan.Device, error) {
		d, err := webgpu.Open(ctx, webgpu.Options{})
		if err != nil {
			return nil, fmt.Errorf("WebGPU does not start: %w", err)
		}
		return d, nil
	}
}

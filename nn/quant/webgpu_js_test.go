package quant_test

import (
	"context"
	"testing"

	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

func init() {
	backends["webgpu"] = func(t testing.TB) plan.Device {
		d, err := webgpu.Open(context.Background(), webgpu.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
}

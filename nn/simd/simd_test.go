package simd_test

import (
	"context"
	"testing"

	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/simd"
)

func TestDevice(t *testing.T) {
	for _, threads := range []int{1, 3} {
		d, err := simd.Open(context.Background(), simd.Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		plantest.Run(t, d)
		d.Close()
	}
}

package nn_test

import (
	"context"
	"testing"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

// This runs in Node.js on Dawn: go test -c ./nn for GOOS=js, then node scripts/dawn.mjs.

// TestQuantisedOnGPU opens the file of a quantised net on WebGPU, with weights of f32 kept whole and in half, moves it to the
// processor and back.
func TestQuantisedOnGPU(t *testing.T) {
	ctx := context.Background()
	_, whole := quantised(t, manyKinds)
	file, err := whole.Save(ctx)
	if err != nil {
		t.Fatal(err)
	}
	gpu := func(half bool) *webgpu.Device {
		d, err := webgpu.Open(ctx, webgpu.Options{Half: half})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	x := drawnPictures(2, 1, 12*10*3)[0]
	want, err := whole.PredictValues(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	for _, half := range []bool{false, true} {
		n := opened(t, gpu(half), file)
		for move := range 3 {
			switch move {
			case 1:
				err = n.Move(ctx, cpu.New(1))
			case 2:
				err = n.Move(ctx, gpu(half))
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := n.PredictValues(ctx, x)
			if err != nil {
				t.Fatal(err)
			}
			if r := approx.Compare(widened(got), widened(want), 5e-3, 0); !r.OK() {
				t.Errorf("half %v, moved %d times: %v", half, move, r)
			}
		}
	}
}

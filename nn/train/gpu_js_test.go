//go:build js && wasm

package train_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
	"github.com/fovea-nn/fovea/nn/webgpu"
)

func openGPU(t *testing.T) *webgpu.Device {
	t.Helper()
	d, err := webgpu.Open(context.Background(), webgpu.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestTenLostGPUs destroys the GPU's device ten times in one run, at any moment of a step. With a copy after every step the
// weights are those of an undisturbed run, to the bit, and each loss is one line for the log.
func TestTenLostGPUs(t *testing.T) {
	cfg := config()
	cfg.Epochs = 6 // of 8 steps
	session := func(d plan.Device) *train.Session {
		s, err := train.NewSession(d, linear{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	calm := openGPU(t)
	defer calm.Close()
	want := trained(t, session(calm), cfg)

	d := openGPU(t)
	defer func() { d.Close() }()
	lost, notices := 0, 0
	cfg.CopyEvery = time.Nanosecond
	cfg.Recover = func(context.Context, error) (plan.Device, error) {
		lost++
		d = openGPU(t)
		return d, nil
	}
	cfg.Observe = func(e train.Event) {
		switch {
		case e.Step != nil && e.Step.Step%4 == 0 && lost == e.Step.Step/4-1 && lost < 10:
			gone := d
			js.Global().Call("setTimeout", js.FuncOf(func(js.Value, []js.Value) any { gone.Destroy(); return nil }), lost%3)
			time.Sleep(5 * time.Millisecond)
		case strings.Contains(e.Notice, "device was lost"):
			notices++
		}
	}
	sameBits(t, trained(t, session(d), cfg), want)
	if lost != 10 || notices != 10 {
		t.Errorf("%d devices were lost with %d notices, want 10 and 10", lost, notices)
	}
}

// TestSteadyGPUMemory trains 2,000 steps in batches that rise and fall, each size a program of its own, and sees that what the
// device holds is the same after each round. (The soak test watches the page's heap.)
func TestSteadyGPUMemory(t *testing.T) {
	d := openGPU(t)
	defer d.Close()
	s, err := train.NewSession(d, linear{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	cfg := config()
	cfg.Epochs = 2
	cfg.Observe = func(e train.Event) {
		if e.Step != nil {
			steps++
		}
	}
	var first webgpu.Counts
	for round := 0; steps < 2000; round++ {
		for _, cfg.Batch = range []int{1, 3, 8, 32, 16, 5, 2} {
			trained(t, s, cfg)
		}
		var now webgpu.Counts
		for range 3 { // cleanups run after a collection, and what they drop needs the next
			runtime.GC()
			time.Sleep(10 * time.Millisecond)
			now = d.Stats()
		}
		now.ShaderModules, now.Pipelines = 0, 0 // kept for the next program of that size
		switch {
		case round == 0:
			first = now
		case now.BufferBytes > first.BufferBytes || now.Buffers > first.Buffers || now.Sequences > first.Sequences+1 || now.BindGroups > first.BindGroups+20 || now.Promises != 0:
			t.Fatalf("after round %d of training the device holds %+v, after the first %+v", round, now, first)
		}
	}
	t.Logf("%d steps: %+v", steps, first)
}

// TestHalfSession predicts with weights of 16 bits, refuses to train with them, and loses none of the bits that it was given.
func TestHalfSession(t *testing.T) {
	d, err := webgpu.Open(context.Background(), webgpu.Options{Half: true})
	if err != nil {
		t.Fatal(err)
	}
	half, err := train.NewSession(d, linear{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer half.Close()
	full, err := train.NewSession(cpu.New(1), linear{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	picture := []byte{200, 10, 30, 20}
	got, err := half.Predict(context.Background(), picture)
	if err != nil {
		t.Fatal(err)
	}
	want, err := full.Predict(context.Background(), picture)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(float64(got[0]-want[0])) > 1e-3 || got[0] == want[0] {
		t.Errorf("got %v, want about %v but not its bits", got, want)
	}
	weights := func(s *train.Session) map[string]plan.Tensor {
		w, err := s.Weights(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	sameBits(t, weights(half), weights(full))
	if err := half.Train(context.Background(), corners(64), config()); !errors.Is(err, graph.ErrUnsupported) {
		t.Errorf("training: got %v, want an error that is graph.ErrUnsupported", err)
	}
	const name = "fc1.weight"
	sameBits(t, map[string]plan.Tensor{name: weights(half)[name]}, map[string]plan.Tensor{name: weights(full)[name]})
}

package nn_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/safetensors"
	"github.com/fovea-nn/fovea/nn/train"
)

const dropping = "INPUT 12x12x1 -> CONV 3x3x4 pad 1 -> RELU -> POOL 2 -> DROPOUT 0.3 -> FC 8 -> RELU -> DROPOUT 0.5 -> FC 3"

// watched is a run of 4 epochs of 3 steps, with everything that has a state: moments or velocities, an average, a
// schedule that falls with the step or with the scores.
func watched(kind string) train.Config {
	c := train.Config{Optimizer: train.Optimizer{Kind: kind, Momentum: 0.9}, Epochs: 4, Batch: 20, LearningRate: 0.05, Schedule: train.Schedule{Kind: train.Cosine}, Seed: 3,
		Validation: bars(30, 2), Watch: train.Watch{Metric: "accuracy", Patience: 3, KeepBest: true}}
	c.Augment = train.Augment{Mirror: 0.5, Shift: 1, Brightness: 0.1, Noise: 0.1}
	if kind == "adam" {
		c.Augment.Mixup = 0.3
		c.LearningRate, c.Average, c.Batch, c.Accumulate = 0.02, 0.9, 10, 2
		c.Schedule = train.Schedule{Kind: train.OnPlateau, Factor: 0.5}
	}
	return c
}

// run trains n until the step, of which it is told by its result or by its evaluation, and then stops.
func run(t *testing.T, n *nn.Net, cfg train.Config, stop func(train.Event) bool) (events []string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cfg.Observe = func(e train.Event) {
		switch {
		case e.Step != nil:
			events = append(events, fmt.Sprintf("step %d: %v", e.Step.Step, e.Step.Loss))
		case e.Score != nil:
			events = append(events, fmt.Sprintf("epoch %d: %v", e.Epoch, e.Score.Loss))
		default:
			events = append(events, e.Notice)
		}
		if stop(e) {
			cancel()
		}
	}
	if err := n.Train(ctx, bars(60, 1), cfg); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return events
}

// TestResumedRunIsTheUnbrokenOne stops inside an epoch, at its last step before and after its evaluation, and in the last
// epoch, goes on from the file, and compares everything that happens and what comes out with a run that never stopped.
func TestResumedRunIsTheUnbrokenOne(t *testing.T) {
	never := func(train.Event) bool { return false }
	step := func(k int) func(train.Event) bool {
		return func(e train.Event) bool { return e.Step != nil && e.Step.Step == k }
	}
	epoch := func(k int) func(train.Event) bool {
		return func(e train.Event) bool { return e.Score != nil && e.Epoch == k }
	}
	open := func() *nn.Net {
		n, err := nn.New(cpu.New(1), dropping, nil, 7)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { n.Close() })
		return n
	}
	for _, kind := range []string{"momentum", "adam"} {
		unbroken := open()
		want := run(t, unbroken, watched(kind), never)
		whole, err := unbroken.Checkpoint(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if whole.Best == nil || whole.State.BestEpoch == 0 {
			t.Fatalf("%s: got %+v, want a run that keeps its best epoch", kind, whole.State)
		}
		for name, stop := range map[string]func(train.Event) bool{
			"step 1": step(1), "step 5": step(5), "last step of an epoch": step(6), "after the evaluation": epoch(2), "step 11": step(11), "last step": step(12),
		} {
			first := open()
			got := run(t, first, watched(kind), stop)
			path := filepath.Join(t.TempDir(), "run.safetensors")
			if err := first.SaveFile(context.Background(), path); err != nil {
				t.Fatal(err)
			}
			file, err := nn.OpenCheckpoint(path)
			if err != nil {
				t.Fatal(err)
			}
			second, err := nn.NewFromFile(cpu.New(1), file)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { second.Close() })
			cfg := watched(kind)
			cfg.Resume = true
			got = append(got, run(t, second, cfg, never)...)
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s, %s: got\n%s\nwant\n%s", kind, name, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			c, err := second.Checkpoint(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if c.State != whole.State {
				t.Errorf("%s, %s: state: got %+v, want %+v", kind, name, c.State, whole.State)
			}
			same(t, kind+", "+name, floats(whole.Weights), floats(c.Weights))
			same(t, kind+", best, "+name, floats(whole.Best), floats(c.Best))
		}
	}
}

func TestResumeRefusesAnotherRun(t *testing.T) {
	n := newNet(t, 1)
	cfg := config()
	cfg.Epochs = 1
	weights(t, n, cfg)
	cfg.Resume, cfg.Batch = true, 10
	if err := n.Train(context.Background(), bars(100, 1), cfg); err == nil || !strings.Contains(err.Error(), "batch: got 10, want 20") {
		t.Errorf("another batch: got %v", err)
	}
	cfg.Batch = 20
	if err := n.Train(context.Background(), bars(80, 1), cfg); err == nil || !strings.Contains(err.Error(), "samples: got 80, want 100") {
		t.Errorf("another data set: got %v", err)
	}
}

// saved returns a file and where its data begins.
func saved(t *testing.T) (n *nn.Net, path string, b []byte, data int) {
	t.Helper()
	n = newNet(t, 1)
	path = filepath.Join(t.TempDir(), "net.safetensors")
	if err := n.SaveFile(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return n, path, b, 8 + int(binary.LittleEndian.Uint64(b))
}

// TestDamagedCheckpoint changes single bits all over the header and, more sparsely, the data, and cuts the file short.
// Nothing of it may pass, and the error offers the checkpoint before.
func TestDamagedCheckpoint(t *testing.T) {
	n, path, b, data := saved(t)
	if err := n.SaveFile(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	check := func(what string, damaged []byte, words ...string) {
		t.Helper()
		if _, err := nn.Inspect(damaged); err == nil {
			t.Errorf("%s: no error", what)
			return
		}
		if len(words) == 0 {
			return
		}
		if _, err := n.Restore(damaged); err == nil {
			t.Errorf("%s: restored", what)
		}
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := nn.OpenCheckpoint(path)
		var ce *nn.CheckpointError
		if !errors.As(err, &ce) || ce.Path != path || ce.Previous != path+".previous" || !errors.Is(err, safetensors.ErrFormat) && !errors.Is(err, graph.ErrFormat) {
			t.Fatalf("%s: got %v, want a CheckpointError that offers the previous one", what, err)
		}
		for _, w := range append(words, path, ce.Previous) {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: the error lacks %q: %v", what, w, err)
			}
		}
		if _, opened := nn.OpenFile(cpu.New(1), path, nn.OpenOptions{}); opened == nil || opened.Error() != err.Error() {
			t.Errorf("%s: OpenFile: got %v, want %v", what, opened, err)
		}
		if c, err := ce.OpenPrevious(); err != nil || c.Saved.Text != n.Summary.Text {
			t.Errorf("%s: previous: got %v", what, err)
		}
	}
	flipped := func(at, bit int) []byte {
		c := append([]byte(nil), b...)
		c[at] ^= 1 << bit
		return c
	}
	for at := 0; at < data; at += 2 {
		check(fmt.Sprintf("byte %d of the header", at), flipped(at, at%7))
	}
	for at := data; at < len(b); at += 11 {
		check(fmt.Sprintf("byte %d of %d", at, len(b)), flipped(at, at%8))
	}
	for _, size := range []int{0, 1, 7, 8, 9, data / 2, data - 1, data, data + 1, len(b) - 4, len(b) - 1} {
		check(fmt.Sprintf("%d of %d bytes", size, len(b)), b[:size], "byte")
	}
	check("a byte too much", append(append([]byte(nil), b...), 0), "data")
	check("first tensor", flipped(data, 3), `tensor "conv1.bias"`, fmt.Sprintf("bytes %d to", data))
	check("last byte", flipped(len(b)-1, 3), "bytes", fmt.Sprintf("to %d", len(b)))
	check("padding of the header", flipped(data-1, 0), "header")
}

// TestInterruptedSave has only the previous file left, as when a save is cut off between its two renamings.
func TestInterruptedSave(t *testing.T) {
	_, path, _, _ := saved(t)
	if err := os.Rename(path, path+".previous"); err != nil {
		t.Fatal(err)
	}
	_, err := nn.OpenCheckpoint(path)
	var ce *nn.CheckpointError
	if !errors.As(err, &ce) || ce.Previous == "" || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v, want an offer of the previous one", err)
	}
	if _, err := nn.OpenFile(cpu.New(1), path, nn.OpenOptions{}); !errors.As(err, &ce) || ce.Previous == "" {
		t.Errorf("OpenFile: got %v, want an offer of the previous one", err)
	}
	if err := os.WriteFile(ce.Previous, []byte("broken too"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := nn.OpenCheckpoint(path); !errors.As(err, &ce) || ce.Previous != "" {
		t.Errorf("both are broken: got %v, want no offer", err)
	}
	if _, err := nn.OpenFile(cpu.New(1), path, nn.OpenOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("both are broken: OpenFile: got %v, want that there is no such file", err)
	}
	if _, err := ce.OpenPrevious(); err == nil {
		t.Error("there is no previous one, but it was opened")
	}
}

// TestCutOff: a file that is cut off and has none before it is told as what it is, not as a broken ONNX model.
func TestCutOff(t *testing.T) {
	_, path, b, data := saved(t)
	for _, size := range []int{9, data / 2, len(b) - 1} {
		if err := os.WriteFile(path, b[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := nn.OpenFile(cpu.New(1), path, nn.OpenOptions{}); !errors.Is(err, safetensors.ErrFormat) || !strings.Contains(err.Error(), path) {
			t.Errorf("%d of %d bytes: got %v", size, len(b), err)
		}
	}
}

// TestOpenFile: a net comes back from its file with its run, and goes on from there.
func TestOpenFile(t *testing.T) {
	n, path, _, _ := saved(t)
	again, err := nn.OpenFile(cpu.New(1), path, nn.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if again.Summary.Text != n.Summary.Text || again.Run.Seed != n.Run.Seed {
		t.Errorf("got %q of seed %d, want %q of seed %d", again.Summary.Text, again.Run.Seed, n.Summary.Text, n.Run.Seed)
	}
}

// TestFailedSave saves into a directory that does not exist; nothing is left behind.
func TestFailedSave(t *testing.T) {
	n, path, _, _ := saved(t)
	if err := n.SaveFile(context.Background(), filepath.Join(path, "below.safetensors")); err == nil {
		t.Error("saved below a file")
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("got %v %v, want the one file", left, err)
	}
}

// TestFirstFormat reads a file without state and checksum.
func TestFirstFormat(t *testing.T) {
	n, _, b, _ := saved(t)
	f, err := safetensors.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	f.Metadata["format"] = "fovea 1"
	for _, key := range []string{"state", "checksum", "checksums"} {
		delete(f.Metadata, key)
	}
	if b, err = safetensors.Encode(f); err != nil {
		t.Fatal(err)
	}
	if s, err := n.Restore(b); err != nil || s.State != nil {
		t.Errorf("got %v, want the net without a state", err)
	}
}

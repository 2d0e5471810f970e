package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The recipe tiny is that of MNIST for a net that trains in a moment.
func init() {
	r := mnist
	r.text, r.config.Batch = "INPUT 28x28x1 -> CONV 4x4x4 stride 4 -> RELU -> FC 10", 20
	recipes["tiny"] = r
}

// figures writes a data set as MNIST comes, with bars whose height tells the class.
func figures(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	write := func(name string, sizes []uint32, body []byte) {
		b := binary.BigEndian.AppendUint32(nil, 0x800+uint32(len(sizes)))
		for _, n := range sizes {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		if err := os.WriteFile(filepath.Join(folder, name), append(b, body...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, prefix := range []string{"train", "t10k"} {
		const n = 100
		images, labels := make([]byte, n*28*28), make([]byte, n)
		for i := range n {
			labels[i] = byte(i % 10)
			for y := 4; y < 8+2*(i%10); y++ {
				images[i*28*28+y*28+10+i/10%4] = 255
			}
		}
		write(prefix+"-images-idx3-ubyte", []uint32{n, 28, 28}, images)
		write(prefix+"-labels-idx1-ubyte", []uint32{n}, labels)
	}
	return folder
}

// A run leaves model, card and log, and no checkpoint; the card can be written again from the model alone.
func TestRun(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	folder, out := figures(t), t.TempDir()
	var w bytes.Buffer
	if err := run(context.Background(), []string{"tiny", "-data", folder, "-o", out, "-epochs", "2"}, &w); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(out, "tiny.log"))
	if err != nil || string(log) != w.String() || strings.Count(w.String(), "epoch ") != 2 {
		t.Errorf("%v; got the log\n%s", err, log)
	}
	first, err := os.ReadFile(filepath.Join(out, "tiny.json"))
	if err != nil {
		t.Fatal(err)
	}
	var c card
	err = json.Unmarshal(first, &c)
	if err != nil || c.Tested != 100 || len(c.SHA256) != 64 || len(c.PerClass) != 10 || c.Epochs != 2 {
		t.Errorf("%v; got the card %s", err, first)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "fovea-*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	if err := run(context.Background(), []string{"tiny", "-data", folder, "-o", out, "-score"}, &w); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(filepath.Join(out, "tiny.json")); err != nil || !bytes.Equal(again, first) {
		t.Errorf("%v; got the card\n%s\nwant\n%s", err, again, first)
	}
}

// A run that was interrupted ends with the model of one that was not.
func TestResume(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	folder, whole, parted := figures(t), t.TempDir(), t.TempDir()
	args := func(out string, more ...string) []string {
		return append([]string{"tiny", "-data", folder, "-o", out, "-epochs", "3"}, more...)
	}
	if err := run(context.Background(), args(whole), &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if err := run(ctx, args(parted), &stopper{at: "epoch  2", stop: stop}); err == nil {
		t.Fatal("the run was not interrupted")
	}
	if err := run(context.Background(), args(parted, "-resume"), &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	a, errA := os.ReadFile(filepath.Join(whole, "tiny.safetensors"))
	b, errB := os.ReadFile(filepath.Join(parted, "tiny.safetensors"))
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("%v, %v: got %d bytes, want the same as the %d of the unbroken run", errA, errB, len(b), len(a))
	}
}

// stopper is a writer that ends the run once it has seen a text.
type stopper struct {
	at   string
	stop func()
}

func (s *stopper) Write(b []byte) (int, error) {
	if strings.Contains(string(b), s.at) {
		s.stop()
	}
	return len(b), nil
}

func TestHoldout(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	out := t.TempDir()
	var w bytes.Buffer
	args := []string{"tiny", "-data", figures(t), "-o", out, "-epochs", "1", "-holdout", "0.2"}
	if err := run(context.Background(), args, &w); err != nil {
		t.Fatal(err)
	}
	files, _ := os.ReadDir(out)
	if len(files) > 0 || !strings.Contains(w.String(), "80 pictures") || !strings.Contains(w.String(), "20 others") {
		t.Errorf("got %v and\n%s", files, &w)
	}
}

func TestWrongArguments(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "mnist or cifar10"},
		{[]string{"imagenet"}, "mnist or cifar10"},
		{[]string{"cifar10"}, "data_batch_1.bin"},
		{[]string{"mnist", "-data", t.TempDir(), "-o", t.TempDir()}, "train-images-idx3-ubyte"},
	} {
		if err := run(context.Background(), c.args, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want an error with %q", c.args, err, c.want)
		}
	}
}

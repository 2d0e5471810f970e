package webgpu_test

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"os"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
)

// fetch returns a file of the folder beside this checkout, which the test's server has under /shared/.
func fetch(t *testing.T, path string) []byte {
	t.Helper()
	r, err := http.Get(os.Getenv("FOVEA_ORIGIN") + "/shared/" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", path, r.Status)
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPhotos: two nets with ImageNet weights that nobody here wrote see in five photos what their descriptions say. The test of
// the same name in package nn has it for the backends that run natively.
func TestPhotos(t *testing.T) {
	if os.Getenv("FOVEA_SHARED") == "" && os.Getenv("FOVEA_REQUIRE_SHARED") == "" {
		t.Skip("no photos beside this checkout: FOVEA_SHARED names no folder")
	}
	var expected struct {
		Images map[string]struct{ File string }
		Models map[string]struct {
			Crop      struct{ Size int }
			Tolerance float64 `json:"prob_tolerance"`
			Top       map[string][]struct {
				Index int
				Prob  float64
			} `json:"top5"`
		}
	}
	if err := json.Unmarshal(fetch(t, "images/expected.json"), &expected); err != nil {
		t.Fatal(err)
	}
	photos := map[string]*data.Picture{}
	for name, image := range expected.Images {
		p, err := data.Decode(fetch(t, "images/"+image.File))
		if err != nil {
			t.Fatal(err)
		}
		photos[name] = p
	}
	for name, look := range map[string]preprocess.Preprocess{
		"squeezenet_v1.0": {Order: preprocess.BGR, Scale: 1, Mean: []float64{104, 117, 123}, Deviation: []float64{1, 1, 1}},
		"darknet_tiny":    {Order: preprocess.RGB, Scale: 255},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "darknet_tiny" && os.Getenv("FOVEA_ALL_PHOTOS") == "" {
				t.Skip("FOVEA_ALL_PHOTOS is not set: compiling both nets takes a minute on a software adapter")
			}
			m, ok := expected.Models[name]
			if !ok || len(m.Top) != len(photos) {
				t.Fatalf("%d photos are described, want %d", len(m.Top), len(photos))
			}
			look.Crop, look.Size = []int{m.Crop.Size, m.Crop.Size}, []int{m.Crop.Size, m.Crop.Size}
			n, err := nn.Open(open(t), fetch(t, "models/"+name+"/model.onnx"), nn.OpenOptions{Size: look.Size, Preprocess: &look})
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			for photo, want := range m.Top {
				got, err := n.Classify(context.Background(), photos[photo], len(want))
				if err != nil {
					t.Fatal(err)
				}
				for k, w := range want {
					if g := got[k]; g.Class != w.Index || math.Abs(float64(g.Probability)-w.Prob) > m.Tolerance {
						t.Errorf("%s, place %d: got class %d with %.4f, want %d with %.4f", photo, k+1, g.Class, g.Probability, w.Index, w.Prob)
					}
				}
			}
		})
	}
}

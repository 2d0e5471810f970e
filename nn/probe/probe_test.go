package probe_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/probe"
)

// blobs has three classes about (0,0), (4,0) and (0,400), the second axis being in other units.
func blobs(n int, seed uint64) probe.Samples {
	r := rand.New(rand.NewPCG(seed, 1))
	var values []float32
	var labels []byte
	for i := range n {
		x, y := r.NormFloat64()*0.7, r.NormFloat64()*70
		values = append(values, float32([3]float64{0, 4, 0}[i%3]+x), float32([3]float64{0, 0, 400}[i%3]+y), 1)
		labels = append(labels, byte(i%3))
	}
	return probe.NewSamples(3, values, labels, 3)
}

func ExampleTrainSVM() {
	s := probe.Samples{Size: 1, Values: []float32{1, 2, 4, 5}, Labels: []int{0, 0, 1, 1}, Classes: 2}
	m, err := probe.TrainSVM(s, probe.SVMOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Predict([]float32{0}), m.Predict([]float32{6}))
	// Output: 0 1
}

func TestClassifiersTellBlobsApart(t *testing.T) {
	train, test := blobs(150, 1), blobs(300, 2)
	svm, err := probe.TrainSVM(train, probe.SVMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// The axes have other units: for the neighbours the first hardly counts, and two of the classes are one.
	near, err := probe.NewNeighbours(train, 5)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		c      probe.Classifier
		lo, hi float64
	}{"svm": {svm, 0.98, 1}, "neighbours": {near, 0.5, 0.85}} {
		if got, err := probe.Accuracy(c.c, test); err != nil || got < c.lo || got > c.hi {
			t.Errorf("%s: got %g %v, want %g to %g", name, got, err, c.lo, c.hi)
		}
	}
	again, err := probe.TrainSVM(train, probe.SVMOptions{})
	if err != nil || fmt.Sprint(again) != fmt.Sprint(svm) {
		t.Errorf("the same seed gave another SVM: %v", err)
	}
}

// TestSVMIsOptimal looks at the minimised function around what was found: it must not get smaller in any direction.
func TestSVMIsOptimal(t *testing.T) {
	s := blobs(60, 3)
	for i := range s.Labels { // overlapping classes
		s.Values[i*3] /= 3
		s.Values[i*3+1] /= 200
		s.Values[i*3+2] = float32(math.Sin(float64(i)))
	}
	const c = 0.5
	m, err := probe.TrainSVM(s, probe.SVMOptions{C: c, Raw: true, Tolerance: 1e-9, Epochs: 100000})
	if err != nil {
		t.Fatal(err)
	}
	objective := func(class int, w []float64) float64 { // the last of w is the bias
		sum := 0.0
		for _, v := range w {
			sum += v * v / 2
		}
		for n, l := range s.Labels {
			y, score := -1.0, w[3]
			if l == class {
				y = 1
			}
			for i, v := range s.Row(n) {
				score += w[i] * float64(v)
			}
			sum += c * max(0, 1-y*score)
		}
		return sum
	}
	r := rand.New(rand.NewPCG(1, 2))
	for class := range 3 {
		w := append(append([]float64(nil), m.Weights[class*3:class*3+3]...), m.Biases[class])
		best := objective(class, w)
		for k := range 300 {
			other := append([]float64(nil), w...)
			for i := range other {
				other[i] += r.NormFloat64() * math.Pow(10, float64(-k%5))
			}
			if got := objective(class, other); got < best-1e-7 {
				t.Fatalf("class %d: %g at %v, but %g at %v", class, best, w, got, other)
			}
		}
	}
}

func TestNeighboursVote(t *testing.T) {
	s := probe.Samples{Size: 1, Values: []float32{0, 1, 2, 10, 11, 5}, Labels: []int{0, 0, 1, 1, 1, 2}, Classes: 3}
	for _, c := range []struct {
		k    int
		x    float32
		want int
	}{{1, 0.4, 0}, {1, 1.5, 0}, {1, 1.6, 1}, {3, 1.9, 0}, {2, 3.4, 1}, {2, 3.6, 2}, {3, 9, 1}, {6, 0, 1}} {
		n, err := probe.NewNeighbours(s, c.k)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Predict([]float32{c.x}); got != c.want {
			t.Errorf("%d neighbours of %g: got class %d, want %d", c.k, c.x, got, c.want)
		}
	}
}

func TestSamplesAreChecked(t *testing.T) {
	good := probe.Samples{Size: 1, Values: []float32{0, 1}, Labels: []int{0, 1}, Classes: 2}
	for word, change := range map[string]func(*probe.Samples){
		"want 4":        func(s *probe.Samples) { s.Size = 2 },
		"label 2":       func(s *probe.Samples) { s.Labels = []int{0, 2} },
		"element 0 is":  func(s *probe.Samples) { s.Values = []float32{0, float32(math.NaN())} },
		"0 vectors":     func(s *probe.Samples) { s.Labels, s.Values = nil, nil },
		"in 0 classes,": func(s *probe.Samples) { s.Classes = 0 },
	} {
		s := good
		change(&s)
		if _, err := probe.TrainSVM(s, probe.SVMOptions{}); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: got %v", word, err)
		}
	}
	if _, err := probe.TrainSVM(good, probe.SVMOptions{C: -1}); err == nil {
		t.Error("C -1: no error")
	}
	for _, k := range []int{0, 3} {
		if _, err := probe.NewNeighbours(good, k); err == nil {
			t.Errorf("%d neighbours of 2: no error", k)
		}
	}
}

package whiten_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/whiten"
)

// mixed has n samples [2,2,1] of bytes whose values depend on each other: a smooth one, as of neighbouring pixels.
func mixed(n int) *data.Set {
	r := rand.New(rand.NewPCG(7, 7))
	s := &data.Set{Shape: []int{2, 2, 1}, Labels: make([]int32, n), Classes: []string{"a"}}
	for range n {
		base := 128 + 25*r.NormFloat64()
		for k := range 4 {
			s.Images = append(s.Images, byte(min(max(base+float64(3+2*k)*r.NormFloat64(), 0), 255)))
		}
	}
	return s
}

// covariance returns that of a set's values, row-major.
func covariance(s *data.Set) []float64 {
	mean := s.Mean()
	d := len(mean)
	c := make([]float64, d*d)
	for i := range s.Len() {
		v := s.Values(i)
		for a := range d {
			for b := range d {
				c[a*d+b] += (float64(v[a]) - mean[a]) * (float64(v[b]) - mean[b]) / float64(s.Len())
			}
		}
	}
	return c
}

func mustApply(t *testing.T, tr *whiten.Transform, s *data.Set, kind whiten.Kind) *data.Set {
	t.Helper()
	out, err := tr.Apply(s, kind)
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Check(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCovarianceBecomesTheIdentity(t *testing.T) {
	s := mixed(1000)
	before := covariance(s)
	if before[1] < 300 {
		t.Fatalf("the samples hardly depend on each other: %v", before)
	}
	for _, tt := range []struct {
		kind    whiten.Kind
		epsilon float64
		tol     float64
	}{
		{whiten.PCA, 0, 1e-5}, // samples are kept with 24 bits
		{whiten.ZCA, 0, 1e-5},
		{whiten.ZCA, 1e-3, 1e-3}, // the least variance is near 9
	} {
		tr, err := whiten.Fit(s, whiten.Options{Epsilon: tt.epsilon})
		if err != nil {
			t.Fatal(err)
		}
		out := mustApply(t, tr, s, tt.kind)
		for i, got := range covariance(out) {
			want := 0.0
			if i%5 == 0 {
				want = 1
			}
			if math.Abs(got-want) > tt.tol {
				t.Errorf("kind %d, epsilon %g: covariance[%d,%d]: got %g, want %g", tt.kind, tt.epsilon, i/4, i%4, got, want)
			}
		}
		for k, m := range out.Mean() {
			if math.Abs(m) > 1e-5 {
				t.Errorf("kind %d: mean[%d] is %g, want 0", tt.kind, k, m)
			}
		}
	}
}

// TestZCAKeepsOrientation looks for each whitened value's strongest correlation: with itself, positive. The matrix is
// symmetric, which of all that whiten is the one that changes the samples least.
func TestZCAKeepsOrientation(t *testing.T) {
	s := mixed(1000)
	tr, err := whiten.Fit(s, whiten.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := mustApply(t, tr, s, whiten.ZCA)
	mean := s.Mean()
	var cross [4][4]float64 // of value a and whitened value b
	for i := range s.Len() {
		for a, v := range s.Values(i) {
			for b, w := range out.Values(i) {
				cross[a][b] += (float64(v) - mean[a]) * float64(w) / float64(s.Len())
			}
		}
	}
	for a := range 4 {
		for b := range 4 {
			if math.Abs(cross[a][b]-cross[b][a]) > 1e-3 {
				t.Errorf("[%d,%d]: %g is not symmetric to %g", a, b, cross[a][b], cross[b][a])
			}
			if a != b && cross[a][b] >= cross[a][a] {
				t.Errorf("value %d depends on whitened %d by %g, on its own by %g", a, b, cross[a][b], cross[a][a])
			}
		}
	}
	if fmt.Sprint(out.Shape) != "[2 2 1]" {
		t.Errorf("shape: got %v", out.Shape)
	}
}

func TestFewComponents(t *testing.T) {
	s := mixed(600)
	all, err := whiten.Fit(s, whiten.Options{})
	if err != nil {
		t.Fatal(err)
	}
	two, err := whiten.Fit(s, whiten.Options{Components: 2})
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < 4; i++ {
		if all.Variances[i] > all.Variances[i-1] {
			t.Errorf("variances do not fall: %v", all.Variances)
		}
	}
	a, b := mustApply(t, all, s, whiten.PCA), mustApply(t, two, s, whiten.PCA)
	if fmt.Sprint(a.Shape, b.Shape) != "[4] [2]" {
		t.Errorf("shapes: got %v and %v", a.Shape, b.Shape)
	}
	for i := range s.Len() {
		for k := range 2 {
			if math.Abs(math.Abs(float64(a.Values(i)[k]))-math.Abs(float64(b.Values(i)[k]))) > 1e-5 {
				t.Fatalf("sample %d, component %d: got %g and %g", i, k, a.Values(i)[k], b.Values(i)[k])
			}
		}
	}
}

// TestAppliesToOthers whitens a test set by the training set's transform: by hand for one direction.
func TestAppliesToOthers(t *testing.T) {
	train := &data.Set{Shape: []int{2}, Floats: []float32{-2, 0, 2, 0, 0, 1, 0, -1}, Labels: make([]int32, 4), Classes: []string{"a"}} // variances 2 and ½
	tr, err := whiten.Fit(train, whiten.Options{Epsilon: 2})
	if err != nil {
		t.Fatal(err)
	}
	test := &data.Set{Shape: []int{2}, Floats: []float32{4, 5}, Labels: []int32{0}, Classes: []string{"a"}}
	got := mustApply(t, tr, test, whiten.ZCA).Floats
	if math.Abs(float64(got[0])-4/math.Sqrt(4)) > 1e-6 || math.Abs(float64(got[1])-5/math.Sqrt(2.5)) > 1e-6 {
		t.Errorf("got %v, want 4/√(2+2) and 5/√(½+2)", got)
	}
}

func TestRefuses(t *testing.T) {
	flat := mixed(50)
	for i := range flat.Images {
		if i%4 == 2 {
			flat.Images[i] = flat.Images[i-1]
		}
	}
	nan := &data.Set{Shape: []int{1}, Floats: []float32{float32(math.NaN())}, Labels: []int32{0}, Classes: []string{"a"}}
	for _, tt := range []struct {
		name string
		s    *data.Set
		o    whiten.Options
		want string
	}{
		{"dependent values", flat, whiten.Options{}, "component 3 has the variance"},
		{"fewer samples than values", mixed(3), whiten.Options{}, "set Epsilon above 0"},
		{"too many components", mixed(9), whiten.Options{Components: 5}, "got 5 components, want 1 to 4"},
		{"negative epsilon", mixed(9), whiten.Options{Epsilon: -1}, "got epsilon -1"},
		{"NaN", nan, whiten.Options{}, "sample 0: number 0"},
		{"large samples", &data.Set{Shape: []int{5000}, Images: make([]byte, 5000), Labels: []int32{0}, Classes: []string{"a"}}, whiten.Options{}, "have 5000 values, at most 4096"},
	} {
		if _, err := whiten.Fit(tt.s, tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	tr, err := whiten.Fit(flat, whiten.Options{Epsilon: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	other := mixed(5)
	other.Shape = []int{4}
	if _, err := tr.Apply(other, whiten.PCA); !errors.Is(err, data.ErrFormat) || !strings.Contains(err.Error(), "have the shape [4], want [2 2 1]") {
		t.Errorf("another shape: got %v", err)
	}
	if _, err := tr.Apply(flat, 7); err == nil || !strings.Contains(err.Error(), "got kind 7") {
		t.Errorf("another kind: got %v", err)
	}
}

func Example() {
	s := &data.Set{Shape: []int{2}, Floats: []float32{0, 0, 2, 2, 4, 0, 6, 2}, Labels: make([]int32, 4), Classes: []string{"a"}}
	t, err := whiten.Fit(s, whiten.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	z, err := t.Apply(s, whiten.ZCA)
	fmt.Printf("%.2f %v\n", z.Floats, err)
	// Output:
	// [-1.26 -0.63 -0.63 1.26 0.63 -1.26 1.26 0.63] <nil>
}

package whiten

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/fovea-nn/fovea/nn/data"
)

// Kind is a way to whiten.
type Kind uint8

// PCA gives the principal components themselves; ZCA turns them back, so that a whitened picture still looks like one.
const (
	PCA Kind = iota
	ZCA
)

// maxValues bounds the values of a sample, as their covariance has the square of that: 4096 take 128 MiB.
const maxValues = 4096

// Transform whitens samples of one size D by K components.
type Transform struct {
	Shape     []int      // of a sample
	Mean      []float64  // [D]
	Basis     *mat.Dense // [D,K], a component a column, the strongest first, of length 1
	Variances []float64  // [K], along the components, falling
	Epsilon   float64    // added to the variances
}

// Options say how to fit.
type Options struct {
	Components int // to keep; 0: all
	// Epsilon is added to the variances, in squares of the samples' unit, so that directions without variance are not
	// blown up: 0.1 for pictures of deviation 1 is usual. It must be above 0 unless all variances are.
	Epsilon float64
}

// Fit finds the principal components of a set: the eigenvectors U and eigenvalues λ of the covariance
//
//	Σ = 1/N · Σ n (x[n] - mean)(x[n] - mean)ᵀ = U·diag(λ)·Uᵀ
//
// Cost: N·D² + about 9·D³ flop, and 8·(3·D²) bytes. It returns an error if a sample has more than 4096 values, or options
// are out of range.
//
// Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009, appendix A; Bell, Sejnowski, "The
// 'independent components' of natural scenes are edge filters", 1997.
func Fit(s *data.Set, o Options) (*Transform, error) {
	if err := s.CheckForm(); err != nil {
		return nil, fmt.Errorf("whiten: %w", err)
	}
	mean := s.Mean()
	d := len(mean)
	if d > maxValues {
		return nil, fmt.Errorf("whiten: %w: samples of %v have %d values, at most %d are taken: make them smaller", data.ErrTooLarge, s.Shape, d, maxValues)
	}
	if o.Components < 0 || o.Components > d {
		return nil, fmt.Errorf("whiten: got %d components, want 1 to %d, or 0 for all", o.Components, d)
	}
	if !(o.Epsilon >= 0) || math.IsInf(o.Epsilon, 0) {
		return nil, fmt.Errorf("whiten: got epsilon %g, want 0 or more, as 0.1", o.Epsilon)
	}
	k := o.Components
	if k == 0 {
		k = d
	}
	var e mat.EigenSym
	if !e.Factorize(covariance(s, mean), true) {
		return nil, errors.New("whiten: the eigenvectors of the covariance were not found: standardise the samples first")
	}
	t := &Transform{Shape: s.Shape, Mean: mean, Basis: mat.NewDense(d, k, nil), Variances: make([]float64, k), Epsilon: o.Epsilon}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	values := e.Values(nil) // rising
	for i := range k {
		from := d - 1 - i
		t.Variances[i] = max(0, values[from])
		t.Basis.SetCol(i, mat.Col(nil, from, &vectors))
	}
	// A variance that is no more than what rounding leaves of the strongest is none.
	if least := t.Variances[k-1]; o.Epsilon == 0 && least <= float64(d)*0x1p-52*t.Variances[0] {
		return nil, fmt.Errorf("whiten: component %d has the variance %.3g, the first %.3g: set Epsilon above 0, as %.3g, or keep fewer components", k-1, least, t.Variances[0], max(1e-5, 0.01*t.Variances[0]))
	}
	return t, nil
}

// block is how many samples are multiplied at a time.
const block = 256

// covariance returns that of a set with a mean.
func covariance(s *data.Set, mean []float64) *mat.SymDense {
	sum := mat.NewSymDense(len(mean), nil)
	for at := 0; at < s.Len(); at += block {
		x := centred(s, at, min(at+block, s.Len()), mean)
		sum.SymRankK(sum, 1, x.T())
	}
	sum.ScaleSym(1/float64(s.Len()), sum)
	return sum
}

// centred returns the samples from one to below another, one a row, without their mean.
func centred(s *data.Set, from, to int, mean []float64) *mat.Dense {
	x := mat.NewDense(to-from, len(mean), nil)
	for i := range to - from {
		row := x.RawRowView(i)
		for k, v := range s.Values(from + i) {
			row[k] = float64(v) - mean[k]
		}
	}
	return x
}

// Apply returns the set with whitened samples, the training and the test set by the same transform:
//
//	PCA: y = diag(λ+ε)^-½ · Uᵀ · (x - mean),   shape [K]
//	ZCA: y = U · diag(λ+ε)^-½ · Uᵀ · (x - mean),   the samples' shape
//
// The samples become Floats. It returns an error if they have another shape than those of Fit.
func (t *Transform) Apply(s *data.Set, kind Kind) (*data.Set, error) {
	if len(s.Shape) != len(t.Shape) || kind > ZCA {
		return nil, t.misfit(s, kind)
	}
	for i, d := range t.Shape {
		if s.Shape[i] != d {
			return nil, t.misfit(s, kind)
		}
	}
	k := len(t.Variances)
	scaled := mat.DenseCopyOf(t.Basis)
	for i, v := range t.Variances {
		f := 1 / math.Sqrt(v+t.Epsilon)
		for r := range len(t.Mean) {
			scaled.Set(r, i, scaled.At(r, i)*f)
		}
	}
	out := *s
	out.Images, out.Shape = nil, []int{k}
	if kind == ZCA {
		out.Shape = t.Shape
	}
	width := k
	if kind == ZCA {
		width = len(t.Mean)
	}
	out.Floats = make([]float32, 0, s.Len()*width)
	var y, z mat.Dense
	for at := 0; at < s.Len(); at += block {
		x := centred(s, at, min(at+block, s.Len()), t.Mean)
		y.Reset()
		y.Mul(x, scaled)
		rows := &y
		if kind == ZCA {
			z.Reset()
			z.Mul(&y, t.Basis.T())
			rows = &z
		}
		n, _ := rows.Dims()
		for i := range n {
			for _, v := range rows.RawRowView(i) {
				out.Floats = append(out.Floats, float32(v))
			}
		}
	}
	return &out, nil
}

func (t *Transform) misfit(s *data.Set, kind Kind) error {
	if kind > ZCA {
		return fmt.Errorf("whiten: got kind %d, want PCA or ZCA", kind)
	}
	return fmt.Errorf("whiten: %w: the samples have the shape %v, want %v as those that the transform was made of", data.ErrFormat, s.Shape, t.Shape)
}

package op

import (
	"math"

	"github.com/fovea-nn/fovea/nn/graph"
)

// InitialValues draws n starting values; stream tells the parameters of one net apart.
func InitialValues(init graph.Init, seed uint32, stream, n int) []float32 {
	out := make([]float32, n)
	const initStep = 0xFFFFFFFF // no training step has this number
	uniform := func(i int) float64 { return float64(Uniform(seed, initStep, stream, i)) }
	normal := func(i int) float64 { // Box & Muller, 1958
		return math.Sqrt(-2*math.Log(1-uniform(2*i))) * math.Cos(2*math.Pi*uniform(2*i+1))
	}
	if init.Kind == graph.InitOrthogonal {
		orthogonal(out, int(init.B), init.A, normal)
		return out
	}
	within := math.Erf(truncation / math.Sqrt2) // the share of a normal distribution that truncation keeps
	for i := range out {
		switch init.Kind {
		case graph.InitConst:
			out[i] = float32(init.A)
		case graph.InitUniform:
			out[i] = float32(init.A + (init.B-init.A)*uniform(i))
		case graph.InitNormal:
			out[i] = float32(init.A + init.B*normal(i))
		case graph.InitTruncated: // by the inverse of the distribution function
			out[i] = float32(init.A + init.B*math.Sqrt2*math.Erfinv(within*(2*uniform(i)-1)))
		}
	}
	return out
}

// truncation is where a truncated normal distribution is cut, in deviations.
const truncation = 2

// orthogonal fills a matrix, row-major with a number of columns, with orthogonal vectors of a length: its columns, or its
// rows where there are fewer of them. Normal vectors have no preferred direction, and modified Gram-Schmidt, done twice
// as one pass loses orthogonality by rounding, keeps it so.
func orthogonal(out []float32, cols int, length float64, normal func(int) float64) {
	cols = max(1, cols)
	rows := len(out) / cols
	count, dim := cols, rows
	if rows < cols {
		count, dim = rows, cols
	}
	vectors := make([][]float64, count)
	for i := range vectors {
		v := make([]float64, dim)
		for k := range v {
			v[k] = normal(i*dim + k)
		}
		for range 2 {
			for _, u := range vectors[:i] {
				d := dot(u, v)
				for k := range v {
					v[k] -= d * u[k]
				}
			}
			norm := math.Sqrt(dot(v, v))
			for k := range v {
				v[k] /= norm
			}
		}
		vectors[i] = v
		for k, x := range v {
			if rows < cols {
				out[i*cols+k] = float32(length * x)
			} else {
				out[k*cols+i] = float32(length * x)
			}
		}
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

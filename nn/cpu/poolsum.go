package cpu

import "github.com/fovea-nn/fovea/nn/op"

// poolCounts returns by what each output position is divided; nil if by 1.
func poolCounts(c *compiler, a *op.PoolAttrs, g *op.Geometry) []float32 {
	if a.Kind == op.PoolSum {
		return nil
	}
	counts := c.floats(g.OutPlane())
	eachOutput(g, func(out, od, oh, ow int) { counts[out] = float32(a.Count(g, od, oh, ow)) })
	return counts
}

// divide writes x, a plane of channels, divided by its positions' counts to y.
func divide(y, x, counts []float32, channels int) {
	if counts == nil {
		copy(y, x)
	}
	for p, n := range counts {
		to := y[p*channels:][:channels]
		for c, v := range x[p*channels:][:len(to)] {
			to[c] = v / n
		}
	}
}

// eachRow calls f for each output row and each kernel tap: over n output positions, from flat position out on, the tap
// lies inside the input, from position in on with S[2] between neighbours.
func eachRow(g *op.Geometry, f func(tap, in, out, n int)) {
	for od := range g.Out[0] {
		for oh := range g.Out[1] {
			for kd := range g.K[0] {
				d := od*g.S[0] - g.Before[0] + kd*g.D[0]
				for kh := range g.K[1] {
					h := oh*g.S[1] - g.Before[1] + kh*g.D[1]
					if d < 0 || d >= g.In[0] || h < 0 || h >= g.In[1] {
						continue
					}
					for kw := range g.K[2] {
						w := kw*g.D[2] - g.Before[2] // of output position 0
						first := 0
						if w < 0 {
							first = (-w + g.S[2] - 1) / g.S[2]
						}
						if end := min(g.Out[2], (g.In[2]-w+g.S[2]-1)/g.S[2]); first < end {
							in := (d*g.In[1]+h)*g.In[2] + w + first*g.S[2]
							f((kd*g.K[1]+kh)*g.K[2]+kw, in, (od*g.Out[1]+oh)*g.Out[2]+first, end-first)
						}
					}
				}
			}
		}
	}
}

func sumPoolImage(g *op.Geometry, x, y []float32) {
	clear(y)
	eachRow(g, func(_, in, out, n int) { addRows(y[out*g.C:], x[in*g.C:], n, g.C, g.C, g.S[2]*g.C) })
}

func sumPoolGradImage(g *op.Geometry, dy, dx []float32) {
	eachRow(g, func(_, in, out, n int) { addRows(dx[in*g.C:], dy[out*g.C:], n, g.C, g.S[2]*g.C, g.C) })
}

// addRows adds n rows of c numbers of x to those of y, whose rows lie stepX and stepY apart.
func addRows(y, x []float32, n, c, stepY, stepX int) {
	if stepX == c && stepY == c {
		n, c = 1, n*c
	}
	for i := range n {
		to := y[i*stepY:][:c]
		for k, v := range x[i*stepX:][:len(to)] {
			to[k] += v
		}
	}
}

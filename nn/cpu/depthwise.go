package cpu

// In a depthwise convolution, a filter for each channel, there is no matrix product: the output, the filters' gradient
// and the input's are all sums over pairs of rows of C numbers, multiplied element by element. They differ in the pairs.

// depthwise says whether each channel has one filter of its own.
func (v *convolver) depthwise() bool { return v.cg == 1 && v.fg == 1 && v.Groups > 1 }

// pair is a place in each of two values.
type pair struct{ a, b int }

// depthwiseForward convolves output positions p to p+rows of a padded image.
func (v *convolver) depthwiseForward(image, filters, out []float32, p, rows int) {
	clear(out[:rows*v.C])
	for i := range rows {
		addProducts(out[i*v.C:(i+1)*v.C], image[v.corner[p+i]:], filters, v.taps)
	}
}

// inputPairs appends, for input position p, each output position whose window holds it with the filters of the tap.
func (v *convolver) inputPairs(list []pair, p int) []pair {
	id, ih, iw := p/(v.In[1]*v.In[2]), p/v.In[2]%v.In[1], p%v.In[2]
	for kd := range v.K[0] {
		od, ok := v.over(0, id, kd)
		for kh := 0; ok && kh < v.K[1]; kh++ {
			oh, ok := v.over(1, ih, kh)
			for kw := 0; ok && kw < v.K[2]; kw++ {
				if ow, ok := v.over(2, iw, kw); ok {
					list = append(list, pair{((od*v.Out[1]+oh)*v.Out[2] + ow) * v.C, ((kd*v.K[1]+kh)*v.K[2] + kw) * v.C})
				}
			}
		}
	}
	return list
}

// over returns the output position along an axis whose tap k lies over input position i.
func (v *convolver) over(axis, i, k int) (o int, ok bool) {
	at := i + v.Before[axis] - k*v.D[axis]
	return at / v.S[axis], at >= 0 && at%v.S[axis] == 0 && at/v.S[axis] < v.Out[axis]
}

// addProducts adds a·b, element by element from each pair of places on, to dst: eight sums stay in registers.
func addProducts(dst, a, b []float32, pairs []pair) {
	c := 0
	for ; len(dst) >= 8; c += 8 {
		d := (*[8]float32)(dst)
		s0, s1, s2, s3, s4, s5, s6, s7 := d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7]
		for _, p := range pairs {
			x, y := (*[8]float32)(a[p.a+c:]), (*[8]float32)(b[p.b+c:])
			s0 += x[0] * y[0]
			s1 += x[1] * y[1]
			s2 += x[2] * y[2]
			s3 += x[3] * y[3]
			s4 += x[4] * y[4]
			s5 += x[5] * y[5]
			s6 += x[6] * y[6]
			s7 += x[7] * y[7]
		}
		*d = [8]float32{s0, s1, s2, s3, s4, s5, s6, s7}
		dst = dst[8:]
	}
	for i := range dst {
		s := dst[i]
		for _, p := range pairs {
			s += a[p.a+c+i] * b[p.b+c+i]
		}
		dst[i] = s
	}
}

// tapPairs lists, for each tap, the places of the image that it is ever over with those of the output.
func (v *convolver) tapPairs() [][]pair {
	list := make([][]pair, v.k)
	eachRow(&v.Geometry, func(tap, in, out, n int) {
		for i := range n {
			list[tap] = append(list[tap], pair{(in + i*v.S[2]) * v.C, (out + i) * v.C})
		}
	})
	return list
}

// depthwiseGradWeight adds the gradient of images lo to hi to sum.
func (v *convolver) depthwiseGradWeight(pairs [][]pair, x, dy, sum []float32, lo, hi int) {
	in, out := v.InPlane()*v.C, v.OutPlane()*v.C
	for n := lo; n < hi; n++ {
		for k, p := range pairs {
			addProducts(sum[k*v.C:(k+1)*v.C], x[n*in:(n+1)*in], dy[n*out:(n+1)*out], p)
		}
	}
}

func depthwiseGradInputKernel(c *compiler, v convolver) func() {
	dy, w, dx := c.in[0].f32, c.in[1].f32, c.out[0].f32
	in, out := v.InPlane()*v.C, v.OutPlane()*v.C
	pairs := make([][]pair, c.threads)
	post := c.epilogue()
	return func() {
		c.parallel(v.N, func(t, n int) {
			image := dx[n*in : (n+1)*in]
			clear(image)
			for p := range v.InPlane() {
				pairs[t] = v.inputPairs(pairs[t][:0], p)
				addProducts(image[p*v.C:(p+1)*v.C], dy[n*out:(n+1)*out], w, pairs[t])
			}
			post(t, n*in, (n+1)*in)
		})
	}
}

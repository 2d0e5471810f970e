package simd

import (
	"math"
	"slices"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/op"
)

// Four rows are done at a time: what there is one number of for each row is in the lanes of a vector.
func init() {
	kernels[op.SoftmaxCE] = func(c *compiler) {
		c.eachFourRows(logitElems, func(r fourRows) {
			f := r.t.Func
			labels, valid := r.labels()
			m, sum := r.expSum(func(int, wasmasm.I32, int, wasmasm.V128) {})
			x := keep(f, "x", splat(f, 0))
			for j, at := range r.at {
				x.Set(at.Add(labels.I32x4ExtractLane(j).Shl(f.I32(2))).V128Load32Lane(0, j, x))
			}
			loss := keep(f, "loss", log(f, sum))
			loss.Set(loss.F32x4Add(m).F32x4Sub(x).And(valid))
			r.store(r.t.out[0], loss)
		})
	}
	kernels[op.SoftmaxCEGrad] = func(c *compiler) {
		width := c.in[0].Shape[len(c.in[0].Shape)-1]
		rowBytes := roundUp(4*width, 16)
		offset, pitch := c.allocThreads(4 * rowBytes)
		c.eachFourRows(logitElems, func(r fourRows) {
			t, f := r.t, r.t.Func
			labels, valid := r.labels()
			own := t.LocalI32("own")
			own.Set(t.own(offset, pitch))
			_, sum := r.expSum(func(j int, place wasmasm.I32, offset int, e wasmasm.V128) {
				own.Add(place).V128Store(j*rowBytes+offset, e)
			})
			// softmax - [c = label] is (exp(x - m) - [c = label]·sum) / sum
			for j := range r.at {
				at := t.LocalI32("label")
				at.Set(own.Add(labels.I32x4ExtractLane(j).Shl(t.I32(2))))
				at.F32Store(j*rowBytes, at.F32Load(j*rowBytes).Sub(sum.F32x4ExtractLane(j)))
			}
			scale := lanes(f, keep(f, "scale", r.numbers(t.in[2]).V128Load(0).F32x4Div(sum)))
			used := lanes(f, valid)
			r.rowsOf(t.out[0], r.at)
			r.each(func(place wasmasm.I32, offset, n int) {
				for j, dx := range slices.Backward(r.at[:]) { // a row that stands for others is written last as itself
					d := keep(f, "d", own.Add(place).V128Load(j*rowBytes+offset).F32x4Mul(scale[j]).And(used[j]))
					to := t.LocalI32("to")
					to.Set(dx.Add(place))
					storeLanes(to, offset, d, n)
				}
			})
		})
	}
}

// logitElems is about how many logits a task has.
const logitElems = 512

// labels returns the rows' labels and which of them are classes; in place of the others stands 0.
func (r fourRows) labels() (labels, valid wasmasm.V128) {
	f := r.t.Func
	labels = keep(f, "labels", r.numbers(r.t.in[1]).V128Load(0))
	valid = keep(f, "valid", labels.I32x4LtU(ints(f, int32(r.width))))
	labels.Set(labels.And(valid))
	return labels, valid
}

// expSum returns each row's maximum m and Σ exp(x - m), and has body emitted for the summands of row j: any number may stand
// behind the last.
func (r fourRows) expSum(body func(j int, place wasmasm.I32, offset int, e wasmasm.V128)) (m, sum wasmasm.V128) {
	f := r.t.Func
	var max, sums [4]wasmasm.V128
	for j := range sums {
		max[j], sums[j] = keep(f, "max", splat(f, math.Inf(-1))), keep(f, "sum", splat(f, 0))
	}
	r.each(func(place wasmasm.I32, offset, n int) {
		for j, at := range r.at {
			x := keep(f, "x", at.Add(place).V128Load(offset))
			max[j].Set(max[j].F32x4Pmax(firstLanes(f, x, n, math.Inf(-1)))) // NaN comes through by exp
		}
	})
	m = across(f, max, wasmasm.V128.F32x4Pmax)
	max = lanes(f, m)
	r.each(func(place wasmasm.I32, offset, n int) {
		for j, at := range r.at {
			e := keep(f, "e", exp(f, keep(f, "d", at.Add(place).V128Load(offset).F32x4Sub(max[j]))))
			body(j, place, offset, e)
			sums[j].Set(sums[j].F32x4Add(firstLanes(f, e, n, 0)))
		}
	})
	return m, across(f, sums, wasmasm.V128.F32x4Add)
}

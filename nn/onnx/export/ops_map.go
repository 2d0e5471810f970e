package export

import (
	"slices"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
)

func mapOp(c *call) {
	if c.batchNorm() || c.lrn() {
		return
	}
	for k, y := range c.mapped(c.n.Out[0].Shape, c.n.Attrs.(op.MapAttrs).Exprs, c.in) {
		c.values[c.n.Out[k]] = y
	}
}

// mapped writes expressions of values that broadcast to s. The results lie as the largest of the values does. States that are
// one number, such as a mean of 0 and a scale of 1, are written as that, or not at all.
func (x *exporter) mapped(s graph.Shape, exprs []*expr.Expr, in []*value) []*value {
	f := x.frame(s, in)
	names := make([]string, len(in))
	w := &printer{exporter: x, memo: map[string]string{}, in: in, shape: s}
	w.variable = func(i int) string {
		if names[i] == "" {
			names[i] = x.like(in[i], f)
			if in[i].elem != onnxir.Float {
				names[i] = x.emit("Cast", []string{names[i]}, onnxir.IntAttribute("to", int64(onnxir.Float)))
			}
		}
		return names[i]
	}
	out := make([]*value, len(exprs))
	for k, e := range exprs {
		e = e.Substitute(func(i int) *expr.Expr {
			if v, ok := in[i].same(); ok {
				return expr.C(v)
			}
			return expr.V(i)
		})
		name := w.number(e)
		if to, ok := f.stretch(e, in); ok {
			if f.open && !slices.ContainsFunc(in, func(v *value) bool { return v.open && e.Uses(slices.Index(in, v)) }) {
				x.fail(errBatch) // the same for each sample
			}
			name = x.emit("Expand", []string{name, x.ints("shape", to...)})
		}
		y := *f
		y.name = name
		out[k] = &y
	}
	return out
}

// frame returns how a value of shape s lies that is made of others.
func (x *exporter) frame(s graph.Shape, in []*value) *value {
	var largest *value
	open := false
	for _, v := range in {
		if v.known != nil {
			continue
		}
		if v.open && (len(v.shape) < len(s) || v.shape[0] != s[0]) {
			x.fail(errBatch) // the batch is stretched, or stands beside another axis
		}
		open = open || v.open
		if len(v.shape) == len(s) && (largest == nil || v.shape.Elems() > largest.shape.Elems()) {
			largest = v
		}
	}
	for _, v := range in {
		if open && !v.open && len(v.shape) == len(s) && v.shape[0] != 1 {
			x.fail(errBatch) // numbers for each sample
		}
	}
	f := &value{shape: s, elem: onnxir.Float, fine: s, group: identity(len(s)), order: identity(len(s)), open: open}
	switch {
	case largest == nil:
	case largest.shape.Equal(s) && largest.open == open:
		f.fine, f.group, f.order = largest.fine, largest.group, largest.order
	default:
		f.order = x.whole(largest).order
	}
	return f
}

// like returns the name of v as a tensor that broadcasts to one that lies as f.
func (x *exporter) like(v, f *value) string {
	lead := len(f.shape) - len(v.shape)
	sizes := make(graph.Shape, len(f.fine))
	for k, g := range f.group {
		sizes[k] = 1
		if g >= lead && v.shape[g-lead] != 1 {
			sizes[k] = f.fine[k]
		}
	}
	y := x.regrouped(v, sizes)
	if v.known == nil {
		return x.arranged(y, f.order)
	}
	dims := pick(sizes, f.order)
	for len(dims) > min(1, len(v.shape)) && dims[0] == 1 {
		dims = dims[1:]
	}
	return x.placed(y, f.order, dims)
}

// stretch returns to what the result of e must be expanded to lie as f, where its variables do not have these sizes. The open
// batch stays what it is.
func (f *value) stretch(e *expr.Expr, in []*value) (to []int64, needed bool) {
	s := graph.Shape{}
	for i, v := range in {
		if e.Uses(i) {
			s, _ = graph.Broadcast(s, v.shape)
		}
	}
	if s.Equal(f.shape) {
		return nil, false
	}
	dims := pick(f.fine, f.order)
	for k, d := range f.order {
		if f.open && d == 0 {
			dims[k] = 1
		}
	}
	return int64s(dims), true
}

package webgpu

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/shaders"
)

func init() {
	lowerings[op.Conv] = lowerConv
	lowerings[op.ConvGradWeight] = lowerConvGradWeight
	lowerings[op.ConvGradInput] = lowerConvGradInput
	lowerings[op.MatMul] = lowerMatMul
}

// window returns the parameters that convolution and pooling share.
func window(g op.Geometry) shaders.Params {
	return shaders.Params{
		"N": g.N, "D": g.In[0], "H": g.In[1], "W": g.In[2], "OD": g.Out[0], "OH": g.Out[1], "OW": g.Out[2],
		"KD": g.K[0], "KH": g.K[1], "KW": g.K[2], "SD": g.S[0], "SH": g.S[1], "SW": g.S[2],
		"DD": g.D[0], "DH": g.D[1], "DW": g.D[2], "PF": g.Before[0], "PT": g.Before[1], "PL": g.Before[2],
	}
}

func vectorParams(p shaders.Params, g op.Geometry, xvec, fvec bool) (cg, f, fg int) {
	xv, fv := 1, 1
	if xvec {
		xv = 4
	}
	if fvec {
		fv = 4
	}
	cg, f, fg = g.C/g.Groups/xv, g.F/fv, g.F/g.Groups/fv
	p["XT"], p["FT"], p["XV"] = typeName(xvec), typeName(fvec), xv
	p["C"], p["CG"], p["F"], p["FG"] = g.C/xv, cg, f, fg
	return cg, f, fg
}

func lowerConv(l *lowering) error {
	g, n := op.ConvGeometry(l.Node), l.Node
	if done, err := l.tiledConv(g); done {
		return err
	}
	xvec := g.C/g.Groups%4 == 0
	fvec := g.F/g.Groups%4 == 0 && lastVectors(n.Out[0].Shape, n.In[n.Arity:])
	p := window(g)
	_, f, fg := vectorParams(p, g, xvec, fvec)
	tf := largestDivisor(fg, 2)
	if l.Software && g.K[2] >= 5 { // a row of 14 pixels by 5 taps by 8 filters is more code than pays
		tf = 1
	}
	if !fvec {
		tf = largestDivisor(fg, 5)
	}
	tp := l.pixels(g, tf, p["XV"].(int))
	p["TP"], p["TF"], p["SPAN"] = tp, tf, (tp-1)*g.S[2]+(g.K[2]-1)*g.D[2]+1
	tiles := (g.Out[2] + tp - 1) / tp
	// Columns of a tile up to here lie inside the picture in every tile, from the padding on the left on.
	p["TILES"], p["LAST_INSIDE"] = tiles, g.In[2]-1+g.Before[2]-(tiles-1)*tp*g.S[2]
	text, extra := l.epilogue(3, fvec)
	p["EPILOGUE"] = text
	invocations := g.N * g.Out[0] * g.Out[1] * tiles * (f / tf)
	return l.emit("conv", invocations, p, append([]Ref{l.input(0), l.weights(1, fvec, p), l.output(0)}, extra...)...)
}

// pixels chooses how many pixels of a row an invocation computes: as many as registers and the compiler bear, with
// little waste at the end of the row.
func (l *lowering) pixels(g op.Geometry, tf, xv int) int {
	limit := 4
	if l.Software {
		limit = min(14, 28/tf)
	}
	limit = max(1, min(limit, maxStatements/(g.K[2]*xv*tf)))
	best := 1
	padded := func(t int) int { return (g.Out[2] + t - 1) / t * t }
	for t := 2; t <= limit; t++ {
		if padded(t)*best <= padded(best)*t && 8*padded(t) <= 9*g.Out[2]+8 {
			best = t
		}
	}
	return best
}

// pixelsOf returns how many pixels of a row a gradient takes at a time: up to most that fill it evenly, or else four.
func pixelsOf(row, most int) int {
	if n := largestDivisor(row, most); n >= 3 {
		return n
	}
	return min(4, row)
}

// maxStatements bounds the multiply-adds of an unrolled loop body: compiling takes longer than it gains beyond.
const maxStatements = 640

func lowerConvGradWeight(l *lowering) error {
	g := op.ConvGeometry(l.Node)
	if done, err := l.tiledConvGradWeight(g); done {
		return err
	}
	xvec := g.C/g.Groups%4 == 0 && g.K[2] <= 7
	fvec := g.F/g.Groups%4 == 0
	p := window(g)
	cg, f, fg := vectorParams(p, g, xvec, fvec)
	tq := pixelsOf(g.Out[2], 7)
	p["TQ"], p["SPAN"] = tq, (tq-1)*g.S[2]+(g.K[2]-1)*g.D[2]+1
	tf := 1
	if l.Software {
		sums := g.K[2] * p["XV"].(int)
		tf = largestDivisor(fg, max(1, min(maxStatements/(tq*sums), 48/sums)))
	}
	p["TF"] = tf
	work := g.K[0] * g.K[1] * cg * f / tf
	size := g.KernelPlane() * g.C / g.Groups * g.F
	parts := max(1, min(g.N, gradInvocations/work, maxPartBytes/(4*size)))
	per := (g.N + parts - 1) / parts
	parts = (g.N + per - 1) / per
	p["PARTS"], p["PER"] = parts, per
	to := l.output(0)
	if parts > 1 {
		to = l.scratch(4 * parts * size)
	}
	if err := l.emit("conv_grad_weight", parts*work, p, l.input(0), l.input(1), to); err != nil || parts == 1 {
		return err
	}
	return l.sumParts(to, l.output(0), size, parts, "s + v")
}

const (
	gradInvocations = 4096     // how many invocations a gradient of filters is cut into, if the batch is large enough
	maxPartBytes    = 16 << 20 // memory for their partial sums
)

func lowerConvGradInput(l *lowering) error {
	g, n := op.ConvGeometry(l.Node), l.Node
	if done, err := l.tiledConvGradInput(g); done {
		return err
	}
	xvec := g.C/g.Groups%4 == 0 && lastVectors(n.Out[0].Shape, n.In[n.Arity:])
	fvec := g.F/g.Groups%4 == 0
	p := window(g)
	cg, f, _ := vectorParams(p, g, xvec, fvec)
	delete(p, "XV")
	p["FV"] = g.F / f
	turned := l.scratch(bytesOf(n.In[1]))
	if err := l.turnFilters(g, turned); err != nil {
		return err
	}
	row := (g.In[2] + g.S[2] - 1) / g.S[2] // pixels that lie alike
	tp := pixelsOf(row, 8)
	tiles := (row + tp - 1) / tp
	p["TP"], p["TILES"] = tp, tiles
	text, extra := l.epilogue(3, xvec)
	p["EPILOGUE"] = text
	invocations := g.N * g.In[0] * g.In[1] * g.S[2] * tiles * cg * g.Groups
	return l.emit("conv_grad_input", invocations, p, append([]Ref{l.input(0), turned, l.output(0)}, extra...)...)
}

// turnFilters changes the last axes of the filters, [K,C,F] with channels of a group: to [K,F,C].
func (l *lowering) turnFilters(g op.Geometry, to Ref) error {
	c := g.C / g.Groups
	size := g.KernelPlane() * c * g.F
	at := fmt.Sprintf("(o / %d * %d + o %% %d) * %d + o / %d %% %d", c*g.F, c, c, g.F, c, g.F)
	return l.emit("copy", size, shaders.Params{"T": "f32", "N": size, "INSIDE": "true", "AT": at}, l.input(1), to)
}

func lowerMatMul(l *lowering) error {
	n, d := l.Node, op.MatMulGeometry(l.Node)
	if done, err := l.tiledMatMul(d); done {
		return err
	}
	vec := d.BCol == 1 && d.N%4 == 0 && lastVectors(n.Out[0].Shape, n.In[n.Arity:])
	p := shaders.Params{"FT": typeName(vec), "BATCH": d.Batch, "M": d.M, "N": d.N, "K": d.K,
		"AT": "f32", "AK": 1, "AM": 1, "BK": 1, "AROW": d.ARow, "ACOL": d.ACol, "BROW": d.BRow, "BCOL": d.BCol}
	switch { // four numbers of a at a time, where they lie side by side
	case d.ACol == 1 && d.K%4 == 0:
		p["AT"], p["AK"], p["AROW"] = "vec4f", 4, d.ARow/4
	case d.ARow == 1 && d.M%4 == 0:
		p["AT"], p["AM"], p["ACOL"] = "vec4f", 4, d.ACol/4
	}
	cols, tm, tn, along := d.N, min(4, d.M), min(4, d.N), false
	switch {
	case vec:
		cols = d.N / 4
		p["N"], p["BROW"] = cols, d.BRow/4
		tn = largestDivisor(cols, 2)
		l.widen(d, cols, &tm, &tn, 16, 4)
	case p["AK"] == 4 && d.BRow == 1 && d.BCol%4 == 0:
		p["BK"], p["BCOL"], along = 4, d.BCol/4, true
		l.widen(d, cols, &tm, &tn, 8, 8)
	}
	if p["AM"] == 4 {
		tm = 4 * ((tm + 3) / 4)
	}
	p["TM"], p["TN"] = tm, tn
	text, extra := l.epilogue(3, vec)
	p["EPILOGUE"] = text
	invocations := d.Batch * ((d.M + tm - 1) / tm) * ((cols + tn - 1) / tn)
	return l.emit("matmul", invocations, p, append([]Ref{l.input(0), l.weights(1, vec || along, p), l.output(0)}, extra...)...)
}

// widen makes a tile of a matrix product larger on a processor: up to m rows times n columns, which are vectors or not, as
// many as leave each thread some invocations and hardly any of them beside the matrix.
func (l *lowering) widen(d op.MatMulDims, cols int, tm, tn *int, m, n int) {
	for ; l.Software && m > 4; m, n = m/2, max(2, n/2) {
		rows, across := (d.M+m-1)/m, (cols+n-1)/n
		if d.Batch*rows*across >= 4*l.WorkGroup && 8*rows*m*across*n <= 9*d.M*cols {
			*tm, *tn = m, n
			return
		}
	}
}

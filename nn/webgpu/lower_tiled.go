package webgpu

import (
	"cmp"

	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/shaders"
)

// Tile is how a workgroup shares out a matrix product: WX times WY invocations, each of TM rows and TN vectors of columns,
// BK of the sum at a time. See shaders/lib/tiled.wgsl.
type Tile struct{ TM, TN, WX, WY, BK int }

// bytes is the workgroup memory that a tile takes.
func (t Tile) bytes() int { return 16 * ((t.TM*t.BK/4+1)*t.WY + (t.TN*t.BK+1)*t.WX) }

// tiles that an adapter may use, the largest first.
var tiles = []Tile{
	{8, 2, 16, 16, 16}, {8, 2, 16, 16, 8}, {8, 1, 16, 16, 16}, {8, 1, 8, 16, 16}, {4, 1, 16, 16, 16}, {8, 1, 4, 16, 16}, {4, 1, 8, 8, 16},
}

// product is a matrix product in tiles: Batch matrices of M rows, N columns and a sum over K, where neighbours along K lie
// side by side (alongA, alongB) or not.
type product struct {
	batch, m, n, k int
	alongA, alongB bool
	parts, per     int // the sum in parts of so many, where the including shader can
}

func (p product) vectors() int { return (p.n + 3) / 4 }

// groups is how many workgroups a tile makes of the product.
func (p product) groups(t Tile) int {
	return p.batch * ((p.m + t.TM*t.WY - 1) / (t.TM * t.WY)) * ((p.vectors() + t.TN*t.WX - 1) / (t.TN * t.WX))
}

func matMulProduct(d op.MatMulDims) product {
	return product{batch: d.Batch, m: d.M, n: d.N, k: d.K, alongA: d.ACol == 1, alongB: d.BRow == 1 && d.BCol != 1}
}

func convProduct(g op.Geometry) product {
	return product{batch: g.Groups, m: g.N * g.OutPlane(), n: g.F / g.Groups, k: g.KernelPlane() * g.C / g.Groups, alongA: true}
}

func gradWeightProduct(g op.Geometry) product {
	return product{batch: g.Groups, m: g.KernelPlane() * g.C / g.Groups, n: g.F / g.Groups, k: g.N * g.OutPlane()}
}

// gradInputProduct is of all phases together.
func gradInputProduct(g op.Geometry) product {
	return product{batch: g.Groups, m: g.N * g.InPlane(), n: g.C / g.Groups, k: g.KernelPlane() * g.F / g.Groups, alongA: true, alongB: true}
}

// worthTiles reports whether the adapter has memory to share and the product is wide and deep enough to gain by it.
func (t Tuning) worthTiles(p product) bool {
	return len(t.Tiles) > 0 && min(p.m, p.n, p.k) >= t.Least
}

// cost estimates the time of a product in a tile: large ones do the most for what they read, small ones leave no part of the
// adapter idle.
func (t Tuning) cost(p product, x Tile) float64 {
	rounds := max(1, float64(p.groups(x)*max(1, p.parts))/float64(t.Groups))
	return rounds * float64(x.TM*x.TN*x.WX*x.WY) * (1 + 8/float64(x.TM*x.TN))
}

// tile is the one of least cost.
func (t Tuning) tile(p product) Tile {
	best := t.Tiles[0]
	for _, x := range t.Tiles[1:] {
		if t.cost(p, x) < t.cost(p, best) {
			best = x
		}
	}
	return best
}

// emitForward is emitTiled of a product that may be computed with fewer bits.
func (l *lowering) emitForward(shader string, p product, t Tile, params shaders.Params, bindings ...Ref) error {
	params["FOURS"] = l.Fours != ""
	params["TERM"] = cmp.Or(l.Fours, "f32")
	if err := l.emitTiled(shader, p, t, params, bindings...); err != nil {
		return err
	}
	if d := &l.dispatches[len(l.dispatches)-1]; l.Fours == "f16" {
		d.Source = "enable f16;\n" + d.Source
	}
	return nil
}

// emitTiled adds a product as a dispatch of a workgroup for each tile.
func (l *lowering) emitTiled(shader string, p product, t Tile, params shaders.Params, bindings ...Ref) error {
	if params["TERM"] == nil {
		params["TERM"], params["FOURS"] = "f32", false
	}
	if p.parts == 0 {
		p.parts, p.per = 1, p.k
	}
	params["BATCH"], params["M"], params["NV"], params["K"] = p.batch, p.m, p.vectors(), p.k
	params["PARTS"], params["PER"] = p.parts, p.per
	params["TM"], params["TN"], params["WX"], params["WY"], params["BK"] = t.TM, t.TN, t.WX, t.WY, t.BK
	params["ROWS"], params["COLS"] = (p.m+t.TM*t.WY-1)/(t.TM*t.WY), (p.vectors()+t.TN*t.WX-1)/(t.TN*t.WX)
	params["A_ALONG"], params["B_ALONG"] = p.alongA, p.alongB
	params["BAND"] = min(8, params["ROWS"].(int))
	return l.dispatch(shader, p.groups(t)*p.parts, params, bindings...)
}

// vectorsOf returns the type, and the width, of an array that is read four numbers at a time or not.
func vectorsOf(vec bool) (typ string, width int) {
	if vec {
		return "vec4f", 4
	}
	return "f32", 1
}

func (l *lowering) tiledMatMul(d op.MatMulDims) (done bool, err error) {
	p := matMulProduct(d)
	if !l.worthTiles(p) {
		return false, nil
	}
	at, av := vectorsOf(d.ACol == 1 && d.K%4 == 0)
	bvec := d.BCol == 1 && d.N%4 == 0
	_, bv := vectorsOf(bvec)
	fvec := d.N%4 == 0 && lastVectors(l.Node.Out[0].Shape, l.Node.In[l.Node.Arity:])
	ft, fv := vectorsOf(fvec)
	text, extra := l.epilogue(3, fvec)
	params := shaders.Params{"AT": at, "AV": av, "BV": bv, "FT": ft, "FV": fv, "EPILOGUE": text,
		"AROW": d.ARow / av, "AMAT": d.M * d.K / av, "BROW": d.BRow / bv, "BMAT": d.K * d.N / bv}
	if av == 1 {
		params["ACOL"] = d.ACol
	}
	if bv == 1 {
		params["BCOL"] = d.BCol
	}
	if bv == 1 || fv == 1 {
		params["N"] = d.N
	}
	return true, l.emitForward("matmul_tiled", p, l.tile(p), params, append([]Ref{l.input(0), l.weights(1, bvec, params), l.output(0)}, extra...)...)
}

func (l *lowering) tiledConv(g op.Geometry) (done bool, err error) {
	n := l.Node
	p := convProduct(g)
	if !l.worthTiles(p) {
		return false, nil
	}
	t := l.tile(p)
	xt, xv := vectorsOf(g.C/g.Groups%4 == 0)
	_, wv := vectorsOf(p.n%4 == 0)
	fvec := p.n%4 == 0 && lastVectors(n.Out[0].Shape, n.In[n.Arity:])
	ft, fv := vectorsOf(fvec)
	params := window(g)
	delete(params, "N")
	delete(params, "KD")
	params["XT"], params["XV"], params["WV"], params["FT"], params["FV"] = xt, xv, wv, ft, fv
	params["C"], params["CG"], params["F"], params["FG"] = g.C/xv, g.C/g.Groups/xv, g.F, p.n
	params["GUARD"] = g.Before != [3]int{} || g.After != [3]int{} || p.k%t.BK != 0
	text, extra := l.epilogue(3, fvec)
	params["EPILOGUE"] = text
	return true, l.emitForward("conv_tiled", p, t, params, append([]Ref{l.input(0), l.weights(1, p.n%4 == 0, params), l.output(0)}, extra...)...)
}

func (l *lowering) tiledConvGradWeight(g op.Geometry) (done bool, err error) {
	p := gradWeightProduct(g)
	if !l.worthTiles(p) {
		return false, nil
	}
	p.parts = l.Groups // they keep the adapter busy, whatever the tile
	t := l.tile(p)
	size := p.m * g.F
	parts := max(1, min(2*l.Groups/p.groups(t), p.k/(8*t.BK), maxPartBytes/(4*size)))
	p.per = (p.k/parts/t.BK + 1) * t.BK
	p.parts = (p.k + p.per - 1) / p.per
	yt, yv := vectorsOf(p.n%4 == 0)
	params := window(g)
	delete(params, "N")
	delete(params, "KD")
	params["YT"], params["YV"], params["FT"] = yt, yv, yt
	params["C"], params["CG"], params["F"], params["FG"] = g.C, g.C/g.Groups, g.F, p.n
	to := l.output(0)
	if p.parts > 1 {
		to = l.scratch(4 * p.parts * size)
	}
	if err := l.emitTiled("conv_grad_weight_tiled", p, t, params, l.input(0), l.input(1), to); err != nil || p.parts == 1 {
		return true, err
	}
	return true, l.sumParts(to, l.output(0), size, p.parts, "s + v")
}

// tiledConvGradInput takes the pixels that lie alike to the strides together: each such phase is a product of its own.
func (l *lowering) tiledConvGradInput(g op.Geometry) (done bool, err error) {
	n := l.Node
	if !l.worthTiles(gradInputProduct(g)) {
		return false, nil
	}
	yt, yv := vectorsOf(g.F/g.Groups%4 == 0)
	fvec := g.C/g.Groups%4 == 0 && lastVectors(n.Out[0].Shape, n.In[n.Arity:])
	ft, fv := vectorsOf(fvec)
	text, extra := l.epilogue(3, fvec)
	for _, d := range phasesOf(g, 0) {
		for _, h := range phasesOf(g, 1) {
			for _, w := range phasesOf(g, 2) {
				p := product{batch: g.Groups, m: g.N * d.size * h.size * w.size, n: g.C / g.Groups, k: d.taps * h.taps * w.taps * g.F / g.Groups, alongA: true, alongB: true}
				params := shaders.Params{"YT": yt, "YV": yv, "FT": ft, "FV": fv, "EPILOGUE": text,
					"F": g.F / yv, "FG": g.F / g.Groups / yv, "C": g.C, "CG": g.C / g.Groups, "OD": g.Out[0], "OH": g.Out[1], "OW": g.Out[2],
					"D": g.In[0], "H": g.In[1], "W": g.In[2], "SD": g.S[0], "SH": g.S[1], "SW": g.S[2], "KH": g.K[1], "KW": g.K[2],
					"ID": d.size, "IH": h.size, "IW": w.size, "AD": d.at, "AH": h.at, "AW": w.at, "TAPS_H": max(1, h.taps), "TAPS_W": max(1, w.taps),
					"OFF_D": d.offset, "OFF_H": h.offset, "OFF_W": w.offset, "BACK_D": d.back, "BACK_H": h.back, "BACK_W": w.back,
					"FIRST_D": d.first, "FIRST_H": h.first, "FIRST_W": w.first, "STEP_D": d.step, "STEP_H": h.step, "STEP_W": w.step}
				err := l.emitTiled("conv_grad_input_tiled", p, l.tile(p), params, append([]Ref{l.input(0), l.input(1), l.output(0)}, extra...)...)
				if err != nil {
					return true, err
				}
			}
		}
	}
	return true, nil
}

// phase is the pixels of an axis that are at modulo the stride: size of them. The u-th one sees taps of the kernel, tap t
// of them being first + t·step of the kernel and reading output pixel u + offset - t·back.
type phase struct{ at, size, taps, first, step, offset, back int }

func phasesOf(g op.Geometry, axis int) []phase {
	s, d := g.S[axis], g.D[axis]
	var out []phase
	for at := range min(s, g.In[axis]) {
		ph := phase{at: at, size: (g.In[axis] - at + s - 1) / s, step: s / gcd(s, d)}
		ph.back = ph.step * d / s
		for k := range g.K[axis] {
			if (at+g.Before[axis]-k*d)%s != 0 {
				continue
			}
			if ph.taps == 0 {
				ph.first, ph.offset = k, (at+g.Before[axis]-k*d)/s
			}
			ph.taps++
		}
		out = append(out, ph)
	}
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

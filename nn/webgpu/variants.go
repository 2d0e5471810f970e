package webgpu

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// variant is one way to compute a step: the kernels that a Tuning makes, under a name.
type variant struct {
	name   string
	tuning Tuning
}

const registers = "registers" // the variant without workgroup memory, which runs everywhere

// withTile returns the tuning with that tile alone, or with none, which has no use for fours.
func (t Tuning) withTile(x *Tile) variant {
	t.Tiles = nil
	if x == nil {
		t.Fours = ""
		return variant{registers, t}
	}
	t.Tiles = []Tile{*x}
	name := fmt.Sprintf("tile %dx%d of %dx%d, %d deep", x.TM, x.TN, x.WX, x.WY, x.BK)
	if t.Fours != "" {
		name += ", fours of " + t.Fours
	}
	return variant{name, t}
}

// plain returns the tuning that multiplies and adds one by one.
func (t Tuning) plain() Tuning {
	t.Fours = ""
	return t
}

// maxVariants bounds what is measured for a step beside the registers: the tiles of which the least time is expected.
const maxVariants = 3

// variants lists the ways to compute a step, the one of which the least time is expected first.
func variants(s plan.Step, t Tuning) []variant {
	var out []variant
	if p, ok := productOf(s); ok && t.worthTiles(p) {
		tiles := slices.Clone(t.Tiles)
		slices.SortStableFunc(tiles, func(a, b Tile) int { return cmp.Compare(t.cost(p, a), t.cost(p, b)) })
		for i := range tiles[:min(len(tiles), maxVariants)] {
			out = append(out, t.withTile(&tiles[i]))
			if t.Fours != "" {
				out = append(out, t.plain().withTile(&tiles[i]))
			}
		}
	}
	return append(out, t.withTile(nil))
}

// productOf returns the matrix product that a step is.
func productOf(s plan.Step) (product, bool) {
	switch s.Node.Op {
	case op.MatMul:
		return matMulProduct(op.MatMulGeometry(s.Node)), true
	case op.Conv:
		return convProduct(op.ConvGeometry(s.Node)), true
	case op.ConvGradWeight:
		return gradWeightProduct(op.ConvGeometry(s.Node)), true
	case op.ConvGradInput:
		return gradInputProduct(op.ConvGeometry(s.Node)), true
	}
	return product{}, false
}

// shapeClass names the steps that take the same time: kernels are specialised by all sizes.
func shapeClass(s plan.Step) string {
	text := fmt.Sprintf("%s %v", s.Node.Op, s.Node.Attrs)
	for _, v := range s.Node.In[:s.Node.Arity] {
		text += fmt.Sprint(" ", v.Shape)
	}
	return text
}

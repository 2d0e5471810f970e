package spec

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

// verify builds n and compares the primitives and their shapes: labels that others wrote may lie.
func (r *recovery) verify(n *Net, logits *graph.Value) error {
	b := layer.NewBuilder(graph.New())
	if b.Training = r.b.Training; b.Training {
		b.Random = b.G.Input("rng", graph.I32, graph.Shape{2})
	}
	x := b.G.Input("x", r.x.Type, r.x.Shape)
	y, _, err := n.Build(b, x)
	if err != nil {
		return err
	}
	balance := map[string]int{}
	count := func(b *layer.Builder, x, logits *graph.Value, one int) {
		todo, seen := []*graph.Value{logits}, map[*graph.Node]bool{}
		for _, a := range b.Aux {
			todo = append(todo, a.Logits)
		}
		for len(todo) > 0 {
			v := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if v == x || v.Node == nil || seen[v.Node] {
				continue
			}
			seen[v.Node] = true
			todo = append(todo, v.Node.In...)
			balance[fmt.Sprint(v.Node.Op, " to ", v.Node.Out[0].Shape)] += one
		}
	}
	count(r.b, r.x, logits, 1)
	count(b, x, y, -1)
	for what, n := range balance {
		if n != 0 {
			return fmt.Errorf("its labels do not say what its layers compute: %s is there %d times more than in the text", what, n)
		}
	}
	return nil
}

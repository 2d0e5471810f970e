package plan

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
)

// BuildOnly is Build with the patterns of these names alone.
func BuildOnly(g *graph.Graph, names ...string) *Program {
	r := newRewriter(g, Options{})
	r.prune()
	for _, p := range patterns {
		if slices.Contains(names, p.name) {
			p.apply(r)
			r.prune()
		}
	}
	r.schedule()
	return allocate(r)
}

// PatternNames lists the patterns in their order.
func PatternNames() []string {
	var names []string
	for _, p := range patterns {
		names = append(names, p.name)
	}
	return names
}

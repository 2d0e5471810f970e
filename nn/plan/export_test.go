package plan

import (
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
)

// BuildOnly is Build with the patterns of these names alone.
func BuildOnly(g *graph.Graph, names ...string) *Program {
	r := newRewriter(g, Options{})
	r.prune()
	for _, p := range slices.Concat(gradientPatterns, fusingPatterns) {
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
	for _, p := range slices.Concat(gradientPatterns, fusingPatterns) {
		names = append(names, p.name)
	}
	return names
}

// BuildCut is Build with the forward pass cut into parts, whether that saves memory or not.
func BuildCut(g *graph.Graph, opt Options, parts int) *Program { return build(g, opt, parts) }

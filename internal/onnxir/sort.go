package onnxir

import (
	"fmt"
	"strings"
)

// Sorted returns the nodes in an order in which each comes after those that make its inputs, or its subgraphs' inputs from
// outside; the order of the file where that is one already. Every name that a node uses must be made by another node, an
// initializer or an input, and by one alone. Nodes of a subgraph see the names of the graphs around it: outer reports whether
// these have a name, and is nil for the graph of a model. A cycle, a name that nothing makes and one that is made twice are
// errors of kind ErrFormat, in subgraphs too.
func (g *Graph) Sorted(outer func(name string) bool) ([]*Node, error) {
	nodes, uses, err := g.sorted()
	if err != nil {
		return nil, err
	}
	for _, u := range uses {
		if outer == nil || !outer(u.name) {
			return nil, Formatf("%s %q: nothing makes it: no node, initializer or input is called so", u.by(), u.name)
		}
	}
	return nodes, nil
}

// use is a name from outside of a graph, and who uses it: text that is made only for an error, as it may be long.
type use struct {
	name string
	by   func() string
}

// What makes a name outside of the nodes, which have their index.
const (
	anInput       = -1
	anInitializer = -2
)

// sorted returns the nodes in order and the names that the graph takes from around it.
func (g *Graph) sorted() ([]*Node, []use, error) {
	makers, err := g.makers()
	if err != nil {
		return nil, nil, fmt.Errorf("graph %q: %w", g.Name, err)
	}
	var outer []use
	needs := make([][]int, len(g.Nodes)) // the nodes that must come before
	for i, n := range g.Nodes {
		uses, err := n.uses()
		if err != nil {
			return nil, nil, err
		}
		for _, u := range uses {
			if from, ok := makers[u.name]; !ok {
				outer = append(outer, u)
			} else if from >= 0 {
				needs[i] = append(needs[i], from)
			}
		}
	}
	for _, o := range g.Outputs {
		if _, ok := makers[o.Name]; !ok {
			outer = append(outer, use{o.Name, func() string { return fmt.Sprintf("graph %q: output", g.Name) }})
		}
	}
	nodes, err := order(g.Nodes, needs)
	return nodes, outer, err
}

// makers returns which node makes each name.
func (g *Graph) makers() (map[string]int, error) {
	makers := make(map[string]int, len(g.Inputs)+len(g.Initializers)+len(g.Nodes))
	for _, v := range g.Inputs {
		if _, twice := makers[v.Name]; twice {
			return nil, Formatf("two inputs are called %q", v.Name)
		}
		makers[v.Name] = anInput
	}
	for _, name := range g.initializerNames() {
		// One may have the name of an input, whose default value it then is.
		if makers[name] == anInitializer {
			return nil, Formatf("two initializers are called %q", name)
		}
		makers[name] = anInitializer
	}
	for i, n := range g.Nodes {
		for _, name := range n.Outputs {
			if name == "" {
				continue
			}
			if from, twice := makers[name]; twice && from < 0 {
				return nil, Formatf("%v: output %q: an input or initializer is called so too", n, name)
			} else if twice {
				return nil, Formatf("%v: output %q: %v makes it too", n, name, g.Nodes[from])
			}
			makers[name] = i
		}
	}
	return makers, nil
}

func (g *Graph) initializerNames() []string {
	names := make([]string, 0, len(g.Initializers))
	for _, t := range g.Initializers {
		names = append(names, t.Name)
	}
	for _, s := range g.SparseInitializers {
		if s.Values != nil {
			names = append(names, s.Values.Name)
		}
	}
	return names
}

// uses returns the names that the node needs: its inputs, and what its subgraphs take from around them.
func (n *Node) uses() ([]use, error) {
	var all []use
	for i, name := range n.Inputs {
		if name != "" {
			all = append(all, use{name, func() string { return fmt.Sprintf("%v: input %d", n, i) }})
		}
	}
	for _, a := range n.Attributes {
		for _, g := range a.subgraphs() {
			_, outer, err := g.sorted()
			if err != nil {
				return nil, fmt.Errorf("%v: attribute %q: %w", n, a.Name, err)
			}
			for _, u := range outer {
				all = append(all, use{u.name, func() string { return fmt.Sprintf("%v: attribute %q: %s", n, a.Name, u.by()) }})
			}
		}
	}
	return all, nil
}

// order walks the nodes depth first, each after those that it needs. It keeps its own stack, as a chain of nodes may be long.
func order(nodes []*Node, needs [][]int) ([]*Node, error) {
	const fresh, open, done = 0, 1, 2
	state := make([]int8, len(nodes))
	out := make([]*Node, 0, len(nodes))
	var stack []int // open nodes, each needed by the one before it
	for i := range nodes {
		if state[i] == fresh {
			stack, state[i] = append(stack, i), open
		}
		for len(stack) > 0 {
			top := len(stack) - 1
			n := stack[top]
			if len(needs[n]) == 0 {
				stack, state[n] = stack[:top], done
				out = append(out, nodes[n])
				continue
			}
			next := needs[n][0]
			needs[n] = needs[n][1:]
			switch state[next] {
			case fresh:
				stack, state[next] = append(stack, next), open
			case open:
				return nil, cycle(nodes, stack, next)
			}
		}
	}
	return out, nil
}

// cycle names the nodes of a cycle: the open ones from first on.
func cycle(nodes []*Node, stack []int, first int) error {
	const most = 5
	var names []string
	for i := len(stack) - 1; ; i-- {
		names = append(names, nodes[stack[i]].String())
		if stack[i] == first {
			break
		}
	}
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("%d more", len(names)-most))
	}
	return Formatf("%s: it needs its own output: a cycle by way of %s", nodes[first], strings.Join(names, ", "))
}

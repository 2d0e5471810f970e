package onnxir

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// node makes a node from "op: inputs -> outputs", with subgraphs.
func node(text string, subgraphs ...*Graph) *Node {
	op, rest, _ := strings.Cut(text, ": ")
	in, out, _ := strings.Cut(rest, "->")
	n := &Node{OpType: op, Name: op, Inputs: strings.Fields(in), Outputs: strings.Fields(out)}
	for i, s := range n.Inputs {
		n.Inputs[i] = strings.Trim(s, "_") // an input that is left out
	}
	for i, g := range subgraphs {
		n.Attributes = append(n.Attributes, &Attribute{Name: fmt.Sprint("branch", i), Type: AttrGraph, G: g})
	}
	return n
}

// graph makes a graph with the input x and the initializer w, and the output y.
func graph(nodes ...*Node) *Graph {
	return &Graph{Name: "g", Inputs: []*Value{{Name: "x"}}, Initializers: []*Tensor{{Name: "w"}}, Outputs: []*Value{{Name: "y"}},
		Nodes: nodes}
}

// branch is a subgraph without inputs whose output is its last node's.
func branch(nodes ...*Node) *Graph {
	return &Graph{Name: "b", Nodes: nodes, Outputs: []*Value{{Name: nodes[len(nodes)-1].Outputs[0]}}}
}

func TestSorted(t *testing.T) {
	sparse := graph(node("A: s -> y"))
	sparse.SparseInitializers = []*SparseTensor{{Values: &Tensor{Name: "s"}}}
	old := graph(node("A: w -> y"))
	old.Inputs = append(old.Inputs, &Value{Name: "w"})
	for _, tt := range []struct {
		name string
		g    *Graph
		want string // the nodes in order, or the error
	}{
		{"in order", graph(node("A: x w -> a"), node("B: a _ -> b"), node("C: b a -> y")), "A B C"},
		{"independent ones stay", graph(node("C: x -> c"), node("A: x -> a"), node("B: a c -> y")), "C A B"},
		{"reversed", graph(node("C: b a -> y"), node("B: a -> b"), node("A: x -> a")), "A B C"},
		{"sparse initializer", sparse, "A"},
		{"initializer among the inputs", old, "A"},
		{"subgraph takes from outside", graph(node("If: x -> y", branch(node("B: a -> c")), branch(node("D: w -> d"))),
			node("A: x -> a")), "A If"},
		{"two levels", graph(node("If: x -> y", branch(node("If2: x -> c", branch(node("D: a -> d"))))), node("A: x -> a")), "A If"},
		{"subgraph's own name hides", graph(node("If: x -> y", branch(node("B: x -> y"))), node("A: y -> a")), "If A"},
		{"cycle", graph(node("A: x b -> a"), node("B: a -> b"), node("C: b -> y")),
			`node "A" (A): it needs its own output: a cycle by way of node "B" (B), node "A" (A)`},
		{"cycle of one", graph(node("A: a -> a"), node("B: x -> y")),
			`node "A" (A): it needs its own output: a cycle by way of node "A" (A)`},
		{"cycle by a subgraph", graph(node("If: x -> y", branch(node("B: y2 -> c"))), node("A: y -> y2")),
			`node "If" (If): it needs its own output: a cycle by way of node "A" (A), node "If" (If)`},
		{"cycle in a subgraph", graph(node("If: x -> y", branch(node("B: c -> b"), node("C: b -> c")))),
			`node "If" (If): attribute "branch0": node "B" (B): it needs its own output: a cycle by way of node "C" (C), node "B" (B)`},
		{"long cycle", graph(node("A: g -> a"), node("B: a -> b"), node("C: b -> c"), node("D: c -> d"), node("E: d -> e"),
			node("F: e -> f"), node("G: f -> g")),
			`node "A" (A): it needs its own output: a cycle by way of node "B" (B), node "C" (C), node "D" (D), node "E" (E), node "F" (F), 2 more`},
		{"nobody makes an input", graph(node("A: x z -> y")), `node "A" (A): input 1 "z": nothing makes it: no node, initializer or input is called so`},
		{"nobody makes an output", graph(node("A: x -> a")), `graph "g": output "y": nothing makes it: no node, initializer or input is called so`},
		{"nobody makes a subgraph's input", graph(node("If: x -> y", branch(node("B: z -> b")))),
			`node "If" (If): attribute "branch0": node "B" (B): input 0 "z": nothing makes it: no node, initializer or input is called so`},
		{"made twice", graph(node("A: x -> y"), node("B: x -> y")), `graph "g": node "B" (B): output "y": node "A" (A) makes it too`},
		{"made by a node and an input", graph(node("A: x -> x")), `graph "g": node "A" (A): output "x": an input or initializer is called so too`},
		{"two inputs", &Graph{Inputs: []*Value{{Name: "x"}, {Name: "x"}}}, `graph "": two inputs are called "x"`},
		{"two initializers", &Graph{Initializers: []*Tensor{{Name: "w"}, {Name: "w"}}}, `graph "": two initializers are called "w"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			nodes, err := tt.g.Sorted(nil)
			var names []string
			for _, n := range nodes {
				names = append(names, n.Name)
			}
			got := strings.Join(names, " ")
			if err != nil {
				if got = err.Error(); !errors.Is(err, ErrFormat) || nodes != nil {
					t.Errorf("got %v and an error that is of kind ErrFormat: %v", nodes, errors.Is(err, ErrFormat))
				}
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestSortedWithin(t *testing.T) {
	b := branch(node("B: a -> b"))
	if nodes, err := b.Sorted(func(name string) bool { return name == "a" }); err != nil || len(nodes) != 1 {
		t.Errorf("got %v, %v", nodes, err)
	}
	if _, err := b.Sorted(func(string) bool { return false }); err == nil {
		t.Error("the name is nowhere")
	}
}

// A chain against the file's order is walked without recursion.
func TestSortedLong(t *testing.T) {
	const n = 100_000
	g := &Graph{Inputs: []*Value{{Name: "0"}}, Outputs: []*Value{{Name: fmt.Sprint(n)}}}
	for i := n; i > 0; i-- {
		g.Nodes = append(g.Nodes, &Node{OpType: "Relu", Inputs: []string{fmt.Sprint(i - 1)}, Outputs: []string{fmt.Sprint(i)}})
	}
	nodes, err := g.Sorted(nil)
	if err != nil || len(nodes) != n || nodes[0] != g.Nodes[n-1] {
		t.Errorf("got %d nodes, %v", len(nodes), err)
	}
}

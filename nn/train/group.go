package train

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
)

// Group treats some parameters otherwise than the rest.
type Group struct {
	// Match are names of parameters, in which * stands for any characters: "conv1.*", "*.bias", "bn*.weight".
	Match        []string
	LearningRate float64  // times the learning rate; 0 means 1
	WeightDecay  *float64 // instead of the optimizer's; nil: the optimizer's
	Frozen       bool     // the parameters stay as they are, and their gradients are not computed
}

// String prints the group with what its pointer points to; plans are told apart by it.
func (g Group) String() string {
	s := fmt.Sprintf("{%q x%g frozen=%t", g.Match, g.factor(), g.Frozen)
	if g.WeightDecay != nil {
		s += fmt.Sprintf(" decay=%g", *g.WeightDecay)
	}
	return s + "}"
}

func (g Group) factor() float64 {
	if g.LearningRate == 0 {
		return 1
	}
	return g.LearningRate
}

func (g Group) has(name string) bool {
	return slices.ContainsFunc(g.Match, func(m string) bool { return matches(m, name) })
}

// matches reports whether pattern, in which * stands for any characters, is the whole of name.
func matches(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(name) < len(first)+len(last) || !strings.HasPrefix(name, first) || !strings.HasSuffix(name, last) {
		return false
	}
	name = name[len(first) : len(name)-len(last)]
	for _, p := range parts[1 : len(parts)-1] {
		_, after, ok := strings.Cut(name, p)
		if !ok {
			return false
		}
		name = after
	}
	return true
}

// group returns the first group that has a parameter, or one that changes nothing.
func (o Optimizer) group(name string) Group {
	for _, g := range o.Groups {
		if g.has(name) {
			return g
		}
	}
	return Group{}
}

func checkGroups(groups []Group) error {
	for i, g := range groups {
		where := fmt.Sprintf("group %d %q: ", i+1, g.Match)
		if len(g.Match) == 0 {
			return fmt.Errorf(`train: group %d: match: got nothing, want names of parameters, such as "*.bias"`, i+1)
		}
		if err := inRange(where+"learning rate", g.LearningRate, math.MaxFloat32); err != nil {
			return err
		}
		if g.WeightDecay != nil {
			if err := inRange(where+"weight decay", *g.WeightDecay, math.MaxFloat32); err != nil {
				return err
			}
		}
	}
	return nil
}

// Trainable returns the parameters that are not frozen. It returns an error if a group's pattern fits none of params,
// or nothing is left to train.
func (o Optimizer) Trainable(params []*graph.Value) ([]*graph.Value, error) {
	for i, g := range o.Groups {
		for _, m := range g.Match {
			if !slices.ContainsFunc(params, func(p *graph.Value) bool { return matches(m, p.Name) }) {
				return nil, fmt.Errorf("train: group %d: match: got %q, which fits no parameter; the net has %s", i+1, m, names(params))
			}
		}
	}
	var left []*graph.Value
	for _, p := range params {
		if !o.group(p.Name).Frozen {
			left = append(left, p)
		}
	}
	if len(left) == 0 && len(params) > 0 {
		return nil, fmt.Errorf("train: groups: all parameters are frozen; leave one to train, such as %s", params[len(params)-1].Name)
	}
	return left, nil
}

// names lists some parameters for a message.
func names(params []*graph.Value) string {
	const most = 8
	var list []string
	for _, p := range params[:min(most, len(params))] {
		list = append(list, p.Name)
	}
	if len(params) > most {
		list = append(list, fmt.Sprintf("… and %d more", len(params)-most))
	}
	return strings.Join(list, ", ")
}

package train

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// LoadReport says what became of weights that were loaded by name. All lists are sorted.
type LoadReport struct {
	Loaded     []string
	Missing    []string // the model has them, and keeps its values
	Unexpected []string // the model has nothing of the name
	Mismatched []Mismatch
	// Optimizer lists states that an optimiser kept of a parameter, and averages of it. They are left out: a new run begins.
	Optimizer []string
}

// Mismatch is a value that the model has in another shape.
type Mismatch struct {
	Name      string
	Got, Want graph.Shape
}

// String tells it in a line, such as "6 loaded; 2 of another shape: fc2.bias [10] instead of [3], …".
func (r LoadReport) String() string {
	s := fmt.Sprintf("%d loaded", len(r.Loaded))
	var shapes []string
	for _, m := range r.Mismatched {
		shapes = append(shapes, fmt.Sprintf("%s %v instead of %v", m.Name, m.Got, m.Want))
	}
	for _, l := range []struct {
		what  string
		names []string
	}{{"of another shape", shapes}, {"missing", r.Missing}, {"unexpected", r.Unexpected}} {
		if len(l.names) > 0 {
			s += fmt.Sprintf("; %d %s: %s", len(l.names), l.what, strings.Join(l.names, ", "))
		}
	}
	return s
}

// LoadByName takes over those of w that the model has under the same name with the same shape, and leaves the rest as it
// is: to go on from weights that were trained for something else, with another head. The run begins anew, without
// states of the optimiser. On an error, such as when nothing fits, nothing has changed.
func (s *Session) LoadByName(w map[string]plan.Tensor) (LoadReport, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var r LoadReport
	if s.closed {
		return r, graph.ErrClosed
	}
	if err := s.refresh(context.Background()); err != nil && !errors.Is(err, graph.ErrDeviceLost) {
		return r, err
	}
	values, err := s.modelValues(s.weights)
	if err != nil {
		return r, err
	}
	maps.DeleteFunc(values, func(name string, _ plan.Tensor) bool { return strings.HasSuffix(name, averageSuffix) })
	w = perChannel(w, s.model.InputShape())
	loaded := map[string]plan.Tensor{}
	for _, name := range slices.Sorted(maps.Keys(w)) {
		switch own, ok := values[name]; {
		case ok && own.Shape.Equal(w[name].Shape):
			loaded[name] = w[name]
			r.Loaded = append(r.Loaded, name)
		case ok:
			r.Mismatched = append(r.Mismatched, Mismatch{name, w[name].Shape, own.Shape})
		case ofOptimizer(name, w):
			r.Optimizer = append(r.Optimizer, name)
		default:
			r.Unexpected = append(r.Unexpected, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if _, ok := w[name]; !ok {
			r.Missing = append(r.Missing, name)
		}
	}
	if len(loaded) == 0 {
		return r, fmt.Errorf("train: nothing fits the net (%v); give the layers the names that the weights have: %w", r, graph.ErrFormat)
	}
	maps.Copy(values, loaded)
	return r, s.setWeights(values, 0)
}

// ofOptimizer reports whether a name is that of another value with something behind it, as an optimiser's states are, or
// the state of a schedule.
func ofOptimizer(name string, w map[string]plan.Tensor) bool {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return false
	}
	_, ok := w[name[:i]]
	return ok || name == plateauName
}

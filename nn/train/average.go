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

// Averaged lets g, a graph that does not train, read the averages of its parameters, those that has reports to be
// there, instead of the parameters.
func Averaged(g *graph.Graph, has func(name string) bool) {
	for _, p := range g.Params() {
		if name := p.Name + averageSuffix; has(name) {
			p.Name, p.Role = name, graph.State
		}
	}
}

// UseAverages says whether Evaluate and Predict read the averages of the weights, where the last run of Train has kept
// some; at first they do.
func (s *Session) UseAverages(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plain = !on
}

// forward is what executable takes for a purpose that does not train: of averages, if they are to be used.
func (s *Session) forward(ctx context.Context, name string, build func() (*graph.Graph, error)) (context.Context, purpose, func() (*graph.Graph, error)) {
	count := 0
	for name := range s.weights {
		if strings.HasSuffix(name, averageSuffix) {
			count++
		}
	}
	if s.plain || count == 0 {
		return ctx, purpose{name: name}, build
	}
	return ctx, purpose{name: fmt.Sprintf("%s with %d averages", name, count)}, func() (*graph.Graph, error) {
		g, err := build()
		if err == nil {
			Averaged(g, func(name string) bool { _, ok := s.weights[name]; return ok })
		}
		return g, err
	}
}

// firstAverage returns what the average called name starts from: the parameter as it is now.
func firstAverage(weights map[string]plan.Tensor, name string) (plan.Tensor, bool) {
	param, ok := strings.CutSuffix(name, averageSuffix)
	if !ok {
		return plan.Tensor{}, false
	}
	t, ok := weights[param]
	return t, ok
}

// dropAverages forgets averages, before a run that would let them fall behind.
func (s *Session) dropAverages() {
	old := func(name string) bool { return strings.HasSuffix(name, averageSuffix) }
	s.order = slices.DeleteFunc(s.order, old)
	maps.DeleteFunc(s.weights, func(name string, _ plan.Tensor) bool { return old(name) })
}

// restart sets the states of the optimizer, which are called after parameters, to what they are before the first step:
// those of another run would be taken for its own, and their correction by the step's number would be wrong.
func (s *Session) restart(o Optimizer) (err error) {
	for _, name := range s.order {
		param, state := name[:max(0, strings.LastIndexByte(name, '.'))], s.weights[name]
		if _, ok := s.weights[param]; !ok || strings.HasSuffix(name, averageSuffix) {
			continue
		}
		fresh := make([]float32, state.Len())
		if o.Kind == "adagrad" {
			for i := range fresh {
				fresh[i] = float32(o.StartSum)
			}
		}
		s.weights[name] = plan.Float32s(state.Shape, fresh...)
		err = errors.Join(err, s.store.Write(name, s.weights[name]))
	}
	return err
}

package tfjs

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/graph"
)

// order lists all that the roots need, each behind what it needs itself. It keeps its own stack, as a file may hold a chain
// of any length, and refuses a cycle.
func order[K comparable](roots []K, needs func(K) ([]K, error)) ([]K, error) {
	type step struct {
		k    K
		left []K
	}
	var sorted []K
	begun, done := map[K]bool{}, map[K]bool{}
	var stack []step
	push := func(k K) error {
		if begun[k] && !done[k] {
			return fmt.Errorf("%v needs its own output: %w", k, graph.ErrFormat)
		}
		if done[k] {
			return nil
		}
		begun[k] = true
		left, err := needs(k)
		stack = append(stack, step{k, left})
		return err
	}
	for _, r := range roots {
		if err := push(r); err != nil {
			return nil, err
		}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.left) == 0 {
				done[top.k] = true
				sorted = append(sorted, top.k)
				stack = stack[:len(stack)-1]
				continue
			}
			next := top.left[0]
			top.left = top.left[1:]
			if err := push(next); err != nil {
				return nil, err
			}
		}
	}
	return sorted, nil
}

package conform

import (
	"fmt"
	"math"
	"strings"

	"github.com/fovea-nn/fovea/internal/approx"
	"github.com/fovea-nn/fovea/nn/plan"
)

// comparison collects how far the results of a case lie from what it expects.
type comparison struct {
	c       *Case
	done    map[string]bool
	worst   float64 // largest error, as a share of the tolerance
	at      string  // the key that has it
	failing []string
}

func newComparison(c *Case) *comparison { return &comparison{c: c, done: map[string]bool{}} }

// expects reports whether the case wants a key.
func (r *comparison) expects(key string) bool { _, ok := r.c.Expect[key]; return ok }

// check compares a result, in the reference's layout, with what the case expects under key, if it expects it.
func (r *comparison) check(key string, got plan.Tensor) {
	tol, ok := r.c.Expect[key]
	if !ok {
		return
	}
	r.done[key] = true
	want := r.c.Tensors[key]
	if !got.Shape.Equal(want.Shape) || got.Type != want.Type {
		r.fail(key, math.Inf(1), fmt.Sprintf("%s: got %v%v, want %v%v", key, got.Type, got.Shape, want.Type, want.Shape))
		return
	}
	a := approx.Compare(numbers(got), numbers(want), *tol.ATol, *tol.RTol)
	at := strings.ReplaceAll(strings.Trim(fmt.Sprint(index(want.Shape, a.Index)), "[]"), " ", ",")
	text := fmt.Sprintf("%s[%s]: got %.9g, want %.9g, %.3g of the tolerance", key, at, a.Got, a.Want, a.Worst)
	if !a.OK() {
		r.fail(key, a.Worst, text)
	} else if a.Worst > r.worst || r.at == "" {
		r.worst, r.at = a.Worst, key
	}
}

func (r *comparison) fail(key string, worst float64, text string) {
	r.failing = append(r.failing, text)
	if worst > r.worst || r.at == "" {
		r.worst, r.at = worst, key
	}
}

// err says what lies outside its tolerance, and which expected keys nothing was compared with.
func (r *comparison) err() error {
	for key := range r.c.Expect {
		if !r.done[key] {
			r.fail(key, math.Inf(1), "expect: nothing yields "+key)
		}
	}
	if len(r.failing) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(r.failing, "; "))
}

func numbers(t plan.Tensor) []float64 {
	out := make([]float64, 0, t.Len())
	for _, v := range t.F32 {
		out = append(out, float64(v))
	}
	for _, v := range t.I32 {
		out = append(out, float64(v))
	}
	return out
}

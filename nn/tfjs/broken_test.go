package tfjs_test

import (
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/tfjs"
)

// TestBrokenModels changes values within good models, which a fuzzer that changes bytes hardly reaches: it makes an error of a
// known kind or a model, never a panic.
func TestBrokenModels(t *testing.T) {
	const rounds = 40
	for k, c := range cases(t) {
		for seed := range uint64(rounds) {
			var model any
			if err := json.Unmarshal(c.Model, &model); err != nil {
				t.Fatal(err)
			}
			b := breaker{r: rand.New(rand.NewPCG(seed, uint64(k))), left: 1 + int(seed%3)}
			b.size(model)
			model = b.change(model)
			text, err := json.Marshal(model)
			if err != nil {
				t.Fatal(err)
			}
			func() {
				defer func() {
					if r := recover(); r != nil {
						t.Fatalf("%s, seed %d: panic: %v\n%s", c.Name, seed, r, text)
					}
				}()
				parseAny(t, text, c.Weights)
			}()
		}
	}
}

// parseAny parses what may be no model, and builds it for two samples.
func parseAny(t *testing.T, model, weights []byte) {
	t.Helper()
	m, err := tfjs.Parse(model, one(weights))
	if err == nil {
		g := graph.New()
		_, err = m.Logits(layer.NewBuilder(g), g.Input("x", graph.F32, append(graph.Shape{2}, m.InputShape()...)))
	}
	var shape *graph.ShapeError
	if err != nil && !errors.Is(err, graph.ErrFormat) && !errors.Is(err, graph.ErrUnsupported) && !errors.As(err, &shape) {
		t.Errorf("not of a known kind: %v", err)
	}
}

// breaker changes some of the values in a tree of JSON.
type breaker struct {
	r           *rand.Rand
	left, total int
	texts       []string
}

func (b *breaker) size(v any) {
	b.total++
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			b.size(v[k])
		}
	case []any:
		for _, e := range v {
			b.size(e)
		}
	case string:
		b.texts = append(b.texts, v)
	}
}

// change walks through the tree and changes a value as often as left says, on average.
func (b *breaker) change(v any) any {
	if b.r.IntN(b.total) < b.left {
		return b.other(v)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			v[k] = b.change(v[k])
		}
	case []any:
		for k := range v {
			v[k] = b.change(v[k])
		}
	}
	return v
}

func (b *breaker) other(v any) any {
	pick := func(of ...any) any { return of[b.r.IntN(len(of))] }
	text := b.texts[b.r.IntN(len(b.texts))]
	switch v := v.(type) {
	case float64:
		return pick(0, -1, 1, 2, 3, 4, 7, 1000, 1<<20, 1<<31, 1<<40, -1<<40, 1<<62, 0.5, v+1, v-1, nil, text, []any{v, v}, []any{})
	case string:
		return pick(text, text, text, "", nil, "-1", "0", "1", "3", "2147483648", "4611686018427387904", "same", "channels_first", 1)
	case []any:
		if len(v) == 0 || b.r.IntN(4) == 0 {
			return pick(nil, []any{}, append(slices.Clone(v), text), 1, text)
		}
		k := b.r.IntN(len(v))
		return pick(slices.Delete(slices.Clone(v), k, k+1), append(slices.Clone(v), v[k]), []any{v[k]}, []any{v})
	case map[string]any:
		v = maps.Clone(v)
		if keys := slices.Sorted(maps.Keys(v)); len(keys) > 0 {
			delete(v, keys[b.r.IntN(len(keys))])
		}
		return v
	}
	return pick(nil, true, false, 1, text)
}

package simd

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/fovea-nn/fovea/nn/graph"
)

// What is handed out never overlaps, and all of it comes back as one piece.
func TestHeap(t *testing.T) {
	h := &heap{end: align, max: 1 << 20, grow: func(int) error { return nil }}
	rng := rand.New(rand.NewPCG(1, 2))
	var held []span
	for range 5000 {
		if len(held) > 0 && rng.IntN(5) < 2 {
			i := rng.IntN(len(held))
			h.release(held[i].at, held[i].bytes)
			held = append(held[:i], held[i+1:]...)
			continue
		}
		n := rng.IntN(3000)
		at, err := h.alloc(n)
		if err != nil {
			if !errors.Is(err, graph.ErrOutOfMemory) {
				t.Fatal(err)
			}
			continue
		}
		if at%align != 0 || at < align || at+n > h.max {
			t.Fatalf("alloc(%d) = %d", n, at)
		}
		for _, o := range held {
			if at < o.at+o.bytes && o.at < at+n {
				t.Fatalf("%v overlaps %v", span{at, n}, o)
			}
		}
		held = append(held, span{at, n})
	}
	for _, s := range held {
		h.release(s.at, s.bytes)
	}
	if len(h.free) != 1 || h.free[0].at != align || h.free[0].at+h.free[0].bytes != h.end {
		t.Errorf("free: %v of %d", h.free, h.end)
	}
}

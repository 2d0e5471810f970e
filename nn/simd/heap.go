package simd

import (
	"fmt"
	"slices"

	"github.com/fovea-nn/fovea/nn/graph"
)

// heap hands out parts of a device's memory, the first that is large enough.
type heap struct {
	free []span // in order, no two touching
	end  int    // of what was ever handed out
	max  int
	grow func(end int) error
}

type span struct{ at, bytes int }

// alloc returns where bytes, rounded up, begin.
func (h *heap) alloc(bytes int) (int, error) {
	// One line more than a power of two keeps neighbours from lying a multiple of 4 KiB apart, where loads of one wait
	// for stores to the other.
	bytes = roundUp(max(bytes, 1), align) + align
	for i := range h.free {
		if s := &h.free[i]; s.bytes >= bytes {
			at := s.at
			s.at, s.bytes = s.at+bytes, s.bytes-bytes
			if s.bytes == 0 {
				h.free = slices.Delete(h.free, i, i+1)
			}
			return at, nil
		}
	}
	if bytes > h.max-h.end {
		return 0, fmt.Errorf("simd: %d MiB more are needed, %d MiB of %d MiB are free; use a smaller batch, picture or layer: %w",
			bytes>>20, (h.max-h.end)>>20, h.max>>20, graph.ErrOutOfMemory)
	}
	if err := h.grow(h.end + bytes); err != nil {
		return 0, err
	}
	at := h.end
	h.end += bytes
	return at, nil
}

// room is how many bytes could be handed out yet, if they fit into the gaps.
func (h *heap) room() int {
	n := h.max - h.end
	for _, s := range h.free {
		n += s.bytes
	}
	return n
}

// release gives back what alloc(bytes) returned.
func (h *heap) release(at, bytes int) {
	bytes = roundUp(max(bytes, 1), align) + align
	i, _ := slices.BinarySearchFunc(h.free, at, func(s span, at int) int { return s.at - at })
	h.free = slices.Insert(h.free, i, span{at, bytes})
	if i+1 < len(h.free) && at+bytes == h.free[i+1].at {
		h.free[i].bytes += h.free[i+1].bytes
		h.free = slices.Delete(h.free, i+1, i+2)
	}
	if i > 0 && h.free[i-1].at+h.free[i-1].bytes == at {
		h.free[i-1].bytes += h.free[i].bytes
		h.free = slices.Delete(h.free, i, i+1)
	}
}

// Used returns how many bytes of its memory the device has handed out: weights, activations, what a data set takes.
func (d *Device) Used() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.heap.max - d.heap.room()
}

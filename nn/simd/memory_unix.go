//go:build unix

package simd

import (
	"context"
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// withMemory has wazero take memory from the system instead of Go's heap, where the 4 GiB that a shared memory reserves,
// though hardly any of it is used, would keep the collector from running. The memory outlives the modules that wazero
// closes, each of which would free it, until release is called.
func withMemory(ctx context.Context) (_ context.Context, release func()) {
	var all []mapped
	release = func() {
		for _, m := range all {
			_ = syscall.Munmap(m)
		}
		all = nil
	}
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(func(_, max uint64) experimental.LinearMemory {
		b, err := syscall.Mmap(-1, 0, int(max), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			return mapped(make([]byte, 0, max))
		}
		all = append(all, b)
		return mapped(b)
	})), release
}

type mapped []byte

func (m mapped) Reallocate(size uint64) []byte { return m[:size] }

func (m mapped) Free() {}

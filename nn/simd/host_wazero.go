//go:build !js

package simd

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// maxPages is the memory's limit: the last page is left out, because its end is no 32-bit number.
const maxPages = 1<<16 - 1

// native runs modules in wazero, which compiles them to machine code.
type native struct {
	ctx     context.Context
	runtime wazero.Runtime
	memory  api.Memory
	threads int
	release func()
}

func newHost(ctx context.Context, o Options) (host, error) {
	h := &native{threads: o.Threads}
	h.ctx, h.release = withMemory(context.WithoutCancel(ctx))
	if h.threads <= 0 {
		h.threads = runtime.GOMAXPROCS(0)
	}
	config := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesThreads)
	h.runtime = wazero.NewRuntimeWithConfig(h.ctx, config)
	m := wasmasm.New("fovea")
	m.Memory(wasmasm.Limits{Min: 1, Max: maxPages, Shared: true})
	m.ExportMemory("memory")
	code, err := m.Bytes()
	if err != nil {
		return nil, err
	}
	compiled, err := h.runtime.CompileModule(h.ctx, code)
	if err != nil {
		return nil, fmt.Errorf("simd: wazero: %w", err)
	}
	instance, err := h.runtime.InstantiateModule(h.ctx, compiled, wazero.NewModuleConfig().WithName("fovea"))
	if err != nil {
		return nil, fmt.Errorf("simd: wazero: %w", err)
	}
	h.memory = instance.Memory()
	return h, nil
}

func (h *native) describe() engine {
	return engine{name: "wazero", threads: h.threads, shared: true, bytes: maxPages * pageBytes}
}

func (h *native) grow(end int) error {
	if n := end - int(h.memory.Size()); n > 0 {
		if _, ok := h.memory.Grow(uint32(roundUp(n, pageBytes) / pageBytes)); !ok {
			return fmt.Errorf("simd: memory of %d MiB cannot be had: %w", end>>20, graph.ErrOutOfMemory)
		}
	}
	return nil
}

// view is memory that grow has made sure of.
func (h *native) view(at, bytes int) []byte {
	b, _ := h.memory.Read(uint32(at), uint32(bytes))
	return b
}

func (h *native) write(at int, b []byte) { copy(h.view(at, len(b)), b) }
func (h *native) read(at int, b []byte)  { copy(b, h.view(at, len(b))) }
func (h *native) clear(at, bytes int)    { clear(h.view(at, bytes)) }

// restart does nothing for a run that failed: goroutines do not get lost, so the fault is in the module.
func (h *native) restart() error { return errors.New("the module failed") }

func (h *native) close() {
	h.runtime.Close(h.ctx)
	h.release()
}

// loaded is a module in wazero: an instance of run for each thread, since one has one stack.
type loaded struct {
	h        *native
	compiled wazero.CompiledModule
	instance api.Module
	runs     []api.Function
}

func (h *native) load(_ context.Context, code []byte) (module, error) {
	m := &loaded{h: h}
	var err error
	if m.compiled, err = h.runtime.CompileModule(h.ctx, code); err != nil {
		return nil, fmt.Errorf("simd: wazero: %w", err)
	}
	if m.instance, err = h.runtime.InstantiateModule(h.ctx, m.compiled, wazero.NewModuleConfig().WithName("")); err != nil {
		return nil, fmt.Errorf("simd: wazero: %w", err)
	}
	for range h.threads {
		m.runs = append(m.runs, m.instance.ExportedFunction("run"))
	}
	return m, nil
}

func (m *loaded) run(from, to int) error {
	threads := uint64(len(m.runs))
	errs := make([]error, len(m.runs))
	call := func(thread int) {
		_, errs[thread] = m.runs[thread].Call(m.h.ctx, uint64(thread), threads, uint64(from), uint64(to))
	}
	var wg sync.WaitGroup
	for t := 1; t < len(m.runs); t++ {
		wg.Go(func() { call(t) })
	}
	call(0)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *loaded) close() {
	m.instance.Close(m.h.ctx)
	m.compiled.Close(m.h.ctx)
}

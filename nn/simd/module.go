package simd

import (
	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/fovea-nn/fovea/nn/plan"
)

// The first bytes of a device's memory are for the threads: each word has a line of its own.
const (
	atArrived  = 0 * align // threads that have come to the barrier
	atRound    = 1 * align // barriers passed
	atNext     = 2 * align // next task of the phase
	atSleepers = 3 * align // threads that wait for the round to change
	atStep     = 6 * align // step that is being done; simd.js has the two lines before
	controlEnd = 8 * align
)

// spins is how often a thread looks whether the others have come before it sleeps: about 20 µs.
const spins = 2000

// patience is how many seconds a thread waits for the others before it traps: one of them is gone. Tasks take milliseconds.
const patience = 8

// emitModule makes the module of a program over a memory that it imports: p's slots lie at the given addresses and its
// scratch memory where the result of place, which is told its size, says. The module's run(thread, threads, from, to) does the
// steps from ≤ i < to.
func emitModule(
	t *target, p *plan.Program, slots []int, pages int, shared bool, g *guard, place func(scratch int) (int, error),
) ([]byte, error) {
	t.module.ImportMemory("fovea", "memory", wasmasm.Limits{Min: 1, Max: pages, Shared: shared})
	run, err := emitRun(t, p, slots, g, place)
	if err != nil {
		return nil, err
	}
	t.module.Export("run", run)
	return t.module.Bytes()
}

// emitRun emits the function run of a module, and all that it calls. One thread does tasks in their order, and meets nobody:
// its module has no atomic instructions.
func emitRun(t *target, p *plan.Program, slots []int, g *guard, place func(scratch int) (int, error)) (*wasmasm.Func, error) {
	t.module.StripLocals()
	steps := make([]*kernel, len(p.Steps))
	scratch := 0
	for i, s := range p.Steps {
		var err error
		if steps[i], err = t.emit(s); err != nil {
			return nil, err
		}
		scratch = max(scratch, steps[i].scratch)
	}
	at, err := place(scratch)
	if err != nil {
		return nil, err
	}
	var barrier *wasmasm.Func
	if t.threads > 1 {
		barrier = emitBarrier(t.module)
	}
	run := t.module.Func("run")
	thread, threads, from, to := run.ParamI32("thread"), run.ParamI32("threads"), run.ParamI32("from"), run.ParamI32("to")
	task := run.LocalI32("task")
	phase := func(ph phase, call func()) {
		if barrier == nil {
			run.For(task, run.I32(0), run.I32(ph.tasks), 1, call)
			return
		}
		emitPhase(run, ph, task, call)
		run.Call(barrier, threads)
	}
	for i, k := range steps {
		run.If(run.I32(i).Sub(from).LtU(to.Sub(from)), func() {
			if g.before(i) {
				ph := g.emit(t.module)
				phase(ph, func() { run.Call(ph.fn, task) })
			}
			run.If(thread.Eqz(), func() { run.I32(0).I32Store(atStep, run.I32(i)) })
			for _, ph := range k.phases {
				phase(ph, func() {
					args := []wasmasm.Value{task, thread, run.I32(at)}
					for _, s := range p.Steps[i].In {
						args = append(args, run.I32(slots[s]))
					}
					for _, s := range p.Steps[i].Out {
						args = append(args, run.I32(slots[s]))
					}
					run.Call(ph.fn, args...)
				})
			}
		})
	}
	return run, nil
}

// emitPhase has one of several threads take tasks until none is left.
func emitPhase(run *wasmasm.Func, ph phase, task wasmasm.I32, call func()) {
	run.Block(func(done wasmasm.Label) {
		run.Loop(func(again wasmasm.Label) {
			task.Set(run.I32(0).I32AtomicRmwAdd(atNext, run.I32(1)))
			run.BrIf(done, task.GeU(run.I32(ph.tasks)))
			call()
			run.Br(again)
		})
	})
}

// emitBarrier makes the function in which threads wait for each other. The last to come lets the others go on and wakes
// those that sleep.
func emitBarrier(m *wasmasm.Module) *wasmasm.Func {
	f := m.Func("barrier")
	threads := f.ParamI32("threads")
	zero, one := f.I32(0), f.I32(1)
	round, tries := f.LocalI32("round"), f.LocalI32("tries")
	round.Set(zero.I32AtomicLoad(atRound))
	f.If(zero.I32AtomicRmwAdd(atArrived, one).Eq(threads.Sub(one)), func() {
		zero.I32AtomicStore(atArrived, zero)
		zero.I32AtomicStore(atNext, zero)
		f.Drop(zero.I32AtomicRmwAdd(atRound, one))
		f.If(zero.I32AtomicLoad(atSleepers), func() {
			f.Drop(zero.MemoryAtomicNotify(atRound, f.I32(-1)))
		})
		f.Return()
	})
	f.For(tries, zero, f.I32(spins), 1, func() {
		f.If(zero.I32AtomicLoad(atRound).Ne(round), func() { f.Return() })
	})
	f.Drop(zero.I32AtomicRmwAdd(atSleepers, one))
	tries.Set(zero)
	f.Loop(func(again wasmasm.Label) {
		tries.Set(tries.Add(one))
		f.If(tries.GtU(f.I32(patience)), func() { f.Unreachable() })
		f.Drop(zero.MemoryAtomicWait32(atRound, round, f.I64(1e9)))
		f.BrIf(again, zero.I32AtomicLoad(atRound).Eq(round))
	})
	f.Drop(zero.I32AtomicRmwSub(atSleepers, one))
	return f
}

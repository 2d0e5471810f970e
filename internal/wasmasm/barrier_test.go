//go:build !js

package wasmasm_test

import (
	"testing"

	"github.com/fovea-nn/fovea/internal/wasmasm"
)

// Addresses of the barrier test.
const (
	atArrived = 0  // threads that have come to the barrier
	atRound   = 4  // number of barriers passed
	atCells   = 64 // one counter a thread
	atErrors  = 128
)

// barrier lets the last of threads go on and wake the others, which wait for the round to change.
func barrier(f *wasmasm.Func, threads wasmasm.I32) {
	zero := f.I32(0)
	round := f.LocalI32("round")
	round.Set(zero.I32AtomicLoad(atRound))
	f.IfElse(zero.I32AtomicRmwAdd(atArrived, f.I32(1)).Eq(threads.Sub(f.I32(1))), func() {
		zero.I32AtomicStore(atArrived, zero)
		f.Drop(zero.I32AtomicRmwAdd(atRound, f.I32(1)))
		f.Drop(zero.MemoryAtomicNotify(atRound, f.I32(-1)))
	}, func() {
		f.Loop(func(again wasmasm.Label) {
			f.Drop(zero.MemoryAtomicWait32(atRound, round, f.I64(-1)))
			f.BrIf(again, zero.I32AtomicLoad(atRound).Eq(round))
		})
	})
}

// Two workers of Node.js count in turns: after each barrier every cell must be as far as the own one, which plain loads
// show only if the barrier holds.
func TestBarrierBetweenWorkers(t *testing.T) {
	m := wasmasm.New("barrier")
	m.ImportMemory("host", "memory", wasmasm.Limits{Min: 1, Max: 1, Shared: true})
	meet := m.Func("barrier")
	barrier(meet, meet.ParamI32("threads"))
	f := m.Func("run")
	thread, threads, rounds := f.ParamI32("thread"), f.ParamI32("threads"), f.ParamI32("rounds")
	i, other := f.LocalI32("i"), f.LocalI32("other")
	f.For(i, f.I32(0), rounds, 1, func() {
		cell := f.LocalI32("cell")
		cell.Set(thread.Shl(f.I32(2)))
		cell.I32Store(atCells, cell.I32Load(atCells).Add(f.I32(1)))
		f.Call(meet, threads)
		f.For(other, f.I32(0), threads, 1, func() {
			f.If(other.Shl(f.I32(2)).I32Load(atCells).Ne(i.Add(f.I32(1))), func() {
				f.Drop(f.I32(0).I32AtomicRmwAdd(atErrors, f.I32(1)))
			})
		})
		f.Call(meet, threads)
	})
	m.Export("run", f)

	out := node(t, 0, `
		const { Worker } = require("worker_threads");
		const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
		const module = new WebAssembly.Module(require("fs").readFileSync(process.argv[1]));
		const code = "const { workerData: d } = require('worker_threads');" +
			"new WebAssembly.Instance(d.module, { host: { memory: d.memory } }).exports.run(d.thread, 2, 1000);";
		let left = 2;
		for (const thread of [0, 1]) {
			new Worker(code, { eval: true, workerData: { module, memory, thread } }).on("exit", () => {
				const w = new Int32Array(memory.buffer);
				if (--left === 0) console.log([w[16], w[17], w[32], w[1]].join());
			});
		}`, file(t, bytesOf(t, m)))
	if want := "1000,1000,0,2000"; out != want {
		t.Errorf("cells, errors, rounds: got %s, want %s", out, want)
	}
}

// Package simd is the backend that emits WebAssembly: each program becomes one module of v128 kernels, specialised to its
// shapes, which runs in the browser's engine or, natively, in wazero.
//
// # How a program becomes a module
//
// Slots lie at fixed addresses of one linear memory that all programs of a device share. Each step is emitted as one or
// more phases. A phase is a function of a task number; its tasks may run at the same time and in any order, and a phase
// begins when the one before has ended. The module's run(thread, threads, from, to) goes through the phases of a range
// of steps: threads take tasks from a counter in memory and meet at a barrier behind each phase. How the work is cut
// into tasks depends on shapes alone, so results are the same to the bit for any number of threads. Steps that are
// equal but for their addresses share functions.
//
// The engine of a browser optimises a function after some calls of it, so a phase has at least some ten tasks where the
// work allows it, and no function does a whole step's work.
//
// In a browser, simd.js must be loaded before the program and lie beside its script, for it is also the script of the
// workers that are its threads.
package simd

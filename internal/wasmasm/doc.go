// Package wasmasm writes WebAssembly modules: functions, locals, structured control, memory, v128, atomics, imports,
// exports, data and names, for a compiler that makes one module of a plan while the page waits.
//
// The caller writes expressions over typed values and statements that consume them:
//
//	acc.Set(acc.F32x4Add(a.F32x4Mul(b)))
//
// is local.get acc, local.get a, local.get b, f32x4.mul, f32x4.add, local.set acc. Why not the plain stack, a call for
// each instruction? A kernel of this style reads like its formula, and the types of Go are those of WebAssembly: adding
// an I32 to a V128 does not compile, so there is no validator to carry. The stack is empty between statements, hence
// blocks have neither parameters nor results, and what would be one is a local. Bodies are Go functions, so every block
// ends where it should. An expression is a node in a slice that the next statement reuses; nothing is allocated for
// each, nothing goes through reflection or package fmt, and a megabyte takes 12 ms, or 50 ms in a program that is
// WebAssembly itself. Methods that a program does not call are not linked into it.
//
// What to mind:
//   - An expression belongs to the statement it was built for. To use it later, keep it in a local. Within a statement
//     operands are computed from left to right; a load used twice is emitted twice.
//   - Calls, Tee, atomics and MemoryGrow act, so their results must be used exactly once.
//   - Locals start as anything, since their place is reused: Set comes first.
//   - There are no instructions for tables, references, exceptions and several memories.
//
// Misuse does not panic. The first error, with function and instruction, is what Module.Bytes returns. One thing cannot
// be told: a statement of nothing but zero values, which belongs to no module and is lost.
//
// Engines: many small functions are better than one for a whole step, since V8 optimises a function only after some
// calls of it, and one whose accumulators exceed the registers spills. Offsets are part of loads and stores and cost
// nothing, where adding to the address does.
package wasmasm

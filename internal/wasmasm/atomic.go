package wasmasm

// Atomic access to address a + offset, sequentially consistent. It traps unless the address is a multiple of the size.
// The result of each must be used exactly once.

func (a I32) I32AtomicLoad(offset int) I32     { return I32{a.atomic(opI32AtomicLoad, 2, offset)} }
func (a I32) I32AtomicStore(offset int, x I32) { a.store(opI32AtomicStore, 2, offset, x.value) }

func (a I32) I64AtomicLoad(offset int) I64     { return I64{a.atomic(opI64AtomicLoad, 3, offset)} }
func (a I32) I64AtomicStore(offset int, x I64) { a.store(opI64AtomicStore, 3, offset, x.value) }

// Read, modify, write; the result is the value before.

func (a I32) I32AtomicRmwAdd(offset int, x I32) I32 {
	return I32{a.atomic(opI32AtomicRmwAdd, 2, offset, x.value)}
}

func (a I32) I64AtomicRmwAdd(offset int, x I64) I64 {
	return I64{a.atomic(opI64AtomicRmwAdd, 3, offset, x.value)}
}

func (a I32) I32AtomicRmwSub(offset int, x I32) I32 {
	return I32{a.atomic(opI32AtomicRmwSub, 2, offset, x.value)}
}

func (a I32) I64AtomicRmwSub(offset int, x I64) I64 {
	return I64{a.atomic(opI64AtomicRmwSub, 3, offset, x.value)}
}

func (a I32) I32AtomicRmwAnd(offset int, x I32) I32 {
	return I32{a.atomic(opI32AtomicRmwAnd, 2, offset, x.value)}
}

func (a I32) I64AtomicRmwAnd(offset int, x I64) I64 {
	return I64{a.atomic(opI64AtomicRmwAnd, 3, offset, x.value)}
}

func (a I32) I32AtomicRmwOr(offset int, x I32) I32 {
	return I32{a.atomic(opI32AtomicRmwOr, 2, offset, x.value)}
}

func (a I32) I64AtomicRmwOr(offset int, x I64) I64 {
	return I64{a.atomic(opI64AtomicRmwOr, 3, offset, x.value)}
}

func (a I32) I32AtomicRmwXor(offset int, x I32) I32 {
	return I32{a.atomic(opI32AtomicRmwXor, 2, offset, x.value)}
}

func (a I32) I64AtomicRmwXor(offset int, x I64) I64 {
	return I64{a.atomic(opI64AtomicRmwXor, 3, offset, x.value)}
}

func (a I32) I32AtomicRmwXchg(offset int, x I32) I32 {
	return I32{a.atomic(opI32AtomicRmwXchg, 2, offset, x.value)}
}

func (a I32) I64AtomicRmwXchg(offset int, x I64) I64 {
	return I64{a.atomic(opI64AtomicRmwXchg, 3, offset, x.value)}
}

func (a I32) I32AtomicRmwCmpxchg(offset int, expected, replacement I32) I32 {
	return I32{a.atomic(opI32AtomicRmwCmpxchg, 2, offset, expected.value, replacement.value)}
}

func (a I32) I64AtomicRmwCmpxchg(offset int, expected, replacement I64) I64 {
	return I64{a.atomic(opI64AtomicRmwCmpxchg, 3, offset, expected.value, replacement.value)}
}

// MemoryAtomicNotify wakes up to count threads that wait on address a + offset and gives how many woke.
func (a I32) MemoryAtomicNotify(offset int, count I32) I32 {
	return I32{a.atomic(opMemoryAtomicNotify, 2, offset, count.value)}
}

// MemoryAtomicWait32 sleeps while the word at a + offset, in shared memory, is expected, for timeout nanoseconds at most
// (-1: for ever). It gives 0 when woken, 1 when the word differed, 2 after the time. It traps on a browser's main thread.
func (a I32) MemoryAtomicWait32(offset int, expected I32, timeout I64) I32 {
	return I32{a.atomic(opMemoryAtomicWait32, 2, offset, expected.value, timeout.value)}
}

// MemoryAtomicWait64 is MemoryAtomicWait32 for a word of 64 bits.
func (a I32) MemoryAtomicWait64(offset int, expected, timeout I64) I32 {
	return I32{a.atomic(opMemoryAtomicWait64, 3, offset, expected.value, timeout.value)}
}

// AtomicFence orders the memory accesses before it and after it.
func (f *Func) AtomicFence() {
	f.op(opAtomicFence)
	f.code = append(f.code, 0)
	f.end(opAtomicFence)
}

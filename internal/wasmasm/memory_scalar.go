package wasmasm

// Loads of numbers from address a + offset, in bytes; the sum does not wrap. They trap outside of memory.

func (a I32) I32Load(offset int) I32    { return I32{a.load(opI32Load, 2, offset)} }
func (a I32) I64Load(offset int) I64    { return I64{a.load(opI64Load, 3, offset)} }
func (a I32) F32Load(offset int) F32    { return F32{a.load(opF32Load, 2, offset)} }
func (a I32) F64Load(offset int) F64    { return F64{a.load(opF64Load, 3, offset)} }
func (a I32) I32Load8S(offset int) I32  { return I32{a.load(opI32Load8S, 0, offset)} }
func (a I32) I32Load8U(offset int) I32  { return I32{a.load(opI32Load8U, 0, offset)} }
func (a I32) I32Load16S(offset int) I32 { return I32{a.load(opI32Load16S, 1, offset)} }
func (a I32) I32Load16U(offset int) I32 { return I32{a.load(opI32Load16U, 1, offset)} }
func (a I32) I64Load8S(offset int) I64  { return I64{a.load(opI64Load8S, 0, offset)} }
func (a I32) I64Load8U(offset int) I64  { return I64{a.load(opI64Load8U, 0, offset)} }
func (a I32) I64Load16S(offset int) I64 { return I64{a.load(opI64Load16S, 1, offset)} }
func (a I32) I64Load16U(offset int) I64 { return I64{a.load(opI64Load16U, 1, offset)} }
func (a I32) I64Load32S(offset int) I64 { return I64{a.load(opI64Load32S, 2, offset)} }
func (a I32) I64Load32U(offset int) I64 { return I64{a.load(opI64Load32U, 2, offset)} }

// Stores of numbers to address a + offset; the narrow ones keep the low bits.

func (a I32) I32Store(offset int, x I32)   { a.store(opI32Store, 2, offset, x.value) }
func (a I32) I64Store(offset int, x I64)   { a.store(opI64Store, 3, offset, x.value) }
func (a I32) F32Store(offset int, x F32)   { a.store(opF32Store, 2, offset, x.value) }
func (a I32) F64Store(offset int, x F64)   { a.store(opF64Store, 3, offset, x.value) }
func (a I32) I32Store8(offset int, x I32)  { a.store(opI32Store8, 0, offset, x.value) }
func (a I32) I32Store16(offset int, x I32) { a.store(opI32Store16, 1, offset, x.value) }
func (a I32) I64Store8(offset int, x I64)  { a.store(opI64Store8, 0, offset, x.value) }
func (a I32) I64Store16(offset int, x I64) { a.store(opI64Store16, 1, offset, x.value) }
func (a I32) I64Store32(offset int, x I64) { a.store(opI64Store32, 2, offset, x.value) }

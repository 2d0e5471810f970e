package wasmasm

// Arithmetic on i64. Each method emits the instruction of its name: x.ShrU(y) is i64.shr_u.
// Division and remainder trap on zero.

func (a I64) Add(b I64) I64  { return I64{a.binary(opI64Add, b.value)} }
func (a I64) Sub(b I64) I64  { return I64{a.binary(opI64Sub, b.value)} }
func (a I64) Mul(b I64) I64  { return I64{a.binary(opI64Mul, b.value)} }
func (a I64) DivS(b I64) I64 { return I64{a.binary(opI64DivS, b.value)} }
func (a I64) DivU(b I64) I64 { return I64{a.binary(opI64DivU, b.value)} }
func (a I64) RemS(b I64) I64 { return I64{a.binary(opI64RemS, b.value)} }
func (a I64) RemU(b I64) I64 { return I64{a.binary(opI64RemU, b.value)} }
func (a I64) And(b I64) I64  { return I64{a.binary(opI64And, b.value)} }
func (a I64) Or(b I64) I64   { return I64{a.binary(opI64Or, b.value)} }
func (a I64) Xor(b I64) I64  { return I64{a.binary(opI64Xor, b.value)} }
func (a I64) Shl(b I64) I64  { return I64{a.binary(opI64Shl, b.value)} }
func (a I64) ShrS(b I64) I64 { return I64{a.binary(opI64ShrS, b.value)} }
func (a I64) ShrU(b I64) I64 { return I64{a.binary(opI64ShrU, b.value)} }
func (a I64) Rotl(b I64) I64 { return I64{a.binary(opI64Rotl, b.value)} }
func (a I64) Rotr(b I64) I64 { return I64{a.binary(opI64Rotr, b.value)} }

func (a I64) Clz() I64       { return I64{a.unary(opI64Clz)} }
func (a I64) Ctz() I64       { return I64{a.unary(opI64Ctz)} }
func (a I64) Popcnt() I64    { return I64{a.unary(opI64Popcnt)} }
func (a I64) Extend8S() I64  { return I64{a.unary(opI64Extend8S)} }
func (a I64) Extend16S() I64 { return I64{a.unary(opI64Extend16S)} }
func (a I64) Extend32S() I64 { return I64{a.unary(opI64Extend32S)} }

// Comparisons: 1 or 0.

func (a I64) Eqz() I32      { return I32{a.unary(opI64Eqz)} }
func (a I64) Eq(b I64) I32  { return I32{a.binary(opI64Eq, b.value)} }
func (a I64) Ne(b I64) I32  { return I32{a.binary(opI64Ne, b.value)} }
func (a I64) LtS(b I64) I32 { return I32{a.binary(opI64LtS, b.value)} }
func (a I64) LtU(b I64) I32 { return I32{a.binary(opI64LtU, b.value)} }
func (a I64) GtS(b I64) I32 { return I32{a.binary(opI64GtS, b.value)} }
func (a I64) GtU(b I64) I32 { return I32{a.binary(opI64GtU, b.value)} }
func (a I64) LeS(b I64) I32 { return I32{a.binary(opI64LeS, b.value)} }
func (a I64) LeU(b I64) I32 { return I32{a.binary(opI64LeU, b.value)} }
func (a I64) GeS(b I64) I32 { return I32{a.binary(opI64GeS, b.value)} }
func (a I64) GeU(b I64) I32 { return I32{a.binary(opI64GeU, b.value)} }

// Conversions; the name is the instruction's without the source type: x.F32ConvertS() is f32.convert_i64_s.

func (a I64) I32Wrap() I32        { return I32{a.unary(opI32WrapI64)} }
func (a I64) F32ConvertS() F32    { return F32{a.unary(opF32ConvertI64S)} }
func (a I64) F32ConvertU() F32    { return F32{a.unary(opF32ConvertI64U)} }
func (a I64) F64ConvertS() F64    { return F64{a.unary(opF64ConvertI64S)} }
func (a I64) F64ConvertU() F64    { return F64{a.unary(opF64ConvertI64U)} }
func (a I64) F64Reinterpret() F64 { return F64{a.unary(opF64ReinterpretI64)} }

package wasmasm

// Arithmetic on i32. Each method emits the instruction of its name: x.ShrU(y) is i32.shr_u.
// Division and remainder trap on zero.

func (a I32) Add(b I32) I32  { return I32{a.binary(opI32Add, b.value)} }
func (a I32) Sub(b I32) I32  { return I32{a.binary(opI32Sub, b.value)} }
func (a I32) Mul(b I32) I32  { return I32{a.binary(opI32Mul, b.value)} }
func (a I32) DivS(b I32) I32 { return I32{a.binary(opI32DivS, b.value)} }
func (a I32) DivU(b I32) I32 { return I32{a.binary(opI32DivU, b.value)} }
func (a I32) RemS(b I32) I32 { return I32{a.binary(opI32RemS, b.value)} }
func (a I32) RemU(b I32) I32 { return I32{a.binary(opI32RemU, b.value)} }
func (a I32) And(b I32) I32  { return I32{a.binary(opI32And, b.value)} }
func (a I32) Or(b I32) I32   { return I32{a.binary(opI32Or, b.value)} }
func (a I32) Xor(b I32) I32  { return I32{a.binary(opI32Xor, b.value)} }
func (a I32) Shl(b I32) I32  { return I32{a.binary(opI32Shl, b.value)} }
func (a I32) ShrS(b I32) I32 { return I32{a.binary(opI32ShrS, b.value)} }
func (a I32) ShrU(b I32) I32 { return I32{a.binary(opI32ShrU, b.value)} }
func (a I32) Rotl(b I32) I32 { return I32{a.binary(opI32Rotl, b.value)} }
func (a I32) Rotr(b I32) I32 { return I32{a.binary(opI32Rotr, b.value)} }

func (a I32) Clz() I32       { return I32{a.unary(opI32Clz)} }
func (a I32) Ctz() I32       { return I32{a.unary(opI32Ctz)} }
func (a I32) Popcnt() I32    { return I32{a.unary(opI32Popcnt)} }
func (a I32) Extend8S() I32  { return I32{a.unary(opI32Extend8S)} }
func (a I32) Extend16S() I32 { return I32{a.unary(opI32Extend16S)} }

// Comparisons: 1 or 0.

func (a I32) Eqz() I32      { return I32{a.unary(opI32Eqz)} }
func (a I32) Eq(b I32) I32  { return I32{a.binary(opI32Eq, b.value)} }
func (a I32) Ne(b I32) I32  { return I32{a.binary(opI32Ne, b.value)} }
func (a I32) LtS(b I32) I32 { return I32{a.binary(opI32LtS, b.value)} }
func (a I32) LtU(b I32) I32 { return I32{a.binary(opI32LtU, b.value)} }
func (a I32) GtS(b I32) I32 { return I32{a.binary(opI32GtS, b.value)} }
func (a I32) GtU(b I32) I32 { return I32{a.binary(opI32GtU, b.value)} }
func (a I32) LeS(b I32) I32 { return I32{a.binary(opI32LeS, b.value)} }
func (a I32) LeU(b I32) I32 { return I32{a.binary(opI32LeU, b.value)} }
func (a I32) GeS(b I32) I32 { return I32{a.binary(opI32GeS, b.value)} }
func (a I32) GeU(b I32) I32 { return I32{a.binary(opI32GeU, b.value)} }

// Conversions; the name is the instruction's without the source type: x.F32ConvertS() is f32.convert_i32_s.

func (a I32) I64ExtendS() I64     { return I64{a.unary(opI64ExtendI32S)} }
func (a I32) I64ExtendU() I64     { return I64{a.unary(opI64ExtendI32U)} }
func (a I32) F32ConvertS() F32    { return F32{a.unary(opF32ConvertI32S)} }
func (a I32) F32ConvertU() F32    { return F32{a.unary(opF32ConvertI32U)} }
func (a I32) F64ConvertS() F64    { return F64{a.unary(opF64ConvertI32S)} }
func (a I32) F64ConvertU() F64    { return F64{a.unary(opF64ConvertI32U)} }
func (a I32) F32Reinterpret() F32 { return F32{a.unary(opF32ReinterpretI32)} }

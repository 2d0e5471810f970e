package wasmasm

// Arithmetic on f32. Each method emits the instruction of its name: x.Add(y) is f32.add. Min and Max return NaN if either is.

func (a F32) Add(b F32) F32      { return F32{a.binary(opF32Add, b.value)} }
func (a F32) Sub(b F32) F32      { return F32{a.binary(opF32Sub, b.value)} }
func (a F32) Mul(b F32) F32      { return F32{a.binary(opF32Mul, b.value)} }
func (a F32) Div(b F32) F32      { return F32{a.binary(opF32Div, b.value)} }
func (a F32) Min(b F32) F32      { return F32{a.binary(opF32Min, b.value)} }
func (a F32) Max(b F32) F32      { return F32{a.binary(opF32Max, b.value)} }
func (a F32) Copysign(b F32) F32 { return F32{a.binary(opF32Copysign, b.value)} }

func (a F32) Abs() F32     { return F32{a.unary(opF32Abs)} }
func (a F32) Neg() F32     { return F32{a.unary(opF32Neg)} }
func (a F32) Ceil() F32    { return F32{a.unary(opF32Ceil)} }
func (a F32) Floor() F32   { return F32{a.unary(opF32Floor)} }
func (a F32) Trunc() F32   { return F32{a.unary(opF32Trunc)} }
func (a F32) Nearest() F32 { return F32{a.unary(opF32Nearest)} }
func (a F32) Sqrt() F32    { return F32{a.unary(opF32Sqrt)} }

// Comparisons: 1 or 0; with NaN all but Ne are 0.

func (a F32) Eq(b F32) I32 { return I32{a.binary(opF32Eq, b.value)} }
func (a F32) Ne(b F32) I32 { return I32{a.binary(opF32Ne, b.value)} }
func (a F32) Lt(b F32) I32 { return I32{a.binary(opF32Lt, b.value)} }
func (a F32) Gt(b F32) I32 { return I32{a.binary(opF32Gt, b.value)} }
func (a F32) Le(b F32) I32 { return I32{a.binary(opF32Le, b.value)} }
func (a F32) Ge(b F32) I32 { return I32{a.binary(opF32Ge, b.value)} }

// Conversions; the name is the instruction's without the source type: x.I32TruncSatS() is i32.trunc_sat_f32_s. Those
// without Sat trap on NaN and out of range.

func (a F32) I32TruncS() I32      { return I32{a.unary(opI32TruncF32S)} }
func (a F32) I32TruncU() I32      { return I32{a.unary(opI32TruncF32U)} }
func (a F32) I64TruncS() I64      { return I64{a.unary(opI64TruncF32S)} }
func (a F32) I64TruncU() I64      { return I64{a.unary(opI64TruncF32U)} }
func (a F32) F64Promote() F64     { return F64{a.unary(opF64PromoteF32)} }
func (a F32) I32Reinterpret() I32 { return I32{a.unary(opI32ReinterpretF32)} }
func (a F32) I32TruncSatS() I32   { return I32{a.unary(opI32TruncSatF32S)} }
func (a F32) I32TruncSatU() I32   { return I32{a.unary(opI32TruncSatF32U)} }
func (a F32) I64TruncSatS() I64   { return I64{a.unary(opI64TruncSatF32S)} }
func (a F32) I64TruncSatU() I64   { return I64{a.unary(opI64TruncSatF32U)} }

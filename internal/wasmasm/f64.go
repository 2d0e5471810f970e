package wasmasm

// Arithmetic on f64. Each method emits the instruction of its name: x.Add(y) is f64.add. Min and Max return NaN if either is.

func (a F64) Add(b F64) F64      { return F64{a.binary(opF64Add, b.value)} }
func (a F64) Sub(b F64) F64      { return F64{a.binary(opF64Sub, b.value)} }
func (a F64) Mul(b F64) F64      { return F64{a.binary(opF64Mul, b.value)} }
func (a F64) Div(b F64) F64      { return F64{a.binary(opF64Div, b.value)} }
func (a F64) Min(b F64) F64      { return F64{a.binary(opF64Min, b.value)} }
func (a F64) Max(b F64) F64      { return F64{a.binary(opF64Max, b.value)} }
func (a F64) Copysign(b F64) F64 { return F64{a.binary(opF64Copysign, b.value)} }

func (a F64) Abs() F64     { return F64{a.unary(opF64Abs)} }
func (a F64) Neg() F64     { return F64{a.unary(opF64Neg)} }
func (a F64) Ceil() F64    { return F64{a.unary(opF64Ceil)} }
func (a F64) Floor() F64   { return F64{a.unary(opF64Floor)} }
func (a F64) Trunc() F64   { return F64{a.unary(opF64Trunc)} }
func (a F64) Nearest() F64 { return F64{a.unary(opF64Nearest)} }
func (a F64) Sqrt() F64    { return F64{a.unary(opF64Sqrt)} }

// Comparisons: 1 or 0; with NaN all but Ne are 0.

func (a F64) Eq(b F64) I32 { return I32{a.binary(opF64Eq, b.value)} }
func (a F64) Ne(b F64) I32 { return I32{a.binary(opF64Ne, b.value)} }
func (a F64) Lt(b F64) I32 { return I32{a.binary(opF64Lt, b.value)} }
func (a F64) Gt(b F64) I32 { return I32{a.binary(opF64Gt, b.value)} }
func (a F64) Le(b F64) I32 { return I32{a.binary(opF64Le, b.value)} }
func (a F64) Ge(b F64) I32 { return I32{a.binary(opF64Ge, b.value)} }

// Conversions; the name is the instruction's without the source type: x.I32TruncSatS() is i32.trunc_sat_f64_s. Those
// without Sat trap on NaN and out of range.

func (a F64) I32TruncS() I32      { return I32{a.unary(opI32TruncF64S)} }
func (a F64) I32TruncU() I32      { return I32{a.unary(opI32TruncF64U)} }
func (a F64) I64TruncS() I64      { return I64{a.unary(opI64TruncF64S)} }
func (a F64) I64TruncU() I64      { return I64{a.unary(opI64TruncF64U)} }
func (a F64) F32Demote() F32      { return F32{a.unary(opF32DemoteF64)} }
func (a F64) I64Reinterpret() I64 { return I64{a.unary(opI64ReinterpretF64)} }
func (a F64) I32TruncSatS() I32   { return I32{a.unary(opI32TruncSatF64S)} }
func (a F64) I32TruncSatU() I32   { return I32{a.unary(opI32TruncSatF64U)} }
func (a F64) I64TruncSatS() I64   { return I64{a.unary(opI64TruncSatF64S)} }
func (a F64) I64TruncSatU() I64   { return I64{a.unary(opI64TruncSatF64U)} }

package wasmasm

// Arithmetic on two f64. Pmin is b < a ? b : a, Pmax a < b ? b : a: quicker than Min and Max, which return NaN if either is.

func (a V128) F64x2Add(b V128) V128  { return V128{a.binary(opF64x2Add, b.value)} }
func (a V128) F64x2Sub(b V128) V128  { return V128{a.binary(opF64x2Sub, b.value)} }
func (a V128) F64x2Mul(b V128) V128  { return V128{a.binary(opF64x2Mul, b.value)} }
func (a V128) F64x2Div(b V128) V128  { return V128{a.binary(opF64x2Div, b.value)} }
func (a V128) F64x2Min(b V128) V128  { return V128{a.binary(opF64x2Min, b.value)} }
func (a V128) F64x2Max(b V128) V128  { return V128{a.binary(opF64x2Max, b.value)} }
func (a V128) F64x2Pmin(b V128) V128 { return V128{a.binary(opF64x2Pmin, b.value)} }
func (a V128) F64x2Pmax(b V128) V128 { return V128{a.binary(opF64x2Pmax, b.value)} }

func (a V128) F64x2Abs() V128     { return V128{a.unary(opF64x2Abs)} }
func (a V128) F64x2Neg() V128     { return V128{a.unary(opF64x2Neg)} }
func (a V128) F64x2Sqrt() V128    { return V128{a.unary(opF64x2Sqrt)} }
func (a V128) F64x2Ceil() V128    { return V128{a.unary(opF64x2Ceil)} }
func (a V128) F64x2Floor() V128   { return V128{a.unary(opF64x2Floor)} }
func (a V128) F64x2Trunc() V128   { return V128{a.unary(opF64x2Trunc)} }
func (a V128) F64x2Nearest() V128 { return V128{a.unary(opF64x2Nearest)} }

// Comparisons: all bits of a lane 1 or 0.

func (a V128) F64x2Eq(b V128) V128 { return V128{a.binary(opF64x2Eq, b.value)} }
func (a V128) F64x2Ne(b V128) V128 { return V128{a.binary(opF64x2Ne, b.value)} }
func (a V128) F64x2Lt(b V128) V128 { return V128{a.binary(opF64x2Lt, b.value)} }
func (a V128) F64x2Gt(b V128) V128 { return V128{a.binary(opF64x2Gt, b.value)} }
func (a V128) F64x2Le(b V128) V128 { return V128{a.binary(opF64x2Le, b.value)} }
func (a V128) F64x2Ge(b V128) V128 { return V128{a.binary(opF64x2Ge, b.value)} }

// Lanes.

func (a F64) F64x2Splat() V128               { return V128{a.unary(opF64x2Splat)} }
func (a V128) F64x2ExtractLane(lane int) F64 { return F64{a.lane(opF64x2ExtractLane, 2, lane)} }
func (a V128) F64x2ReplaceLane(lane int, x F64) V128 {
	return V128{a.lane(opF64x2ReplaceLane, 2, lane, x.value)}
}

// Conversions.

func (a V128) F64x2ConvertLowI32x4S() V128 { return V128{a.unary(opF64x2ConvertLowI32x4S)} }
func (a V128) F64x2ConvertLowI32x4U() V128 { return V128{a.unary(opF64x2ConvertLowI32x4U)} }
func (a V128) F64x2PromoteLowF32x4() V128  { return V128{a.unary(opF64x2PromoteLowF32x4)} }

package wasmasm

// Arithmetic on four f32. Pmin is b < a ? b : a, Pmax a < b ? b : a: quicker than Min and Max, which return NaN if either is.

func (a V128) F32x4Add(b V128) V128  { return V128{a.binary(opF32x4Add, b.value)} }
func (a V128) F32x4Sub(b V128) V128  { return V128{a.binary(opF32x4Sub, b.value)} }
func (a V128) F32x4Mul(b V128) V128  { return V128{a.binary(opF32x4Mul, b.value)} }
func (a V128) F32x4Div(b V128) V128  { return V128{a.binary(opF32x4Div, b.value)} }
func (a V128) F32x4Min(b V128) V128  { return V128{a.binary(opF32x4Min, b.value)} }
func (a V128) F32x4Max(b V128) V128  { return V128{a.binary(opF32x4Max, b.value)} }
func (a V128) F32x4Pmin(b V128) V128 { return V128{a.binary(opF32x4Pmin, b.value)} }
func (a V128) F32x4Pmax(b V128) V128 { return V128{a.binary(opF32x4Pmax, b.value)} }

func (a V128) F32x4Abs() V128     { return V128{a.unary(opF32x4Abs)} }
func (a V128) F32x4Neg() V128     { return V128{a.unary(opF32x4Neg)} }
func (a V128) F32x4Sqrt() V128    { return V128{a.unary(opF32x4Sqrt)} }
func (a V128) F32x4Ceil() V128    { return V128{a.unary(opF32x4Ceil)} }
func (a V128) F32x4Floor() V128   { return V128{a.unary(opF32x4Floor)} }
func (a V128) F32x4Trunc() V128   { return V128{a.unary(opF32x4Trunc)} }
func (a V128) F32x4Nearest() V128 { return V128{a.unary(opF32x4Nearest)} }

// Comparisons: all bits of a lane 1 or 0.

func (a V128) F32x4Eq(b V128) V128 { return V128{a.binary(opF32x4Eq, b.value)} }
func (a V128) F32x4Ne(b V128) V128 { return V128{a.binary(opF32x4Ne, b.value)} }
func (a V128) F32x4Lt(b V128) V128 { return V128{a.binary(opF32x4Lt, b.value)} }
func (a V128) F32x4Gt(b V128) V128 { return V128{a.binary(opF32x4Gt, b.value)} }
func (a V128) F32x4Le(b V128) V128 { return V128{a.binary(opF32x4Le, b.value)} }
func (a V128) F32x4Ge(b V128) V128 { return V128{a.binary(opF32x4Ge, b.value)} }

// Lanes.

func (a F32) F32x4Splat() V128               { return V128{a.unary(opF32x4Splat)} }
func (a V128) F32x4ExtractLane(lane int) F32 { return F32{a.lane(opF32x4ExtractLane, 4, lane)} }
func (a V128) F32x4ReplaceLane(lane int, x F32) V128 {
	return V128{a.lane(opF32x4ReplaceLane, 4, lane, x.value)}
}

// Conversions.

func (a V128) F32x4ConvertI32x4S() V128   { return V128{a.unary(opF32x4ConvertI32x4S)} }
func (a V128) F32x4ConvertI32x4U() V128   { return V128{a.unary(opF32x4ConvertI32x4U)} }
func (a V128) F32x4DemoteF64x2Zero() V128 { return V128{a.unary(opF32x4DemoteF64x2Zero)} }

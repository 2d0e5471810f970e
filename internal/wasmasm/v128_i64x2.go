package wasmasm

// Arithmetic on two i64.

func (a V128) I64x2Add(b V128) V128 { return V128{a.binary(opI64x2Add, b.value)} }
func (a V128) I64x2Sub(b V128) V128 { return V128{a.binary(opI64x2Sub, b.value)} }
func (a V128) I64x2Mul(b V128) V128 { return V128{a.binary(opI64x2Mul, b.value)} }
func (a V128) I64x2ExtmulLowI32x4S(b V128) V128 {
	return V128{a.binary(opI64x2ExtmulLowI32x4S, b.value)}
}
func (a V128) I64x2ExtmulHighI32x4S(b V128) V128 {
	return V128{a.binary(opI64x2ExtmulHighI32x4S, b.value)}
}
func (a V128) I64x2ExtmulLowI32x4U(b V128) V128 {
	return V128{a.binary(opI64x2ExtmulLowI32x4U, b.value)}
}
func (a V128) I64x2ExtmulHighI32x4U(b V128) V128 {
	return V128{a.binary(opI64x2ExtmulHighI32x4U, b.value)}
}

func (a V128) I64x2Abs() V128              { return V128{a.unary(opI64x2Abs)} }
func (a V128) I64x2Neg() V128              { return V128{a.unary(opI64x2Neg)} }
func (a V128) I64x2ExtendLowI32x4S() V128  { return V128{a.unary(opI64x2ExtendLowI32x4S)} }
func (a V128) I64x2ExtendHighI32x4S() V128 { return V128{a.unary(opI64x2ExtendHighI32x4S)} }
func (a V128) I64x2ExtendLowI32x4U() V128  { return V128{a.unary(opI64x2ExtendLowI32x4U)} }
func (a V128) I64x2ExtendHighI32x4U() V128 { return V128{a.unary(opI64x2ExtendHighI32x4U)} }
func (a V128) I64x2Shl(bits I32) V128      { return V128{a.binary(opI64x2Shl, bits.value)} }
func (a V128) I64x2ShrS(bits I32) V128     { return V128{a.binary(opI64x2ShrS, bits.value)} }
func (a V128) I64x2ShrU(bits I32) V128     { return V128{a.binary(opI64x2ShrU, bits.value)} }

// Comparisons: all bits of a lane 1 or 0. AllTrue: whether no lane is 0; Bitmask: the lanes' sign bits.

func (a V128) I64x2Eq(b V128) V128  { return V128{a.binary(opI64x2Eq, b.value)} }
func (a V128) I64x2Ne(b V128) V128  { return V128{a.binary(opI64x2Ne, b.value)} }
func (a V128) I64x2LtS(b V128) V128 { return V128{a.binary(opI64x2LtS, b.value)} }
func (a V128) I64x2GtS(b V128) V128 { return V128{a.binary(opI64x2GtS, b.value)} }
func (a V128) I64x2LeS(b V128) V128 { return V128{a.binary(opI64x2LeS, b.value)} }
func (a V128) I64x2GeS(b V128) V128 { return V128{a.binary(opI64x2GeS, b.value)} }
func (a V128) I64x2AllTrue() I32    { return I32{a.unary(opI64x2AllTrue)} }
func (a V128) I64x2Bitmask() I32    { return I32{a.unary(opI64x2Bitmask)} }

// Lanes.

func (a I64) I64x2Splat() V128               { return V128{a.unary(opI64x2Splat)} }
func (a V128) I64x2ExtractLane(lane int) I64 { return I64{a.lane(opI64x2ExtractLane, 2, lane)} }
func (a V128) I64x2ReplaceLane(lane int, x I64) V128 {
	return V128{a.lane(opI64x2ReplaceLane, 2, lane, x.value)}
}

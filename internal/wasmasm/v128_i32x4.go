package wasmasm

// Arithmetic on four i32. I32x4DotI16x8S adds the products of neighbouring i16.

func (a V128) I32x4Add(b V128) V128       { return V128{a.binary(opI32x4Add, b.value)} }
func (a V128) I32x4Sub(b V128) V128       { return V128{a.binary(opI32x4Sub, b.value)} }
func (a V128) I32x4Mul(b V128) V128       { return V128{a.binary(opI32x4Mul, b.value)} }
func (a V128) I32x4MinS(b V128) V128      { return V128{a.binary(opI32x4MinS, b.value)} }
func (a V128) I32x4MinU(b V128) V128      { return V128{a.binary(opI32x4MinU, b.value)} }
func (a V128) I32x4MaxS(b V128) V128      { return V128{a.binary(opI32x4MaxS, b.value)} }
func (a V128) I32x4MaxU(b V128) V128      { return V128{a.binary(opI32x4MaxU, b.value)} }
func (a V128) I32x4DotI16x8S(b V128) V128 { return V128{a.binary(opI32x4DotI16x8S, b.value)} }
func (a V128) I32x4ExtmulLowI16x8S(b V128) V128 {
	return V128{a.binary(opI32x4ExtmulLowI16x8S, b.value)}
}
func (a V128) I32x4ExtmulHighI16x8S(b V128) V128 {
	return V128{a.binary(opI32x4ExtmulHighI16x8S, b.value)}
}
func (a V128) I32x4ExtmulLowI16x8U(b V128) V128 {
	return V128{a.binary(opI32x4ExtmulLowI16x8U, b.value)}
}
func (a V128) I32x4ExtmulHighI16x8U(b V128) V128 {
	return V128{a.binary(opI32x4ExtmulHighI16x8U, b.value)}
}

func (a V128) I32x4Abs() V128                  { return V128{a.unary(opI32x4Abs)} }
func (a V128) I32x4Neg() V128                  { return V128{a.unary(opI32x4Neg)} }
func (a V128) I32x4ExtendLowI16x8S() V128      { return V128{a.unary(opI32x4ExtendLowI16x8S)} }
func (a V128) I32x4ExtendHighI16x8S() V128     { return V128{a.unary(opI32x4ExtendHighI16x8S)} }
func (a V128) I32x4ExtendLowI16x8U() V128      { return V128{a.unary(opI32x4ExtendLowI16x8U)} }
func (a V128) I32x4ExtendHighI16x8U() V128     { return V128{a.unary(opI32x4ExtendHighI16x8U)} }
func (a V128) I32x4ExtaddPairwiseI16x8S() V128 { return V128{a.unary(opI32x4ExtaddPairwiseI16x8S)} }
func (a V128) I32x4ExtaddPairwiseI16x8U() V128 { return V128{a.unary(opI32x4ExtaddPairwiseI16x8U)} }
func (a V128) I32x4TruncSatF32x4S() V128       { return V128{a.unary(opI32x4TruncSatF32x4S)} }
func (a V128) I32x4TruncSatF32x4U() V128       { return V128{a.unary(opI32x4TruncSatF32x4U)} }
func (a V128) I32x4TruncSatF64x2SZero() V128   { return V128{a.unary(opI32x4TruncSatF64x2SZero)} }
func (a V128) I32x4TruncSatF64x2UZero() V128   { return V128{a.unary(opI32x4TruncSatF64x2UZero)} }
func (a V128) I32x4Shl(bits I32) V128          { return V128{a.binary(opI32x4Shl, bits.value)} }
func (a V128) I32x4ShrS(bits I32) V128         { return V128{a.binary(opI32x4ShrS, bits.value)} }
func (a V128) I32x4ShrU(bits I32) V128         { return V128{a.binary(opI32x4ShrU, bits.value)} }

// Comparisons: all bits of a lane 1 or 0. AllTrue: whether no lane is 0; Bitmask: the lanes' sign bits.

func (a V128) I32x4Eq(b V128) V128  { return V128{a.binary(opI32x4Eq, b.value)} }
func (a V128) I32x4Ne(b V128) V128  { return V128{a.binary(opI32x4Ne, b.value)} }
func (a V128) I32x4LtS(b V128) V128 { return V128{a.binary(opI32x4LtS, b.value)} }
func (a V128) I32x4LtU(b V128) V128 { return V128{a.binary(opI32x4LtU, b.value)} }
func (a V128) I32x4GtS(b V128) V128 { return V128{a.binary(opI32x4GtS, b.value)} }
func (a V128) I32x4GtU(b V128) V128 { return V128{a.binary(opI32x4GtU, b.value)} }
func (a V128) I32x4LeS(b V128) V128 { return V128{a.binary(opI32x4LeS, b.value)} }
func (a V128) I32x4LeU(b V128) V128 { return V128{a.binary(opI32x4LeU, b.value)} }
func (a V128) I32x4GeS(b V128) V128 { return V128{a.binary(opI32x4GeS, b.value)} }
func (a V128) I32x4GeU(b V128) V128 { return V128{a.binary(opI32x4GeU, b.value)} }
func (a V128) I32x4AllTrue() I32    { return I32{a.unary(opI32x4AllTrue)} }
func (a V128) I32x4Bitmask() I32    { return I32{a.unary(opI32x4Bitmask)} }

// Lanes.

func (a I32) I32x4Splat() V128               { return V128{a.unary(opI32x4Splat)} }
func (a V128) I32x4ExtractLane(lane int) I32 { return I32{a.lane(opI32x4ExtractLane, 4, lane)} }
func (a V128) I32x4ReplaceLane(lane int, x I32) V128 {
	return V128{a.lane(opI32x4ReplaceLane, 4, lane, x.value)}
}

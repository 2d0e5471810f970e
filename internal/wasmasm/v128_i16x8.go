package wasmasm

// Arithmetic on eight i16.

func (a V128) I16x8Add(b V128) V128          { return V128{a.binary(opI16x8Add, b.value)} }
func (a V128) I16x8Sub(b V128) V128          { return V128{a.binary(opI16x8Sub, b.value)} }
func (a V128) I16x8Mul(b V128) V128          { return V128{a.binary(opI16x8Mul, b.value)} }
func (a V128) I16x8AddSatS(b V128) V128      { return V128{a.binary(opI16x8AddSatS, b.value)} }
func (a V128) I16x8AddSatU(b V128) V128      { return V128{a.binary(opI16x8AddSatU, b.value)} }
func (a V128) I16x8SubSatS(b V128) V128      { return V128{a.binary(opI16x8SubSatS, b.value)} }
func (a V128) I16x8SubSatU(b V128) V128      { return V128{a.binary(opI16x8SubSatU, b.value)} }
func (a V128) I16x8MinS(b V128) V128         { return V128{a.binary(opI16x8MinS, b.value)} }
func (a V128) I16x8MinU(b V128) V128         { return V128{a.binary(opI16x8MinU, b.value)} }
func (a V128) I16x8MaxS(b V128) V128         { return V128{a.binary(opI16x8MaxS, b.value)} }
func (a V128) I16x8MaxU(b V128) V128         { return V128{a.binary(opI16x8MaxU, b.value)} }
func (a V128) I16x8AvgrU(b V128) V128        { return V128{a.binary(opI16x8AvgrU, b.value)} }
func (a V128) I16x8Q15mulrSatS(b V128) V128  { return V128{a.binary(opI16x8Q15mulrSatS, b.value)} }
func (a V128) I16x8NarrowI32x4S(b V128) V128 { return V128{a.binary(opI16x8NarrowI32x4S, b.value)} }
func (a V128) I16x8NarrowI32x4U(b V128) V128 { return V128{a.binary(opI16x8NarrowI32x4U, b.value)} }
func (a V128) I16x8ExtmulLowI8x16S(b V128) V128 {
	return V128{a.binary(opI16x8ExtmulLowI8x16S, b.value)}
}
func (a V128) I16x8ExtmulHighI8x16S(b V128) V128 {
	return V128{a.binary(opI16x8ExtmulHighI8x16S, b.value)}
}
func (a V128) I16x8ExtmulLowI8x16U(b V128) V128 {
	return V128{a.binary(opI16x8ExtmulLowI8x16U, b.value)}
}
func (a V128) I16x8ExtmulHighI8x16U(b V128) V128 {
	return V128{a.binary(opI16x8ExtmulHighI8x16U, b.value)}
}

func (a V128) I16x8Abs() V128                  { return V128{a.unary(opI16x8Abs)} }
func (a V128) I16x8Neg() V128                  { return V128{a.unary(opI16x8Neg)} }
func (a V128) I16x8ExtendLowI8x16S() V128      { return V128{a.unary(opI16x8ExtendLowI8x16S)} }
func (a V128) I16x8ExtendHighI8x16S() V128     { return V128{a.unary(opI16x8ExtendHighI8x16S)} }
func (a V128) I16x8ExtendLowI8x16U() V128      { return V128{a.unary(opI16x8ExtendLowI8x16U)} }
func (a V128) I16x8ExtendHighI8x16U() V128     { return V128{a.unary(opI16x8ExtendHighI8x16U)} }
func (a V128) I16x8ExtaddPairwiseI8x16S() V128 { return V128{a.unary(opI16x8ExtaddPairwiseI8x16S)} }
func (a V128) I16x8ExtaddPairwiseI8x16U() V128 { return V128{a.unary(opI16x8ExtaddPairwiseI8x16U)} }
func (a V128) I16x8Shl(bits I32) V128          { return V128{a.binary(opI16x8Shl, bits.value)} }
func (a V128) I16x8ShrS(bits I32) V128         { return V128{a.binary(opI16x8ShrS, bits.value)} }
func (a V128) I16x8ShrU(bits I32) V128         { return V128{a.binary(opI16x8ShrU, bits.value)} }

// Comparisons: all bits of a lane 1 or 0. AllTrue: whether no lane is 0; Bitmask: the lanes' sign bits.

func (a V128) I16x8Eq(b V128) V128  { return V128{a.binary(opI16x8Eq, b.value)} }
func (a V128) I16x8Ne(b V128) V128  { return V128{a.binary(opI16x8Ne, b.value)} }
func (a V128) I16x8LtS(b V128) V128 { return V128{a.binary(opI16x8LtS, b.value)} }
func (a V128) I16x8LtU(b V128) V128 { return V128{a.binary(opI16x8LtU, b.value)} }
func (a V128) I16x8GtS(b V128) V128 { return V128{a.binary(opI16x8GtS, b.value)} }
func (a V128) I16x8GtU(b V128) V128 { return V128{a.binary(opI16x8GtU, b.value)} }
func (a V128) I16x8LeS(b V128) V128 { return V128{a.binary(opI16x8LeS, b.value)} }
func (a V128) I16x8LeU(b V128) V128 { return V128{a.binary(opI16x8LeU, b.value)} }
func (a V128) I16x8GeS(b V128) V128 { return V128{a.binary(opI16x8GeS, b.value)} }
func (a V128) I16x8GeU(b V128) V128 { return V128{a.binary(opI16x8GeU, b.value)} }
func (a V128) I16x8AllTrue() I32    { return I32{a.unary(opI16x8AllTrue)} }
func (a V128) I16x8Bitmask() I32    { return I32{a.unary(opI16x8Bitmask)} }

// Lanes.

func (a I32) I16x8Splat() V128                { return V128{a.unary(opI16x8Splat)} }
func (a V128) I16x8ExtractLaneS(lane int) I32 { return I32{a.lane(opI16x8ExtractLaneS, 8, lane)} }
func (a V128) I16x8ExtractLaneU(lane int) I32 { return I32{a.lane(opI16x8ExtractLaneU, 8, lane)} }
func (a V128) I16x8ReplaceLane(lane int, x I32) V128 {
	return V128{a.lane(opI16x8ReplaceLane, 8, lane, x.value)}
}

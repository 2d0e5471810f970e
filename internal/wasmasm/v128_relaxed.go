package wasmasm

// Relaxed SIMD: results may differ between machines within the bounds of the specification. Not every engine has it: a
// module that holds one of these fails to compile elsewhere.
//
// Madd is a·b + c and Nmadd -(a·b) + c, rounded once or twice.

func (a V128) F32x4RelaxedMadd(b, c V128) V128 {
	return V128{a.ternary(opF32x4RelaxedMadd, b.value, c.value)}
}
func (a V128) F32x4RelaxedNmadd(b, c V128) V128 {
	return V128{a.ternary(opF32x4RelaxedNmadd, b.value, c.value)}
}
func (a V128) F64x2RelaxedMadd(b, c V128) V128 {
	return V128{a.ternary(opF64x2RelaxedMadd, b.value, c.value)}
}
func (a V128) F64x2RelaxedNmadd(b, c V128) V128 {
	return V128{a.ternary(opF64x2RelaxedNmadd, b.value, c.value)}
}
func (a V128) I8x16RelaxedLaneselect(b, mask V128) V128 {
	return V128{a.ternary(opI8x16RelaxedLaneselect, b.value, mask.value)}
}
func (a V128) I16x8RelaxedLaneselect(b, mask V128) V128 {
	return V128{a.ternary(opI16x8RelaxedLaneselect, b.value, mask.value)}
}
func (a V128) I32x4RelaxedLaneselect(b, mask V128) V128 {
	return V128{a.ternary(opI32x4RelaxedLaneselect, b.value, mask.value)}
}
func (a V128) I64x2RelaxedLaneselect(b, mask V128) V128 {
	return V128{a.ternary(opI64x2RelaxedLaneselect, b.value, mask.value)}
}
func (a V128) I32x4RelaxedDotI8x16I7x16AddS(b, c V128) V128 {
	return V128{a.ternary(opI32x4RelaxedDotI8x16I7x16AddS, b.value, c.value)}
}

func (a V128) I8x16RelaxedSwizzle(b V128) V128 { return V128{a.binary(opI8x16RelaxedSwizzle, b.value)} }
func (a V128) F32x4RelaxedMin(b V128) V128     { return V128{a.binary(opF32x4RelaxedMin, b.value)} }
func (a V128) F32x4RelaxedMax(b V128) V128     { return V128{a.binary(opF32x4RelaxedMax, b.value)} }
func (a V128) F64x2RelaxedMin(b V128) V128     { return V128{a.binary(opF64x2RelaxedMin, b.value)} }
func (a V128) F64x2RelaxedMax(b V128) V128     { return V128{a.binary(opF64x2RelaxedMax, b.value)} }
func (a V128) I16x8RelaxedQ15mulrS(b V128) V128 {
	return V128{a.binary(opI16x8RelaxedQ15mulrS, b.value)}
}
func (a V128) I16x8RelaxedDotI8x16I7x16S(b V128) V128 {
	return V128{a.binary(opI16x8RelaxedDotI8x16I7x16S, b.value)}
}

func (a V128) I32x4RelaxedTruncF32x4S() V128     { return V128{a.unary(opI32x4RelaxedTruncF32x4S)} }
func (a V128) I32x4RelaxedTruncF32x4U() V128     { return V128{a.unary(opI32x4RelaxedTruncF32x4U)} }
func (a V128) I32x4RelaxedTruncF64x2SZero() V128 { return V128{a.unary(opI32x4RelaxedTruncF64x2SZero)} }
func (a V128) I32x4RelaxedTruncF64x2UZero() V128 { return V128{a.unary(opI32x4RelaxedTruncF64x2UZero)} }

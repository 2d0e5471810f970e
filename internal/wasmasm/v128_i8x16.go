package wasmasm

// Arithmetic on sixteen i8.

func (a V128) I8x16Add(b V128) V128          { return V128{a.binary(opI8x16Add, b.value)} }
func (a V128) I8x16Sub(b V128) V128          { return V128{a.binary(opI8x16Sub, b.value)} }
func (a V128) I8x16AddSatS(b V128) V128      { return V128{a.binary(opI8x16AddSatS, b.value)} }
func (a V128) I8x16AddSatU(b V128) V128      { return V128{a.binary(opI8x16AddSatU, b.value)} }
func (a V128) I8x16SubSatS(b V128) V128      { return V128{a.binary(opI8x16SubSatS, b.value)} }
func (a V128) I8x16SubSatU(b V128) V128      { return V128{a.binary(opI8x16SubSatU, b.value)} }
func (a V128) I8x16MinS(b V128) V128         { return V128{a.binary(opI8x16MinS, b.value)} }
func (a V128) I8x16MinU(b V128) V128         { return V128{a.binary(opI8x16MinU, b.value)} }
func (a V128) I8x16MaxS(b V128) V128         { return V128{a.binary(opI8x16MaxS, b.value)} }
func (a V128) I8x16MaxU(b V128) V128         { return V128{a.binary(opI8x16MaxU, b.value)} }
func (a V128) I8x16AvgrU(b V128) V128        { return V128{a.binary(opI8x16AvgrU, b.value)} }
func (a V128) I8x16NarrowI16x8S(b V128) V128 { return V128{a.binary(opI8x16NarrowI16x8S, b.value)} }
func (a V128) I8x16NarrowI16x8U(b V128) V128 { return V128{a.binary(opI8x16NarrowI16x8U, b.value)} }

func (a V128) I8x16Abs() V128          { return V128{a.unary(opI8x16Abs)} }
func (a V128) I8x16Neg() V128          { return V128{a.unary(opI8x16Neg)} }
func (a V128) I8x16Popcnt() V128       { return V128{a.unary(opI8x16Popcnt)} }
func (a V128) I8x16Shl(bits I32) V128  { return V128{a.binary(opI8x16Shl, bits.value)} }
func (a V128) I8x16ShrS(bits I32) V128 { return V128{a.binary(opI8x16ShrS, bits.value)} }
func (a V128) I8x16ShrU(bits I32) V128 { return V128{a.binary(opI8x16ShrU, bits.value)} }

// Comparisons: all bits of a lane 1 or 0. AllTrue: whether no lane is 0; Bitmask: the lanes' sign bits.

func (a V128) I8x16Eq(b V128) V128  { return V128{a.binary(opI8x16Eq, b.value)} }
func (a V128) I8x16Ne(b V128) V128  { return V128{a.binary(opI8x16Ne, b.value)} }
func (a V128) I8x16LtS(b V128) V128 { return V128{a.binary(opI8x16LtS, b.value)} }
func (a V128) I8x16LtU(b V128) V128 { return V128{a.binary(opI8x16LtU, b.value)} }
func (a V128) I8x16GtS(b V128) V128 { return V128{a.binary(opI8x16GtS, b.value)} }
func (a V128) I8x16GtU(b V128) V128 { return V128{a.binary(opI8x16GtU, b.value)} }
func (a V128) I8x16LeS(b V128) V128 { return V128{a.binary(opI8x16LeS, b.value)} }
func (a V128) I8x16LeU(b V128) V128 { return V128{a.binary(opI8x16LeU, b.value)} }
func (a V128) I8x16GeS(b V128) V128 { return V128{a.binary(opI8x16GeS, b.value)} }
func (a V128) I8x16GeU(b V128) V128 { return V128{a.binary(opI8x16GeU, b.value)} }
func (a V128) I8x16AllTrue() I32    { return I32{a.unary(opI8x16AllTrue)} }
func (a V128) I8x16Bitmask() I32    { return I32{a.unary(opI8x16Bitmask)} }

// Lanes.

func (a I32) I8x16Splat() V128                { return V128{a.unary(opI8x16Splat)} }
func (a V128) I8x16ExtractLaneS(lane int) I32 { return I32{a.lane(opI8x16ExtractLaneS, 16, lane)} }
func (a V128) I8x16ExtractLaneU(lane int) I32 { return I32{a.lane(opI8x16ExtractLaneU, 16, lane)} }
func (a V128) I8x16ReplaceLane(lane int, x I32) V128 {
	return V128{a.lane(opI8x16ReplaceLane, 16, lane, x.value)}
}

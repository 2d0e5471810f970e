package wasmasm

// Loads of vectors from address a + offset, in bytes: 16 bytes, 8 bytes widened, one element in all lanes (Splat), or
// one in the lowest lane and zeros (Zero).

func (a I32) V128Load(offset int) V128        { return V128{a.load(opV128Load, 4, offset)} }
func (a I32) V128Load8x8S(offset int) V128    { return V128{a.load(opV128Load8x8S, 3, offset)} }
func (a I32) V128Load8x8U(offset int) V128    { return V128{a.load(opV128Load8x8U, 3, offset)} }
func (a I32) V128Load16x4S(offset int) V128   { return V128{a.load(opV128Load16x4S, 3, offset)} }
func (a I32) V128Load16x4U(offset int) V128   { return V128{a.load(opV128Load16x4U, 3, offset)} }
func (a I32) V128Load32x2S(offset int) V128   { return V128{a.load(opV128Load32x2S, 3, offset)} }
func (a I32) V128Load32x2U(offset int) V128   { return V128{a.load(opV128Load32x2U, 3, offset)} }
func (a I32) V128Load8Splat(offset int) V128  { return V128{a.load(opV128Load8Splat, 0, offset)} }
func (a I32) V128Load16Splat(offset int) V128 { return V128{a.load(opV128Load16Splat, 1, offset)} }
func (a I32) V128Load32Splat(offset int) V128 { return V128{a.load(opV128Load32Splat, 2, offset)} }
func (a I32) V128Load64Splat(offset int) V128 { return V128{a.load(opV128Load64Splat, 3, offset)} }
func (a I32) V128Load32Zero(offset int) V128  { return V128{a.load(opV128Load32Zero, 2, offset)} }
func (a I32) V128Load64Zero(offset int) V128  { return V128{a.load(opV128Load64Zero, 3, offset)} }
func (a I32) V128Store(offset int, x V128)    { a.store(opV128Store, 4, offset, x.value) }

// One lane from memory, the others from x; or one lane of x to memory.

func (a I32) V128Load8Lane(offset, lane int, x V128) V128 {
	return V128{a.loadLane(opV128Load8Lane, 0, offset, lane, x.value)}
}

func (a I32) V128Load16Lane(offset, lane int, x V128) V128 {
	return V128{a.loadLane(opV128Load16Lane, 1, offset, lane, x.value)}
}

func (a I32) V128Load32Lane(offset, lane int, x V128) V128 {
	return V128{a.loadLane(opV128Load32Lane, 2, offset, lane, x.value)}
}

func (a I32) V128Load64Lane(offset, lane int, x V128) V128 {
	return V128{a.loadLane(opV128Load64Lane, 3, offset, lane, x.value)}
}

func (a I32) V128Store8Lane(offset, lane int, x V128) {
	a.storeLane(opV128Store8Lane, 0, offset, lane, x.value)
}

func (a I32) V128Store16Lane(offset, lane int, x V128) {
	a.storeLane(opV128Store16Lane, 1, offset, lane, x.value)
}

func (a I32) V128Store32Lane(offset, lane int, x V128) {
	a.storeLane(opV128Store32Lane, 2, offset, lane, x.value)
}

func (a I32) V128Store64Lane(offset, lane int, x V128) {
	a.storeLane(opV128Store64Lane, 3, offset, lane, x.value)
}

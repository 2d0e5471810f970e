package wasmasm

// Operations on all 128 bits; Andnot is a and not b, AnyTrue whether any bit is set.

func (a V128) Not() V128          { return V128{a.unary(opV128Not)} }
func (a V128) And(b V128) V128    { return V128{a.binary(opV128And, b.value)} }
func (a V128) Andnot(b V128) V128 { return V128{a.binary(opV128Andnot, b.value)} }
func (a V128) Or(b V128) V128     { return V128{a.binary(opV128Or, b.value)} }
func (a V128) Xor(b V128) V128    { return V128{a.binary(opV128Xor, b.value)} }
func (a V128) AnyTrue() I32       { return I32{a.unary(opV128AnyTrue)} }

// Bitselect takes a bit of a where the mask is 1 and of b where it is 0.
func (a V128) Bitselect(b, mask V128) V128 {
	return V128{a.ternary(opV128Bitselect, b.value, mask.value)}
}

// I8x16Shuffle gathers bytes: byte i of the result is byte lanes[i] of the 32 bytes of a, then b.
func (a V128) I8x16Shuffle(b V128, lanes [16]uint8) V128 { return V128{a.shuffle(b.value, lanes)} }

// I32x4Shuffle is I8x16Shuffle by words of 32 bits: lanes 0 to 3 are those of a, 4 to 7 those of b.
func (a V128) I32x4Shuffle(b V128, lanes [4]uint8) V128 {
	var bytes [16]uint8
	for i := range bytes {
		bytes[i] = lanes[i/4]<<2 | uint8(i%4)
		if lanes[i/4] > 7 {
			bytes[i] = lanes[i/4] | 32 // out of range there too
		}
	}
	return V128{a.shuffle(b.value, bytes)}
}

// I8x16Swizzle gathers bytes of a by the indices in b; 16 and above give 0.
func (a V128) I8x16Swizzle(b V128) V128 { return V128{a.binary(opI8x16Swizzle, b.value)} }

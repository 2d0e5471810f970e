package wasmasm

import "strings"

// appendU32 appends x as unsigned LEB128: seven bits a byte, the lowest first, the top bit set on all but the last.
// Inlining it and the others marked so adds 23 kB to the browser's program and gains nothing that can be measured.
//
//go:noinline
func appendU32(b []byte, x uint32) []byte {
	for x >= 0x80 {
		b = append(b, byte(x)|0x80)
		x >>= 7
	}
	return append(b, byte(x))
}

// appendS64 appends x as signed LEB128: it ends when the rest is the sign of the byte's bit 6.
//
//go:noinline
func appendS64(b []byte, x int64) []byte {
	for x < -64 || x > 63 {
		b = append(b, byte(x)|0x80)
		x >>= 7
	}
	return append(b, byte(x)&0x7f)
}

// sizeU32 is the number of bytes that appendU32 appends.
func sizeU32(x uint32) int {
	n := 1
	for ; x >= 0x80; x >>= 7 {
		n++
	}
	return n
}

// appendName appends length and text, which must be UTF-8.
//
//go:noinline
func appendName(b []byte, s string) []byte {
	s = strings.ToValidUTF8(s, "\ufffd")
	return append(appendU32(b, uint32(len(s))), s...)
}

package wasmasm

import (
	"encoding/binary"
	"math"
)

// wide is a constant of 8 or 16 bytes, or the lanes of a shuffle.
type wide struct {
	op    opcode
	bytes [16]byte
}

func (w *wide) append(b []byte) []byte {
	switch w.op {
	case opI64Const:
		return appendS64(append(b, byte(w.op)), int64(binary.LittleEndian.Uint64(w.bytes[:])))
	case opF64Const:
		return append(append(b, byte(w.op)), w.bytes[:8]...)
	}
	return append(append(b, byte(w.op>>16), byte(w.op&0xff)), w.bytes[:]...)
}

// I32 is a constant. Numbers from 1<<31 to 1<<32-1 are taken as unsigned: addresses above 2 GiB.
func (f *Func) I32(x int) I32 {
	if int64(x) < math.MinInt32 || int64(x) > math.MaxUint32 {
		f.fail(opI32Const, "constant "+itoa(x)+": want -2147483648 to 4294967295")
	}
	return I32{value{f, operand{uint32(x), kindI32}}}
}

// F32 is a constant.
func (f *Func) F32(x float32) F32 { return F32{value{f, operand{math.Float32bits(x), kindF32}}} }

// I64 is a constant.
func (f *Func) I64(x int64) I64 { return I64{f.wide64(opI64Const, uint64(x))} }

// F64 is a constant.
func (f *Func) F64(x float64) F64 { return F64{f.wide64(opF64Const, math.Float64bits(x))} }

// V128 is a constant.
func (f *Func) V128(x [16]byte) V128 { return V128{f.constant(wide{opV128Const, x})} }

// F32x4 is a constant of four f32.
func (f *Func) F32x4(x0, x1, x2, x3 float32) V128 {
	return f.I32x4(int32(math.Float32bits(x0)), int32(math.Float32bits(x1)), int32(math.Float32bits(x2)), int32(math.Float32bits(x3)))
}

// I32x4 is a constant of four i32.
func (f *Func) I32x4(x0, x1, x2, x3 int32) V128 {
	w := wide{op: opV128Const}
	for i, x := range [4]int32{x0, x1, x2, x3} {
		binary.LittleEndian.PutUint32(w.bytes[4*i:], uint32(x))
	}
	return V128{f.constant(w)}
}

func (f *Func) wide64(op opcode, bits uint64) value {
	w := wide{op: op}
	binary.LittleEndian.PutUint64(w.bytes[:], bits)
	return f.constant(w)
}

func (f *Func) constant(w wide) value {
	f.wide = append(f.wide, w)
	return value{f, operand{uint32(len(f.wide) - 1), kindWide}}
}

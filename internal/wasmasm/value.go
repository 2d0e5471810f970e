package wasmasm

// A value is an operand: a local, a constant or an expression that has not been emitted yet. It holds no memory of its
// own, so kernels build millions of them cheaply.
//
// A local and a constant may be used anywhere in their function; an expression only in the statement it was built for,
// because later statements may change what it reads.
type value struct {
	f *Func
	operand
}

// operand is a value without its function. What idx means depends on the kind, which is the low three bits of meta; the
// next three hold a promised alignment (log2 + 1, 0 if natural), the others the age of what idx names.
type operand struct {
	idx, meta uint32
}

const (
	kindNone  = iota // the zero value, or the result of an error
	kindLocal        // locals[idx], if its age is still meta's
	kindNode         // nodes[idx], if the function's age is still meta's
	kindI32          // the constant idx
	kindF32          // the constant with the bits idx
	kindWide         // wide[idx], a constant of 8 or 16 bytes

	kindMask   = 7
	alignShift = 3
	alignMask  = 7 << alignShift
	ageShift   = 6
)

// Values of the five types. The zero value of each is no operand: using it is reported by Module.Bytes.
type (
	I32  struct{ value }
	I64  struct{ value }
	F32  struct{ value }
	F64  struct{ value }
	V128 struct{ value }
)

// Value is an I32, I64, F32, F64 or V128, where the type is known only when the code is emitted: an argument, a result.
type Value interface {
	typed() (value, Type)
}

func (a I32) typed() (value, Type)  { return a.value, TypeI32 }
func (a I64) typed() (value, Type)  { return a.value, TypeI64 }
func (a F32) typed() (value, Type)  { return a.value, TypeF32 }
func (a F64) typed() (value, Type)  { return a.value, TypeF64 }
func (a V128) typed() (value, Type) { return a.value, TypeV128 }

// Set stores x in the local a.
func (a I32) Set(x I32)   { a.set(x.value) }
func (a I64) Set(x I64)   { a.set(x.value) }
func (a F32) Set(x F32)   { a.set(x.value) }
func (a F64) Set(x F64)   { a.set(x.value) }
func (a V128) Set(x V128) { a.set(x.value) }

// Tee stores x in the local a and is x. The result must be used exactly once.
func (a I32) Tee(x I32) I32    { return I32{a.tee(x.value)} }
func (a I64) Tee(x I64) I64    { return I64{a.tee(x.value)} }
func (a F32) Tee(x F32) F32    { return F32{a.tee(x.value)} }
func (a F64) Tee(x F64) F64    { return F64{a.tee(x.value)} }
func (a V128) Tee(x V128) V128 { return V128{a.tee(x.value)} }

// Select is a where cond is not 0, else b. Both are computed.
func (a I32) Select(b I32, cond I32) I32 { return I32{a.ternary(opSelect, b.value, cond.value)} }
func (a I64) Select(b I64, cond I32) I64 { return I64{a.ternary(opSelect, b.value, cond.value)} }
func (a F32) Select(b F32, cond I32) F32 { return F32{a.ternary(opSelect, b.value, cond.value)} }
func (a F64) Select(b F64, cond I32) F64 { return F64{a.ternary(opSelect, b.value, cond.value)} }
func (a V128) Select(b V128, cond I32) V128 {
	return V128{a.ternary(opSelect, b.value, cond.value)}
}

// Inc adds n to the local a.
func (a I32) Inc(n int) {
	if a.f != nil {
		a.Set(a.Add(a.f.I32(n)))
	}
}

// Align says that the address a + offset of a load or store is a multiple only of 1<<log2 bytes, less than the size of
// what is moved. It is a hint to the engine and changes no result; atomics may not have it.
func (a I32) Align(log2 int) I32 {
	if log2 < 0 || log2 > 4 {
		if a.f != nil {
			a.f.fail(opI32Load, "alignment 1<<"+itoa(log2)+": want 1<<0 to 1<<4")
		}
		return a
	}
	a.meta = a.meta&^alignMask | uint32(log2+1)<<alignShift
	return a
}

func (a value) set(x value) {
	f := a.f
	if f == nil || x.f != f {
		foreign(opLocalSet, a, x)
		return
	}
	f.emit(opLocalSet, x.operand)
	f.assign(opLocalSet, a)
	f.short(opLocalSet, a.idx)
	f.end(opLocalSet)
}

func (a value) tee(x value) value {
	if a.f == nil || x.f != a.f {
		return foreign(opLocalTee, a, x)
	}
	a.f.assign(opLocalTee, a)
	return a.f.effect(node{op: opLocalTee, form: formIndex, imm: uint64(a.idx)}, x)
}

// foreign reports operands that belong to no function or to two.
func foreign(op opcode, operands ...value) value {
	for _, v := range operands {
		if v.f == nil {
			continue
		}
		for _, w := range operands {
			if w.f == nil {
				v.f.fail(op, "operand is the zero value: want a local, a constant or an expression")
				return value{f: v.f}
			}
		}
		for _, w := range operands {
			if w.f != v.f {
				v.f.fail(op, "operand belongs to function \""+w.f.name+"\": pass it as a parameter or a global")
				return value{f: v.f}
			}
		}
	}
	return value{}
}

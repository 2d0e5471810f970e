package wasmasm

// A Global is a variable of the module. Threads do not share it: each has its own instance.
type Global struct {
	m       *Module
	index   uint32
	typ     Type
	mutable bool
	init    []byte // the constant expression without its end
}

// GlobalI32 adds a global with its first value.
func (m *Module) GlobalI32(mutable bool, init int32) *Global {
	return m.global(TypeI32, mutable, appendS64([]byte{byte(opI32Const)}, int64(init)))
}

// GlobalI64 adds a global with its first value.
func (m *Module) GlobalI64(mutable bool, init int64) *Global {
	return m.global(TypeI64, mutable, appendS64([]byte{byte(opI64Const)}, init))
}

// GlobalF32 adds a global with its first value.
func (m *Module) GlobalF32(mutable bool, init float32) *Global {
	return m.constGlobal(TypeF32, mutable, (&Func{m: m}).F32(init).value)
}

// GlobalF64 adds a global with its first value.
func (m *Module) GlobalF64(mutable bool, init float64) *Global {
	return m.constGlobal(TypeF64, mutable, (&Func{m: m}).F64(init).value)
}

// GlobalV128 adds a global with its first value.
func (m *Module) GlobalV128(mutable bool, init [16]byte) *Global {
	return m.constGlobal(TypeV128, mutable, (&Func{m: m}).V128(init).value)
}

func (m *Module) constGlobal(t Type, mutable bool, v value) *Global {
	v.f.emit(opGlobalSet, v.operand)
	return m.global(t, mutable, v.f.code)
}

func (m *Module) global(t Type, mutable bool, init []byte) *Global {
	g := &Global{m, uint32(len(m.globals)), t, mutable, init}
	m.globals = append(m.globals, g)
	return g
}

// GetI32 is the global's value when the statement runs.
func (f *Func) GetI32(g *Global) I32 { return I32{f.get(g, TypeI32)} }

// GetI64 is the global's value when the statement runs.
func (f *Func) GetI64(g *Global) I64 { return I64{f.get(g, TypeI64)} }

// GetF32 is the global's value when the statement runs.
func (f *Func) GetF32(g *Global) F32 { return F32{f.get(g, TypeF32)} }

// GetF64 is the global's value when the statement runs.
func (f *Func) GetF64(g *Global) F64 { return F64{f.get(g, TypeF64)} }

// GetV128 is the global's value when the statement runs.
func (f *Func) GetV128(g *Global) V128 { return V128{f.get(g, TypeV128)} }

func (f *Func) get(g *Global, t Type) value {
	if !f.checkGlobal(opGlobalGet, g, t) {
		return value{f: f}
	}
	return f.node(node{op: opGlobalGet, form: formIndex, imm: uint64(g.index)})
}

// SetGlobal stores x in a mutable global.
func (f *Func) SetGlobal(g *Global, x Value) {
	vs, types := f.values(opGlobalSet, []Value{x})
	if !f.checkGlobal(opGlobalSet, g, types[0]) {
		return
	}
	if !g.mutable {
		f.fail(opGlobalSet, "global "+itoa(int(g.index))+" is constant: make it mutable")
	}
	f.statement(node{op: opGlobalSet, form: formIndex, imm: uint64(g.index)}, vs...)
}

func (f *Func) checkGlobal(op opcode, g *Global, t Type) bool {
	if g == nil || g.m != f.m {
		f.fail(op, "global is not of this module")
		return false
	}
	if g.typ != t {
		f.fail(op, "global "+itoa(int(g.index))+": got type "+t.String()+", want "+g.typ.String())
		return false
	}
	return true
}

package wasmasm

// Section numbers; the sections stand in this order.
const (
	secCustom   = 0
	secType     = 1
	secImport   = 2
	secFunction = 3
	secMemory   = 5
	secGlobal   = 6
	secExport   = 7
	secStart    = 8
	secCode     = 10
	secData     = 11
)

// Bytes returns the module in the binary format, or the first error of all that was written into it. It may be called
// again after more was added.
//
// Source: WebAssembly Core Specification 3.0, "Binary Format", https://webassembly.github.io/spec/core/binary/modules.html.
func (m *Module) Bytes() ([]byte, error) {
	m.check()
	if m.err != nil {
		return nil, m.err
	}
	types, typeOf := m.types()
	out := make([]byte, 0, m.estimate())
	out = append(out, "\x00asm\x01\x00\x00\x00"...)
	out = vec(out, secType, len(types), func(b []byte, i int) []byte { return append(b, types[i]...) })
	out = m.imports(out, typeOf)
	own := m.funcs[m.imported:]
	out = vec(out, secFunction, len(own), func(b []byte, i int) []byte { return appendU32(b, typeOf[m.imported+i]) })
	if m.memory != nil && !m.memory.imported {
		out = vec(out, secMemory, 1, func(b []byte, _ int) []byte { return m.memory.append(b) })
	}
	out = vec(out, secGlobal, len(m.globals), func(b []byte, i int) []byte {
		g := m.globals[i]
		b = append(b, byte(g.typ), flag(g.mutable))
		return append(append(b, g.init...), byte(opEnd))
	})
	out = vec(out, secExport, len(m.exports), func(b []byte, i int) []byte {
		e := m.exports[i]
		return appendU32(append(appendName(b, e.name), e.kind), e.index)
	})
	if m.start != nil {
		out = section(out, secStart, appendU32(nil, m.start.index))
	}
	out = m.code(out)
	out = vec(out, secData, len(m.data), func(b []byte, i int) []byte {
		d := m.data[i]
		b = appendS64(append(b, 0, byte(opI32Const)), int64(int32(uint32(d.address))))
		return append(appendU32(append(b, byte(opEnd)), uint32(len(d.bytes))), d.bytes...)
	})
	return m.names(out), nil
}

// section appends a section with its size.
//
//go:noinline
func section(out []byte, id byte, body []byte) []byte {
	return append(appendU32(append(out, id), uint32(len(body))), body...)
}

// vec appends a section that is a vector of n items, or nothing if there are none.
func vec(out []byte, id byte, n int, item func(b []byte, i int) []byte) []byte {
	if n == 0 {
		return out
	}
	b := appendU32(nil, uint32(n))
	for i := range n {
		b = item(b, i)
	}
	return section(out, id, b)
}

// types returns the encoded function types, each once, and the number of each function's.
func (m *Module) types() (types []string, typeOf []uint32) {
	known := map[string]uint32{}
	for _, f := range m.funcs {
		key := string(appendTypes(appendTypes([]byte{0x60}, f.params), f.results))
		i, ok := known[key]
		if !ok {
			i = uint32(len(types))
			known[key] = i
			types = append(types, key)
		}
		typeOf = append(typeOf, i)
	}
	return types, typeOf
}

func appendTypes(b []byte, ts []Type) []byte {
	b = appendU32(b, uint32(len(ts)))
	for _, t := range ts {
		b = append(b, byte(t))
	}
	return b
}

func (m *Module) imports(out []byte, typeOf []uint32) []byte {
	n := m.imported
	if m.memory != nil && m.memory.imported {
		n++
	}
	return vec(out, secImport, n, func(b []byte, i int) []byte {
		if i == m.imported {
			b = appendName(appendName(b, m.memory.module), m.memory.name)
			return m.memory.append(append(b, kindMemory))
		}
		f := m.funcs[i]
		return appendU32(append(appendName(appendName(b, f.importModule), f.importName), kindFunc), typeOf[i])
	})
}

// code appends the bodies without a copy between: they are nearly all of the module.
func (m *Module) code(out []byte) []byte {
	own := m.funcs[m.imported:]
	if len(own) == 0 {
		return out
	}
	heads := make([][]byte, len(own)) // the locals
	size := sizeU32(uint32(len(own)))
	for i, f := range own {
		heads[i] = f.appendLocals(nil)
		n := len(heads[i]) + len(f.code) + len(f.tail())
		size += sizeU32(uint32(n)) + n
	}
	out = appendU32(appendU32(append(out, secCode), uint32(size)), uint32(len(own)))
	for i, f := range own {
		out = appendU32(out, uint32(len(heads[i])+len(f.code)+len(f.tail())))
		out = append(append(append(out, heads[i]...), f.code...), f.tail()...)
	}
	return out
}

// tail ends a body. Where results are due, only Return leaves them: behind the last statement nothing is on the stack.
func (f *Func) tail() string {
	if len(f.results) > 0 {
		return "\x00\x0b"
	}
	return "\x0b"
}

// appendLocals appends the locals behind the parameters as runs of one type.
func (f *Func) appendLocals(b []byte) []byte {
	locals := f.locals[len(f.params):]
	var runs []byte
	n := 0
	for i := 0; i < len(locals); n++ {
		j := i
		for j < len(locals) && locals[j].typ == locals[i].typ {
			j++
		}
		runs = append(appendU32(runs, uint32(j-i)), byte(locals[i].typ))
		i = j
	}
	return append(appendU32(b, uint32(n)), runs...)
}

// estimate is about the module's size, somewhat above.
func (m *Module) estimate() int {
	n := 256
	for _, f := range m.funcs {
		n += len(f.code) + 16*len(f.locals) + 2*len(f.name) + 64
	}
	for _, d := range m.data {
		n += len(d.bytes) + 16
	}
	return n
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}

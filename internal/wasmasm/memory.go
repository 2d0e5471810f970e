package wasmasm

// PageBytes is the size of a page of memory.
const PageBytes = 65536

const maxPages = 65536

// Limits are the size of a memory in pages: at the start, and the most it may grow to. A shared memory needs Max;
// otherwise 0 stands for none.
type Limits struct {
	Min, Max int
	Shared   bool
}

// memory is the module's memory, of which there is at most one.
type memory struct {
	Limits
	module, name string // of an imported one
	imported     bool
}

// ImportMemory takes the memory of another module or of the host.
func (m *Module) ImportMemory(module, name string, l Limits) {
	m.setMemory(&memory{l, module, name, true})
}

// Memory makes the memory in the module.
func (m *Module) Memory(l Limits) { m.setMemory(&memory{Limits: l}) }

func (m *Module) setMemory(mem *memory) {
	switch l := mem.Limits; {
	case m.memory != nil:
		m.fail("second memory: want one")
	case l.Min < 0 || l.Min > maxPages || l.Max < 0 || l.Max > maxPages:
		m.fail("memory of " + itoa(l.Min) + " to " + itoa(l.Max) + " pages: want 0 to 65536")
	case l.Max > 0 && l.Max < l.Min:
		m.fail("memory of " + itoa(l.Min) + " pages and at most " + itoa(l.Max) + ": want no less than at the start")
	case l.Shared && l.Max == 0:
		m.fail("shared memory without maximum: want Limits.Max, say " + itoa(max(l.Min, 1)))
	}
	m.memory = mem
}

// Data puts bytes at an address when the module is instantiated. With threads every instance writes them again, so
// they must be constants, never variables.
func (m *Module) Data(address int, bytes []byte) {
	m.data = append(m.data, segment{address, bytes})
}

type segment struct {
	address int
	bytes   []byte
}

// append appends flags, minimum and maximum.
func (l Limits) append(b []byte) []byte {
	flags := byte(0)
	if l.Max > 0 {
		flags |= 1
	}
	if l.Shared {
		flags |= 2
	}
	b = appendU32(append(b, flags), uint32(l.Min))
	if l.Max > 0 {
		b = appendU32(b, uint32(l.Max))
	}
	return b
}

// MemoryCopy copies n bytes from address from to address to; they may overlap.
func (f *Func) MemoryCopy(to, from, n I32) {
	f.bulk(opMemoryCopy, to, from, n)
}

// MemoryFill sets n bytes at address to to the low byte of b.
func (f *Func) MemoryFill(to, b, n I32) {
	f.bulk(opMemoryFill, to, b, n)
}

func (f *Func) bulk(op opcode, a, b, c I32) {
	for _, v := range []I32{a, b, c} {
		if v.f != f {
			foreign(op, value{f: f}, v.value)
			return
		}
		f.emit(op, v.operand)
	}
	f.op(op)
	f.code = append(f.code, 0)
	if op == opMemoryCopy {
		f.code = append(f.code, 0)
	}
	f.end(op)
}

// MemorySize is the memory's size in pages.
func (f *Func) MemorySize() I32 { return I32{f.node(node{op: opMemorySize, form: formIndex})} }

// MemoryGrow adds pages and is the size before, or -1 if that failed. The result must be used exactly once.
func (f *Func) MemoryGrow(pages I32) I32 {
	if pages.f != f {
		return I32{foreign(opMemoryGrow, value{f: f}, pages.value)}
	}
	return I32{f.effect(node{op: opMemoryGrow, form: formIndex}, pages.value)}
}

package wasmasm

// A node is an expression that waits for its statement: an instruction, its immediates and its operands, which are
// operands[first:first+n] of the function.
type node struct {
	op       opcode
	first    uint32
	imm      uint64
	n        uint8
	form     form
	align    uint8 // log2, of formMemory and formMemoryLane
	lane     uint8
	pinned   bool // has an effect, or reads what others change: must be emitted exactly once
	consumed bool
}

// form says which immediates follow the opcode.
type form uint8

const (
	formPlain      form = iota
	formIndex           // LEB128 of imm: a local, global, function, or the memory
	formMemory          // alignment and offset
	formMemoryLane      // the same and a lane
	formLane            // a lane
	formShuffle         // wide[imm]
)

// node adds an expression whose operands are of this function.
func (f *Func) node(n node, operands ...value) value {
	for _, v := range operands {
		f.operands = append(f.operands, v.operand)
	}
	n.n = uint8(len(operands))
	return f.push(n)
}

// push adds an expression whose operands are the last n.n.
func (f *Func) push(n node) value {
	n.first = uint32(len(f.operands)) - uint32(n.n)
	f.nodes = append(f.nodes, n)
	return value{f, operand{uint32(len(f.nodes) - 1), kindNode | f.age<<ageShift}}
}

// effect adds an expression that must be emitted exactly once.
func (f *Func) effect(n node, operands ...value) value {
	n.pinned = true
	f.pending++
	return f.node(n, operands...)
}

func (a value) unary(op opcode) value {
	if a.f == nil {
		return value{}
	}
	f := a.f
	f.operands = append(f.operands, a.operand)
	return f.push(node{op: op, n: 1})
}

func (a value) binary(op opcode, b value) value {
	if a.f == nil || b.f != a.f {
		return foreign(op, a, b)
	}
	f := a.f
	f.operands = append(f.operands, a.operand, b.operand)
	return f.push(node{op: op, n: 2})
}

func (a value) ternary(op opcode, b, c value) value {
	if a.f == nil || b.f != a.f || c.f != a.f {
		return foreign(op, a, b, c)
	}
	return a.f.node(node{op: op}, a, b, c)
}

// memory makes the node of an access to a + offset, of 1<<size bytes.
func (a value) memory(op opcode, size uint8, offset int) node {
	if uint64(offset) > 1<<32-1 {
		a.f.fail(op, "offset "+itoa(offset)+": want 0 to 4294967295; add it to the address")
	}
	if hint := uint8(a.meta & alignMask >> alignShift); hint > 0 && hint-1 < size {
		size = hint - 1
	}
	return node{op: op, form: formMemory, imm: uint64(offset), align: size}
}

func (a value) load(op opcode, size uint8, offset int) value {
	if a.f == nil {
		return value{}
	}
	n := a.memory(op, size, offset)
	n.n = 1
	a.f.operands = append(a.f.operands, a.operand)
	return a.f.push(n)
}

func (a value) store(op opcode, size uint8, offset int, x value) {
	if a.f == nil || x.f != a.f {
		foreign(op, a, x)
		return
	}
	a.f.statement(a.memory(op, size, offset), a, x)
}

func (a value) loadLane(op opcode, size uint8, offset, lane int, x value) value {
	if a.f == nil || x.f != a.f {
		return foreign(op, a, x)
	}
	n := a.memory(op, size, offset)
	n.form, n.lane = formMemoryLane, a.f.checkLane(op, lane, 16>>size)
	return a.f.node(n, a, x)
}

func (a value) storeLane(op opcode, size uint8, offset, lane int, x value) {
	if a.f == nil || x.f != a.f {
		foreign(op, a, x)
		return
	}
	n := a.memory(op, size, offset)
	n.form, n.lane = formMemoryLane, a.f.checkLane(op, lane, 16>>size)
	a.f.statement(n, a, x)
}

func (a value) atomic(op opcode, size uint8, offset int, operands ...value) value {
	all := append([]value{a}, operands...)
	for _, v := range all {
		if a.f == nil || v.f != a.f {
			return foreign(op, all...)
		}
	}
	n := a.memory(op, size, offset)
	if n.align != size {
		a.f.fail(op, "alignment below the operand's size: atomic addresses are multiples of it; leave Align out")
	}
	return a.f.effect(n, all...)
}

func (a value) lane(op opcode, lanes, lane int, operands ...value) value {
	all := append([]value{a}, operands...)
	for _, v := range all {
		if a.f == nil || v.f != a.f {
			return foreign(op, all...)
		}
	}
	return a.f.node(node{op: op, form: formLane, lane: a.f.checkLane(op, lane, lanes)}, all...)
}

func (a value) shuffle(b value, lanes [16]uint8) value {
	if a.f == nil || b.f != a.f {
		return foreign(opI8x16Shuffle, a, b)
	}
	for _, l := range lanes {
		a.f.checkLane(opI8x16Shuffle, int(l), 32)
	}
	a.f.wide = append(a.f.wide, wide{bytes: lanes})
	return a.f.node(node{op: opI8x16Shuffle, form: formShuffle, imm: uint64(len(a.f.wide) - 1)}, a, b)
}

func (f *Func) checkLane(op opcode, lane, lanes int) uint8 {
	if lane < 0 || lane >= lanes {
		f.fail(op, "lane "+itoa(lane)+": want 0 to "+itoa(lanes-1))
	}
	return uint8(lane)
}

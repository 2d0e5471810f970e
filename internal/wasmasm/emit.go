package wasmasm

import "strconv"

// maxBody is the longest function body that V8 and SpiderMonkey compile, in bytes. It also ends expressions that were
// used twice so often that they grow without end.
//
// Source: WebAssembly JavaScript Interface, "Limits", https://webassembly.github.io/spec/js-api/#limits.
const maxBody = 7_654_321

// emit appends the code that leaves the operand on the stack; op is the instruction that wants it.
func (f *Func) emit(op opcode, o operand) {
	if len(f.code) > maxBody {
		f.fail(op, "body is over "+strconv.Itoa(maxBody)+" bytes: split the function")
		return
	}
	switch o.meta & kindMask {
	case kindLocal:
		if l := &f.locals[o.idx]; !l.set || !l.alive(o) {
			f.checkLocal(op, o, true)
		}
		f.short(opLocalGet, o.idx)
	case kindNode:
		if o.meta>>ageShift<<ageShift != f.age<<ageShift {
			f.fail(op, "operand is an expression built before an earlier statement: keep it in a local")
			return
		}
		f.emitNode(op, o.idx)
	case kindI32:
		f.code = appendS64(append(f.code, byte(opI32Const)), int64(int32(o.idx)))
	case kindF32:
		f.code = append(f.code, byte(opF32Const), byte(o.idx), byte(o.idx>>8), byte(o.idx>>16), byte(o.idx>>24))
	case kindWide:
		f.code = f.wide[o.idx].append(f.code)
	default:
		f.fail(op, "operand is the zero value: want a local, a constant or an expression")
	}
}

func (f *Func) emitNode(op opcode, idx uint32) {
	n := &f.nodes[idx]
	if n.pinned {
		if n.consumed {
			f.fail(op, "the result of "+n.op.String()+" is used twice: keep it in a local")
			return
		}
		n.consumed = true
		f.pending--
	}
	for i := n.first; i < n.first+uint32(n.n); i++ {
		f.emit(n.op, f.operands[i])
	}
	f.instruction(n)
}

// instruction appends opcode and immediates. Appending to f.code itself, not to a copy, writes only its
// length, without a write barrier.
func (f *Func) instruction(n *node) {
	switch prefix, low := byte(n.op>>16), byte(n.op); {
	case prefix == 0:
		f.code = append(f.code, low)
	case n.op&0xff80 == 0:
		f.code = append(f.code, prefix, low)
	default: // LEB128 of two bytes
		f.code = append(f.code, prefix, low|0x80, byte(n.op>>7&0x7f))
	}
	switch n.form {
	case formIndex:
		f.u32(uint32(n.imm))
	case formMemory:
		f.code = append(f.code, n.align)
		f.u32(uint32(n.imm))
	case formMemoryLane:
		f.code = append(f.code, n.align)
		f.u32(uint32(n.imm))
		f.code = append(f.code, n.lane)
	case formLane:
		f.code = append(f.code, n.lane)
	case formShuffle:
		f.code = append(f.code, f.wide[n.imm].bytes[:]...)
	}
}

// u32 appends LEB128 to the code.
//
//go:noinline
func (f *Func) u32(x uint32) {
	switch {
	case x < 1<<7:
		f.code = append(f.code, byte(x))
	case x < 1<<14:
		f.code = append(f.code, byte(x)|0x80, byte(x>>7))
	default:
		f.code = appendU32(f.code, x)
	}
}

// short appends an instruction of one byte with an index, at once if that is short: most instructions are such.
func (f *Func) short(op opcode, idx uint32) {
	if idx < 1<<7 {
		f.code = append(f.code, byte(op), byte(idx))
		return
	}
	f.code = append(f.code, byte(op))
	f.u32(idx)
}

// op appends an opcode whose immediates the caller appends.
func (f *Func) op(op opcode) {
	if f.imported {
		f.fail(op, "function is imported: want one made by Module.Func")
	}
	f.instruction(&node{op: op})
}

// statement emits operands and instruction, and ends the statement.
func (f *Func) statement(n node, operands ...value) {
	if f.imported {
		f.fail(n.op, "function is imported: want one made by Module.Func")
	}
	for _, v := range operands {
		if v.f != f {
			foreign(n.op, append([]value{{f: f}}, operands...)...)
			return
		}
		f.emit(n.op, v.operand)
	}
	f.instruction(&n)
	f.end(n.op)
}

// end forgets the expressions of the statement that ends with op.
func (f *Func) end(op opcode) {
	if f.pending != 0 {
		f.unused(op)
	}
	f.nodes, f.operands = f.nodes[:0], f.operands[:0]
	f.age++
}

// unused reports an instruction with an effect that the statement did not emit.
func (f *Func) unused(op opcode) {
	for i := range f.nodes {
		if n := &f.nodes[i]; n.pinned && !n.consumed {
			f.fail(op, "the result of "+n.op.String()+", built before, is used in no statement: Drop it or keep it in a local")
		}
	}
	f.pending = 0
}

// fail records the first error of the module.
func (f *Func) fail(op opcode, what string) {
	if f.m.err == nil {
		f.m.err = &Error{Func: f.name, Offset: len(f.code), Instruction: op.String(), What: what}
	}
}

// An Error tells which instruction could not be emitted. Offset counts bytes from the start of the function's code,
// behind its locals.
type Error struct {
	Func        string // "" where the fault is the module's
	Offset      int
	Instruction string
	What        string
}

func (e *Error) Error() string {
	if e.Func == "" && e.Instruction == "" {
		return "wasmasm: " + e.What
	}
	return "wasmasm: function " + strconv.Quote(e.Func) + ", " + e.Instruction + " at byte " + itoa(e.Offset) + ": " + e.What
}

func itoa(n int) string { return strconv.Itoa(n) }

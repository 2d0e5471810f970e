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
		f.checkLocal(op, o, true)
		f.code = appendU32(append(f.code, byte(opLocalGet)), o.idx)
	case kindNode:
		if o.meta>>ageShift != f.age&(1<<(32-ageShift)-1) {
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
	for _, o := range f.operands[n.first:][:n.n] {
		f.emit(n.op, o)
	}
	f.instruction(n)
}

// instruction appends opcode and immediates.
func (f *Func) instruction(n *node) {
	c := f.code
	if n.op < 0x100 {
		c = append(c, byte(n.op))
	} else {
		c = appendU32(append(c, byte(n.op>>16)), uint32(n.op&0xffff))
	}
	switch n.form {
	case formIndex:
		c = appendU32(c, uint32(n.imm))
	case formMemory:
		c = appendU32(append(c, n.align), uint32(n.imm))
	case formMemoryLane:
		c = append(appendU32(append(c, n.align), uint32(n.imm)), n.lane)
	case formLane:
		c = append(c, n.lane)
	case formShuffle:
		c = append(c, f.wide[n.imm].bytes[:]...)
	}
	f.code = c
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

package wasmasm

// A Label is the target of branches: the end of a Block, the start of a Loop. It lives as long as its body.
type Label struct {
	f             *Func
	depth, serial uint32
}

const emptyBlock = 0x40 // block type: nothing in, nothing out

// Block runs body; branches to its label go behind it.
func (f *Func) Block(body func(end Label)) { f.body(opBlock, body) }

// Loop runs body once; branches to its label go to its start.
func (f *Func) Loop(body func(start Label)) { f.body(opLoop, body) }

func (f *Func) body(op opcode, body func(Label)) {
	f.open(op)
	f.Scope(func() { body(f.label()) })
	f.close()
}

// If runs then where cond is not 0.
func (f *Func) If(cond I32, then func()) { f.IfElse(cond, then, nil) }

// IfElse runs then where cond is not 0, otherwise.
func (f *Func) IfElse(cond I32, then, otherwise func()) {
	f.open(opIf, cond.value)
	f.Scope(then)
	if otherwise != nil {
		f.op(opElse)
		f.end(opElse)
		f.Scope(otherwise)
	}
	f.close()
}

func (f *Func) open(op opcode, operands ...value) {
	f.statement(node{op: op, form: formIndex, imm: emptyBlock}, operands...)
	f.serial++
	f.labels = append(f.labels, f.serial)
}

func (f *Func) close() {
	f.op(opEnd)
	f.end(opEnd)
	f.labels = f.labels[:len(f.labels)-1]
}

func (f *Func) label() Label { return Label{f, uint32(len(f.labels) - 1), f.serial} }

// For counts the local i from from up to below to (down to above to, where step is negative), by signed numbers, and
// runs body for each. The test stands at the end of the loop; the one before it is left out between constants. to is
// read after each run: want a constant or a local. to + step must not overflow.
func (f *Func) For(i, from, to I32, step int, body func()) {
	again := func() I32 { return i.LtS(to) }
	if step < 0 {
		again = func() I32 { return i.GtS(to) }
	}
	f.count(i, from, to, step, again, body)
}

// ForU is For by unsigned numbers: addresses above 2 GiB. step must be positive.
func (f *Func) ForU(i, from, to I32, step int, body func()) {
	if step < 0 {
		f.fail(opLoop, "step "+itoa(step)+" of ForU: want a positive one")
	}
	f.count(i, from, to, step, func() I32 { return i.LtU(to) }, body)
}

func (f *Func) count(i, from, to I32, step int, again func() I32, body func()) {
	if step == 0 {
		f.fail(opLoop, "step 0: want 1, say")
		return
	}
	if k := to.meta & kindMask; k != kindI32 && k != kindLocal {
		f.fail(opLoop, "end of loop is an expression: want a constant or a local")
		return
	}
	i.Set(from)
	loop := func() {
		f.Loop(func(start Label) {
			body()
			i.Inc(step)
			f.BrIf(start, again())
		})
	}
	if runsOnce(from, to, step) {
		loop()
		return
	}
	f.If(again(), loop)
}

// runsOnce tells whether a loop between constants surely runs its body, counted signed or unsigned.
func runsOnce(from, to I32, step int) bool {
	if from.meta&kindMask != kindI32 || to.meta&kindMask != kindI32 || from.idx>>31|to.idx>>31 != 0 {
		return false
	}
	return step > 0 && from.idx < to.idx || step < 0 && from.idx > to.idx
}

// Br goes to the label. What follows in the body is never run.
func (f *Func) Br(l Label) { f.branch(opBr, l) }

// BrIf goes to the label where cond is not 0.
func (f *Func) BrIf(l Label, cond I32) { f.branch(opBrIf, l, cond.value) }

func (f *Func) branch(op opcode, l Label, operands ...value) {
	f.statement(node{op: op, form: formIndex, imm: uint64(f.distance(op, l))}, operands...)
}

// BrTable goes to labels[i], or to otherwise where i is not below their number.
func (f *Func) BrTable(i I32, labels []Label, otherwise Label) {
	if i.f != f {
		foreign(opBrTable, value{f: f}, i.value)
		return
	}
	f.emit(opBrTable, i.operand)
	f.op(opBrTable)
	f.code = appendU32(f.code, uint32(len(labels)))
	for _, l := range labels {
		f.code = appendU32(f.code, f.distance(opBrTable, l))
	}
	f.code = appendU32(f.code, f.distance(opBrTable, otherwise))
	f.end(opBrTable)
}

// distance is the number of blocks between here and the label's.
func (f *Func) distance(op opcode, l Label) uint32 {
	if l.f != f || int(l.depth) >= len(f.labels) || f.labels[l.depth] != l.serial {
		f.fail(op, "label is not of a body that encloses the branch")
		return 0
	}
	return uint32(len(f.labels)) - 1 - l.depth
}

// Unreachable traps.
func (f *Func) Unreachable() { f.statement(node{op: opUnreachable}) }

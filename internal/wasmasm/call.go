package wasmasm

import "slices"

// Call calls a function that has no result.
func (f *Func) Call(callee *Func, args ...Value) {
	if n, vs, ok := f.call(callee, nil, args); ok {
		f.statement(n, vs...)
	}
}

// CallI32 calls a function with one result, which must be used exactly once.
func (f *Func) CallI32(callee *Func, args ...Value) I32 { return I32{f.callOne(callee, TypeI32, args)} }

// CallI64 calls a function like CallI32.
func (f *Func) CallI64(callee *Func, args ...Value) I64 { return I64{f.callOne(callee, TypeI64, args)} }

// CallF32 calls a function like CallI32.
func (f *Func) CallF32(callee *Func, args ...Value) F32 { return F32{f.callOne(callee, TypeF32, args)} }

// CallF64 calls a function like CallI32.
func (f *Func) CallF64(callee *Func, args ...Value) F64 { return F64{f.callOne(callee, TypeF64, args)} }

// CallV128 calls a function like CallI32.
func (f *Func) CallV128(callee *Func, args ...Value) V128 {
	return V128{f.callOne(callee, TypeV128, args)}
}

func (f *Func) callOne(callee *Func, result Type, args []Value) value {
	n, vs, ok := f.call(callee, []Type{result}, args)
	if !ok {
		return value{f: f}
	}
	return f.effect(n, vs...)
}

func (f *Func) call(callee *Func, results []Type, args []Value) (node, []value, bool) {
	if callee == nil || callee.m != f.m {
		f.fail(opCall, "callee is not of this module")
		return node{}, nil, false
	}
	vs, types := f.values(opCall, args)
	if !slices.Equal(types, callee.params) {
		f.fail(opCall, "arguments for \""+callee.name+"\": got "+typeList(types)+", want "+typeList(callee.params))
		return node{}, nil, false
	}
	if !slices.Equal(results, callee.results) {
		f.fail(opCall, "results of \""+callee.name+"\": got "+typeList(callee.results)+", want "+typeList(results))
		return node{}, nil, false
	}
	if len(vs) > 255 {
		f.fail(opCall, itoa(len(vs))+" arguments: want 255 at most")
		return node{}, nil, false
	}
	return node{op: opCall, form: formIndex, imm: uint64(callee.index)}, vs, true
}

// values takes operands whose types are not known to Go.
func (f *Func) values(op opcode, args []Value) ([]value, []Type) {
	vs, types := make([]value, len(args)), make([]Type, len(args))
	for i, a := range args {
		if a != nil {
			vs[i], types[i] = a.typed()
		}
		if vs[i].f != f {
			foreign(op, value{f: f}, vs[i])
			vs[i] = value{f: f}
		}
	}
	return vs, types
}

// Return ends the function with its results. The end of the body without it traps, if the function has results.
func (f *Func) Return(results ...Value) {
	vs, types := f.values(opReturn, results)
	if !slices.Equal(types, f.results) {
		f.fail(opReturn, "results: got "+typeList(types)+", want "+typeList(f.results))
	}
	f.statement(node{op: opReturn}, vs...)
}

// Drop computes x for its effect.
func (f *Func) Drop(x Value) {
	vs, _ := f.values(opDrop, []Value{x})
	f.statement(node{op: opDrop}, vs...)
}

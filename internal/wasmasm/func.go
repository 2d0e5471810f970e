package wasmasm

// A Func is a function: imported, or one whose body is being written. First come its parameters and results, then
// locals and code in any order. Whoever calls it from another body must have declared parameters and results before.
type Func struct {
	m        *Module
	name     string
	index    uint32
	imported bool
	params   []Type
	results  []Type

	importModule, importName string

	locals []local // the parameters first
	free   [5][]uint32
	scope  []uint32 // locals of the open scopes, in the order they were made
	labels []uint32 // serial numbers of the open blocks
	serial uint32

	code     []byte
	nodes    []node    // expressions of the statement that is being built
	operands []operand // theirs
	age      uint32    // number of statements
	pending  int       // pinned nodes that are not emitted yet
	wide     []wide
}

type local struct {
	typ  Type
	set  bool
	age  uint32 // changes when the local is freed for reuse
	name string
}

// Results declares the types of the results.
func (f *Func) Results(types ...Type) {
	for _, t := range types {
		if !t.valid() {
			f.fail(opReturn, "result of "+t.String()+": want i32, i64, f32, f64 or v128")
		}
	}
	f.results = append(f.results, types...)
}

// ParamI32 adds a parameter, which is a local with a value.
func (f *Func) ParamI32(name string) I32 { return I32{f.param(TypeI32, name)} }

// ParamI64 adds a parameter, which is a local with a value.
func (f *Func) ParamI64(name string) I64 { return I64{f.param(TypeI64, name)} }

// ParamF32 adds a parameter, which is a local with a value.
func (f *Func) ParamF32(name string) F32 { return F32{f.param(TypeF32, name)} }

// ParamF64 adds a parameter, which is a local with a value.
func (f *Func) ParamF64(name string) F64 { return F64{f.param(TypeF64, name)} }

// ParamV128 adds a parameter, which is a local with a value. JavaScript cannot call such a function.
func (f *Func) ParamV128(name string) V128 { return V128{f.param(TypeV128, name)} }

func (f *Func) param(t Type, name string) value {
	if f.imported || len(f.locals) != len(f.params) || len(f.code) > 0 {
		f.fail(opLocalGet, "parameter \""+name+"\" added late: want it before locals and code, and in Module.ImportFunc if imported")
		return value{f: f}
	}
	f.params = append(f.params, t)
	f.locals = append(f.locals, local{typ: t, set: true, name: name})
	return value{f, operand{uint32(len(f.locals) - 1), kindLocal}}
}

// LocalI32 makes a local, which may be read after its first Set. It ends with the body or Scope it was made in; then
// another of its type takes its place. The name is for debuggers and may be "".
func (f *Func) LocalI32(name string) I32 { return I32{f.local(TypeI32, name)} }

// LocalI64 makes a local like LocalI32.
func (f *Func) LocalI64(name string) I64 { return I64{f.local(TypeI64, name)} }

// LocalF32 makes a local like LocalI32.
func (f *Func) LocalF32(name string) F32 { return F32{f.local(TypeF32, name)} }

// LocalF64 makes a local like LocalI32.
func (f *Func) LocalF64(name string) F64 { return F64{f.local(TypeF64, name)} }

// LocalV128 makes a local like LocalI32.
func (f *Func) LocalV128(name string) V128 { return V128{f.local(TypeV128, name)} }

func (f *Func) local(t Type, name string) value {
	if f.imported {
		f.fail(opLocalGet, "function is imported: want one made by Module.Func")
		return value{f: f}
	}
	free := &f.free[TypeI32-t]
	var idx uint32
	if n := len(*free); n > 0 {
		idx = (*free)[n-1]
		*free = (*free)[:n-1]
	} else {
		idx = uint32(len(f.locals))
		f.locals = append(f.locals, local{typ: t})
	}
	l := &f.locals[idx]
	l.set = false
	if l.name == "" {
		l.name = name
	}
	f.scope = append(f.scope, idx)
	return value{f, operand{idx, kindLocal | l.age<<ageShift}}
}

// Scope runs body and frees the locals that it made.
func (f *Func) Scope(body func()) {
	n := len(f.scope)
	body()
	for _, idx := range f.scope[n:] {
		l := &f.locals[idx]
		l.age++
		free := &f.free[TypeI32-l.typ]
		*free = append(*free, idx)
	}
	f.scope = f.scope[:n]
}

// alive tells whether the operand was made for this use of the local.
func (l *local) alive(o operand) bool { return l.age<<ageShift == o.meta>>ageShift<<ageShift }

// checkLocal reports an operand that is no living local, or is read but never set.
func (f *Func) checkLocal(op opcode, o operand, read bool) {
	if o.meta&kindMask != kindLocal {
		f.fail(op, "target is no local: want one made by Local or Param")
		return
	}
	l := &f.locals[o.idx]
	switch {
	case !l.alive(o):
		f.fail(op, "local \""+l.name+"\" belongs to a scope that has ended: make it outside")
	case read && !l.set:
		f.fail(op, "local \""+l.name+"\" is read before it is set: locals do not start at 0")
	}
}

// assign checks the target of a set or tee.
func (f *Func) assign(op opcode, a value) {
	f.checkLocal(op, a.operand, false)
	if a.meta&kindMask == kindLocal {
		f.locals[a.idx].set = true
	}
}

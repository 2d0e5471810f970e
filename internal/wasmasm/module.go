package wasmasm

// A Module collects functions, memory, globals, exports and data, and turns them into the binary format. It is not safe
// for concurrent use.
type Module struct {
	name     string
	funcs    []*Func // the imported ones first
	imported int
	globals  []*Global
	memory   *memory
	exports  []export
	data     []segment
	start    *Func
	strip    bool
	err      error
}

type export struct {
	name  string
	kind  byte
	index uint32
}

// Kinds of imports and exports.
const (
	kindFunc   = 0
	kindMemory = 2
	kindGlobal = 3
)

// New makes an empty module; the name is for profilers.
func New(name string) *Module { return &Module{name: name} }

// StripLocals leaves the names of locals out, which are a tenth of a module and only for debuggers.
func (m *Module) StripLocals() { m.strip = true }

func (m *Module) fail(what string) {
	if m.err == nil {
		m.err = &Error{What: what}
	}
}

// Err is the first error so far: one that Bytes would return.
func (m *Module) Err() error { return m.err }

// ImportFunc takes a function of another module or of the host. All imports come before the first Func, because they
// have the lowest numbers.
func (m *Module) ImportFunc(module, name string, params, results []Type) *Func {
	if m.imported < len(m.funcs) {
		m.fail("import \"" + module + "." + name + "\" after the function \"" + m.funcs[m.imported].name + "\": want imports first")
	}
	f := &Func{m: m, name: module + "." + name, index: uint32(len(m.funcs)), imported: true, params: params, results: results}
	for _, t := range append(append([]Type{}, params...), results...) {
		if !t.valid() {
			m.fail("import \"" + f.name + "\": " + t.String() + ": want i32, i64, f32, f64 or v128")
		}
	}
	f.importModule, f.importName = module, name
	m.funcs = append(m.funcs, f)
	m.imported = len(m.funcs)
	return f
}

// Func adds a function. The name is for profilers and error messages; Export gives it to the outside.
func (m *Module) Func(name string) *Func {
	f := &Func{m: m, name: name, index: uint32(len(m.funcs)), code: make([]byte, 0, 1024)}
	m.funcs = append(m.funcs, f)
	return f
}

// Export gives the function to the outside.
func (m *Module) Export(name string, f *Func) {
	if f == nil || f.m != m {
		m.fail("export \"" + name + "\": function is not of this module")
		return
	}
	m.export(export{name, kindFunc, f.index})
}

// ExportMemory gives the memory to the outside.
func (m *Module) ExportMemory(name string) {
	if m.memory == nil {
		m.fail("export \"" + name + "\": no memory: call Memory or ImportMemory before")
	}
	m.export(export{name, kindMemory, 0})
}

// ExportGlobal gives a global to the outside.
func (m *Module) ExportGlobal(name string, g *Global) {
	if g == nil || g.m != m {
		m.fail("export \"" + name + "\": global is not of this module")
		return
	}
	m.export(export{name, kindGlobal, g.index})
}

func (m *Module) export(e export) {
	for _, other := range m.exports {
		if other.name == e.name {
			m.fail("two exports of the name \"" + e.name + "\"")
		}
	}
	m.exports = append(m.exports, e)
}

// Start has the function, without parameters and results, run when the module is instantiated.
func (m *Module) Start(f *Func) {
	if f == nil || f.m != m {
		m.fail("start: function is not of this module")
		return
	}
	m.start = f
}

// check looks for what can be known only at the end.
func (m *Module) check() {
	for _, f := range m.funcs {
		switch {
		case len(f.labels) > 0:
			f.fail(opEnd, "body is still open: call Bytes after it")
		case f.pending > 0:
			f.unused(opEnd)
		case len(f.code) > maxBody:
			f.fail(opEnd, "body is over "+itoa(maxBody)+" bytes: split the function")
		case len(f.locals) > maxLocals:
			f.fail(opLocalGet, itoa(len(f.locals))+" locals: want "+itoa(maxLocals)+" at most; make them in scopes")
		case len(f.params) > maxParams || len(f.results) > maxParams:
			f.fail(opCall, itoa(len(f.params))+" parameters and "+itoa(len(f.results))+" results: want 1000 at most")
		}
	}
	if f := m.start; f != nil && len(f.params)+len(f.results) > 0 {
		m.fail("start \"" + f.name + "\": got " + typeList(f.params) + " to " + typeList(f.results) + ", want () to ()")
	}
	if m.memory == nil && len(m.data) > 0 {
		m.fail("data without memory: call Memory or ImportMemory")
		return
	}
	for _, d := range m.data {
		if d.address < 0 || d.address+len(d.bytes) > m.memory.Min*PageBytes {
			m.fail("data of " + itoa(len(d.bytes)) + " bytes at " + itoa(d.address) + ": memory ends at " + itoa(m.memory.Min*PageBytes) + ": want more pages in Limits.Min")
		}
	}
}

// Engines' limits, see maxBody.
const (
	maxLocals = 50_000
	maxParams = 1_000
)

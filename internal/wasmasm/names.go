package wasmasm

// Parts of the name section.
const (
	namesModule = 0
	namesFunc   = 1
	namesLocal  = 2
)

// names appends the custom section "name": the names of module, functions and locals, which profilers and debuggers
// show. A local that several used in turn has the first one's.
//
// Source: WebAssembly Core Specification 3.0, "Name Section", https://webassembly.github.io/spec/core/appendix/custom.html.
func (m *Module) names(out []byte) []byte {
	b := appendName(nil, "name")
	if m.name != "" {
		b = section(b, namesModule, appendName(nil, m.name))
	}
	var funcs, locals []byte
	numFuncs, numLocals := uint32(0), uint32(0)
	for _, f := range m.funcs {
		if f.name != "" {
			funcs = appendName(appendU32(funcs, f.index), f.name)
			numFuncs++
		}
		if n, named := f.localNames(); n > 0 && !m.strip {
			locals = append(appendU32(appendU32(locals, f.index), n), named...)
			numLocals++
		}
	}
	if numFuncs > 0 {
		b = section(b, namesFunc, append(appendU32(nil, numFuncs), funcs...))
	}
	if numLocals > 0 {
		b = section(b, namesLocal, append(appendU32(nil, numLocals), locals...))
	}
	return section(out, secCustom, b)
}

func (f *Func) localNames() (n uint32, b []byte) {
	for i, l := range f.locals {
		if l.name != "" {
			b = appendName(appendU32(b, uint32(i)), l.name)
			n++
		}
	}
	return n, b
}

//go:build !js

package wasmasm_test

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/wasmasm"
)

func itoa(n int) string { return strconv.Itoa(n) }

// every emits a function for each method of the five value types, and one for what Func has. It leaves methods out that
// choose refuses.
func every(t *testing.T, shared bool, choose func(name string) bool) *wasmasm.Module {
	t.Helper()
	m := wasmasm.New("every")
	m.ImportFunc("host", "log", []wasmasm.Type{wasmasm.TypeI32, wasmasm.TypeF64}, nil)
	m.Memory(wasmasm.Limits{Min: 1, Max: 4, Shared: shared})
	for _, zero := range []any{wasmasm.I32{}, wasmasm.I64{}, wasmasm.F32{}, wasmasm.F64{}, wasmasm.V128{}} {
		typ := reflect.TypeOf(zero)
		for i := range typ.NumMethod() {
			name := typ.Name() + "." + typ.Method(i).Name
			if !choose(name) {
				continue
			}
			f := m.Func(name)
			locals := map[string]any{}
			for _, v := range initialised(f) {
				locals[reflect.TypeOf(v).Name()] = v
			}
			method := reflect.ValueOf(locals[typ.Name()]).Method(i)
			var args []reflect.Value
			for j := range method.Type().NumIn() {
				switch in := method.Type().In(j); in.Kind() {
				case reflect.Int: // offset, lane
					args = append(args, reflect.ValueOf(1))
				case reflect.Array:
					args = append(args, reflect.Zero(in))
				default:
					args = append(args, reflect.ValueOf(locals[in.Name()]))
				}
			}
			for _, result := range method.Call(args) {
				f.Drop(result.Interface().(wasmasm.Value))
			}
		}
	}
	return m
}

// initialised makes a local of each type.
func initialised(f *wasmasm.Func) []wasmasm.Value {
	a, b, c, d, e := f.LocalI32("a"), f.LocalI64("b"), f.LocalF32("c"), f.LocalF64("d"), f.LocalV128("e")
	a.Set(f.I32(-3))
	b.Set(f.I64(-1 << 40))
	c.Set(f.F32(1.5))
	d.Set(f.F64(2.5))
	e.Set(f.F32x4(1, 2, 3, 4))
	return []wasmasm.Value{a, b, c, d, e}
}

func isAtomic(name string) bool  { return strings.Contains(name, "Atomic") }
func isRelaxed(name string) bool { return strings.Contains(name, "Relaxed") }

func TestEveryInstructionValidates(t *testing.T) {
	t.Run("core", func(t *testing.T) {
		m := every(t, false, func(name string) bool { return !isAtomic(name) && !isRelaxed(name) })
		validate(t, bytesOf(t, m), 0)
	})
	t.Run("atomic", func(t *testing.T) {
		m := every(t, true, isAtomic)
		m.Func("fence").AtomicFence()
		validate(t, bytesOf(t, m), threads)
	})
	t.Run("relaxed", func(t *testing.T) {
		validate(t, bytesOf(t, every(t, false, isRelaxed)), relaxed)
	})
}

// The disassembler of wabt names the instruction that each method emits; that name must be the method's.
func TestEveryMethodEmitsTheInstructionOfItsName(t *testing.T) {
	m := every(t, true, func(string) bool { return true })
	out := tool(t, "wasm-objdump", "-d", file(t, bytesOf(t, m)))
	other := map[string]string{
		"Set": "local.set", "Tee": "local.tee", "Select": "select", "Inc": "i32.add", "Align": "local.get", "I32x4Shuffle": "i8x16.shuffle",
		// wabt up to 1.0.32 has these names of the proposal's draft for the numbers 0x112 and 0x113.
		"I16x8RelaxedDotI8x16I7x16S": "i16x8.dot_i8x16_i7x16_s", "I32x4RelaxedDotI8x16I7x16AddS": "i32x4.dot_i8x16_i7x16_add_s",
	}
	plain := strings.NewReplacer(".", "", "_", "")
	header := regexp.MustCompile(`func\[\d+\] <(\w+)\.(\w+)>:`)
	numFuncs := 0
	for _, body := range splitFuncs(out) {
		match := header.FindStringSubmatch(body)
		if match == nil {
			continue
		}
		numFuncs++
		recv, method := strings.ToLower(match[1]), match[2]
		want, found := strings.ToLower(method), false
		for line := range strings.Lines(body) {
			_, text, _ := strings.Cut(line, "| ")
			op, _, _ := strings.Cut(strings.TrimSpace(text), " ")
			name := plain.Replace(op)
			found = found || op != "" && op == other[method] || name == want || name == recv+want || name == "v128"+want ||
				len(want) > 3 && strings.HasPrefix(op, want[:3]) && strings.Replace(name, recv, "", 1) == want
		}
		if !found {
			t.Errorf("%s.%s emits\n%s", match[1], method, body)
		}
	}
	if numFuncs < 400 {
		t.Errorf("read %d functions from\n%.3000s", numFuncs, out)
	}
}

// splitFuncs cuts the disassembly before each function's header.
func splitFuncs(text string) []string {
	var funcs []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, " func[") || len(funcs) == 0 {
			funcs = append(funcs, "")
		}
		funcs[len(funcs)-1] += line
	}
	return funcs
}

func TestEveryStatementValidates(t *testing.T) {
	m := wasmasm.New("statements")
	log := m.ImportFunc("host", "log", []wasmasm.Type{wasmasm.TypeI32, wasmasm.TypeF64}, nil)
	now := m.ImportFunc("host", "now", nil, []wasmasm.Type{wasmasm.TypeF64})
	m.ImportMemory("host", "memory", wasmasm.Limits{Min: 2, Max: 65536, Shared: true})
	m.Data(70000, []byte("constants"))
	globals := []*wasmasm.Global{m.GlobalI32(true, -5), m.GlobalI64(true, 1<<50), m.GlobalF32(true, 0.25), m.GlobalF64(true, -1), m.GlobalV128(true, [16]byte{15: 255})}
	m.ExportGlobal("counter", globals[0])
	m.ExportMemory("memory")

	callees := map[wasmasm.Type]*wasmasm.Func{}
	for _, typ := range []wasmasm.Type{wasmasm.TypeI32, wasmasm.TypeI64, wasmasm.TypeF32, wasmasm.TypeF64, wasmasm.TypeV128} {
		f := m.Func("one " + typ.String())
		f.ParamI32("")
		f.ParamI64("")
		f.ParamF32("")
		f.ParamF64("")
		f.ParamV128("")
		f.Results(typ)
		f.Return(initialised(f)[wasmasm.TypeI32-typ])
		callees[typ] = f
	}
	f := m.Func("run")
	args := initialised(f)
	f.Call(log, args[0], f.CallF64(now))
	f.SetGlobal(globals[0], f.GetI32(globals[0]).Add(f.CallI32(callees[wasmasm.TypeI32], args...)))
	f.SetGlobal(globals[1], f.GetI64(globals[1]).Add(f.CallI64(callees[wasmasm.TypeI64], args...)))
	f.SetGlobal(globals[2], f.GetF32(globals[2]).Add(f.CallF32(callees[wasmasm.TypeF32], args...)))
	f.SetGlobal(globals[3], f.GetF64(globals[3]).Add(f.CallF64(callees[wasmasm.TypeF64], args...)))
	f.SetGlobal(globals[4], f.GetV128(globals[4]).I8x16Add(f.CallV128(callees[wasmasm.TypeV128], args...)))
	f.MemoryCopy(f.I32(0), f.I32(8), f.I32(100))
	f.MemoryFill(f.I32(0), f.I32(1), f.I32(100))
	f.Drop(f.MemoryGrow(f.MemorySize()))
	f.AtomicFence()
	f.Block(func(end wasmasm.Label) {
		f.Loop(func(start wasmasm.Label) {
			f.BrIf(start, f.I32(0))
			f.BrTable(f.I32(1), []wasmasm.Label{start, end}, end)
		})
		f.Br(end)
	})
	f.IfElse(f.I32(1), func() { f.Return() }, func() { f.Unreachable() })
	m.Export("run", f)
	m.Start(f)
	validate(t, bytesOf(t, m), threads)
}

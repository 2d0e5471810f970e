//go:build !js

package wasmasm_test

import (
	"context"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/internal/wasmasm"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// features say what a module needs beyond the core specification 2.0.
type features int

const (
	threads features = 1 << iota
	relaxed
)

func bytesOf(t testing.TB, m *wasmasm.Module) []byte {
	t.Helper()
	b, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// file writes the module for other programs.
func file(t testing.TB, module []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "module.wasm")
	if err := os.WriteFile(name, module, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// tool runs a program of wabt, which is skipped where it is not installed.
func tool(t testing.TB, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed: apt-get install wabt", name)
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%.2000s", name, err, out)
	}
	return string(out)
}

// node runs JavaScript whose process.argv[1], … are args.
func node(t testing.TB, need features, script string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed: install Node.js 20 or later")
	}
	var flags []string
	if need&relaxed != 0 {
		flags = relaxedFlags(t)
	}
	cmd := exec.Command("node", append(append(flags, "-e", script), args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("node: %v\n%.2000s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// relaxedFlags are the flags of Node.js for relaxed SIMD: Node.js 20 has it behind one that later versions do not know.
func relaxedFlags(t testing.TB) []string {
	t.Helper()
	const flag = "--experimental-wasm-relaxed-simd"
	options, err := exec.Command("node", "--v8-options").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(options), flag+" ") {
		return []string{flag}
	}
	return nil
}

// runtime is wazero with all that it has.
func runtime(t testing.TB) (context.Context, wazero.Runtime) {
	t.Helper()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2|experimental.CoreFeaturesThreads))
	t.Cleanup(func() { r.Close(ctx) })
	return ctx, r
}

// validate has each engine at hand check the module.
func validate(t *testing.T, module []byte, need features) {
	t.Helper()
	t.Run("wabt", func(t *testing.T) {
		tool(t, "wasm-validate", "--enable-threads", "--enable-relaxed-simd", file(t, module))
	})
	t.Run("node", func(t *testing.T) {
		out := node(t, need, `new WebAssembly.Module(require("fs").readFileSync(process.argv[1])); console.log("valid")`, file(t, module))
		if out != "valid" {
			t.Error(out)
		}
	})
	t.Run("wazero", func(t *testing.T) {
		if need&relaxed != 0 {
			t.Skip("wazero has no relaxed SIMD")
		}
		ctx, r := runtime(t)
		if _, err := r.CompileModule(ctx, module); err != nil {
			t.Error(err)
		}
	})
}

// runEngines calls the module's export "run" and gives the first n bytes of its export "memory" of each engine to check.
func runEngines(t *testing.T, module []byte, n uint32, check func(t *testing.T, memory []byte)) {
	t.Helper()
	t.Run("wazero", func(t *testing.T) {
		ctx, r := runtime(t)
		inst, err := r.Instantiate(ctx, module)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := inst.ExportedFunction("run").Call(ctx); err != nil {
			t.Fatal(err)
		}
		b, ok := inst.Memory().Read(0, n)
		if !ok {
			t.Fatalf("memory is shorter than %d bytes", n)
		}
		check(t, b)
	})
	t.Run("node", func(t *testing.T) {
		out := node(t, 0, `
			const module = new WebAssembly.Module(require("fs").readFileSync(process.argv[1]));
			const { run, memory } = new WebAssembly.Instance(module).exports;
			run();
			console.log(Buffer.from(memory.buffer, 0, Number(process.argv[2])).toString("base64"));`,
			file(t, module), itoa(int(n)))
		b, err := base64.StdEncoding.DecodeString(out)
		if err != nil {
			t.Fatalf("%v in %q", err, out)
		}
		check(t, b)
	})
}

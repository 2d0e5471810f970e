package imports_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/fovea-nn/fovea/"

// allowed lists what each package may import of this module. A package that is not here is a program or a tool, which
// may import anything but what is for tests. New packages of nn must be entered.
var allowed = map[string]string{
	"shaders":            "",
	"webgpu":             "",
	"nn/expr":            "",
	"nn/graph":           "nn/expr",
	"nn/op":              "nn/expr nn/graph internal/onnxir",
	"nn/op/opcases":      "nn/expr nn/graph nn/op",
	"nn/layer":           "nn/expr nn/graph nn/op internal/onnxir",
	"nn/plan":            "nn/expr nn/graph nn/op",
	"nn/plan/null":       "nn/expr nn/graph nn/op nn/plan",
	"nn/plan/plantest":   "nn/expr nn/graph nn/op nn/op/opcases nn/layer nn/plan internal/approx",
	"nn/cpu":             "nn/expr nn/graph nn/op nn/plan",
	"nn/simd":            "nn/expr nn/graph nn/op nn/plan internal/wasmasm",
	"nn/webgpu":          "nn/expr nn/graph nn/op nn/plan shaders webgpu internal/half",
	"nn/safetensors":     "nn/graph internal/half",
	"nn/data":            "",
	"nn/data/archive":    "nn/data",
	"nn/data/npy":        "nn/data",
	"nn/data/preprocess": "nn/data",
	"nn/data/whiten":     "nn/data",
	"nn/spec":            "nn/expr nn/graph nn/op nn/layer",
	"nn/dense":           "nn/expr nn/graph nn/op nn/layer nn/spec",
	"nn/train":           "nn/expr nn/graph nn/op nn/layer nn/plan nn/data nn/spec",
	"nn/probe":           "",
	"nn/zoo":             "nn/expr nn/graph nn/op nn/layer nn/spec",
	"nn/onnx":            "nn/expr nn/graph nn/op nn/layer nn/onnx/pb internal/onnxir",
	"nn/onnx/export":     "nn/expr nn/graph nn/op internal/onnxir",
	"nn/onnx/pb":         "internal/onnxir",
	"nn/quant":           "nn/expr nn/graph nn/op nn/plan",
	"nn/tfjs":            "nn/expr nn/graph nn/op nn/layer internal/half",
	"nn/explain":         "nn/expr nn/graph nn/op nn/layer nn/plan nn/data",
	"nn":                 "internal/half internal/onnxir nn/expr nn/graph nn/op nn/layer nn/plan nn/cpu nn/simd nn/data nn/data/preprocess nn/spec nn/train nn/zoo nn/onnx nn/onnx/export nn/onnx/pb nn/tfjs nn/dense nn/quant nn/explain nn/safetensors",
	"nn/standalone":      "nn nn/graph nn/plan nn/simd nn/safetensors nn/data/preprocess",
	"internal/approx":    "",
	"internal/half":      "",
	"internal/onnxir":    "internal/half",
	"internal/wasmasm":   "",
}

// thirdParty lists what the packages above may import of other modules.
var thirdParty = map[string]string{
	"nn/data":        "golang.org/x/image",
	"nn/data/whiten": "gonum.org/v1/gonum",
	"nn/onnx/pb":     "google.golang.org/protobuf",
	"nn/simd":        "github.com/tetratelabs/wazero",
}

// testsOnly are packages that no program may carry.
var testsOnly = []string{"nn/op/opcases", "nn/plan/plantest", "nn/plan/null", "internal/randnet"}

// forCommands lists modules that only the programs in cmd may import.
var forCommands = []string{"github.com/spf13/cobra", "github.com/schollz/progressbar", "golang.org/x/term", "gonum.org/v1/plot"}

// inProgram lists the modules whose packages the program for browsers may hold.
var inProgram = []string{"github.com/norunners/vert", "golang.org/x/image", "google.golang.org/protobuf"}

// reachesJS lists the packages that may import syscall/js.
var reachesJS = []string{"webgpu", "nn/webgpu", "nn/simd", "wasm", "bench/ops", "internal/browser/testdata/program"}

type pkg struct {
	ImportPath, Name string
	Imports          []string
	Standard         bool
	Module           *struct {
		Path string
		Main bool
	}
}

func list(t *testing.T, goos, goarch string, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Name,Imports,Standard,Module"}, args...)...)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var ps []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return ps
		} else if err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
}

func TestImportsPointOneWay(t *testing.T) {
	for _, target := range [][2]string{{runtime.GOOS, runtime.GOARCH}, {"js", "wasm"}} {
		for _, p := range list(t, target[0], target[1], "./...") {
			name := strings.TrimPrefix(p.ImportPath, module)
			may, listed := allowed[name]
			if !listed && (strings.HasPrefix(name, "nn/") || name == "nn") {
				t.Errorf("%s: enter what it may import into the table of this test", name)
			}
			for _, imp := range p.Imports {
				own, ours := strings.CutPrefix(imp, module)
				first, _, _ := strings.Cut(imp, "/")
				switch {
				case imp == "syscall/js" && !slices.Contains(reachesJS, name):
					t.Errorf("%s imports syscall/js", name)
				case ours && slices.Contains(testsOnly, own) && !slices.Contains(testsOnly, name):
					t.Errorf("%s imports %s, which is for tests", name, own)
				case ours && listed && !slices.Contains(strings.Fields(may), own):
					t.Errorf("%s imports %s, which it must not", name, own)
				case slices.ContainsFunc(forCommands, func(m string) bool { return strings.HasPrefix(imp, m) }) && !strings.HasPrefix(name, "cmd/"):
					t.Errorf("%s imports %s, which is for the commands", name, imp)
				case ours && strings.HasPrefix(own, "cmd/") || own == "wasm":
					t.Errorf("%s imports the program %s", name, own)
				case !ours && listed && strings.Contains(first, ".") && (thirdParty[name] == "" || !strings.HasPrefix(imp, thirdParty[name])):
					t.Errorf("%s imports %s of another module", name, imp)
				}
			}
		}
	}
}

func TestProgramForBrowsersIsLean(t *testing.T) {
	ps := list(t, "js", "wasm", "-deps", "./wasm")
	if len(ps) < 10 {
		t.Fatalf("./wasm depends on %d packages", len(ps))
	}
	for _, p := range ps {
		if name := strings.TrimPrefix(p.ImportPath, module); slices.Contains(testsOnly, name) {
			t.Errorf("the program carries %s, which is for tests", name)
		}
		if p.Standard || p.Module != nil && (p.Module.Main || slices.Contains(inProgram, p.Module.Path)) {
			continue
		}
		t.Errorf("the program carries %s of another module", p.ImportPath)
	}
}

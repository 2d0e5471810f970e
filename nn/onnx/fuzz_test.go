package onnx_test

import (
	"runtime"
	"testing"

	"github.com/fovea-nn/fovea/internal/onnxir"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/onnx"
)

// FuzzBuild: no file makes building panic, nor take much more memory than the file and what building may spend.
func FuzzBuild(f *testing.F) {
	f.Add(small().bytes("y"))
	f.Add(new(file).input("x", 1, 3, 4, 4).ints("s", 1, 2, 3, -1).node("Reshape", "r", in("x", "s")).node("ReduceMean", "y", in("r"), ints("axes", 2)).bytes("y"))
	f.Add(new(file).input("x", 1, 3, 4, 4).floats("k", []float32{1, 1, 2, 2}, 4).node("Resize", "y", in("x", "", "k"), onnxir.TextAttribute("mode", "cubic")).bytes("y"))
	f.Add(new(file).input("x", 1, 8).ints("s", 1<<20, 1<<20).node("Expand", "e", in("x", "s")).node("TopK", "y", in("e", "s")).bytes("y"))
	f.Add(new(file).input("x", 2, 8).ints("a", 0).ints("b", 6).node("Slice", "t", in("x", "a", "b")).node("Pad", "y", in("t", "a")).bytes("y"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := onnx.Parse(b, nil)
		if err != nil {
			return
		}
		if built, err := m.Build(onnx.Options{Shapes: map[string]graph.Shape{"x": {1, 3, 4, 4}}}); err == nil && len(built.Outputs) == 0 {
			t.Error("a graph without outputs")
		}
		runtime.ReadMemStats(&after)
		if got, most := after.TotalAlloc-before.TotalAlloc, uint64(1<<27+1000*len(b)); got > most {
			t.Errorf("%d bytes of file made building allocate %d bytes, garbage included, more than %d", len(b), got, most)
		}
	})
}

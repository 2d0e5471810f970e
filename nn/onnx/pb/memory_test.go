package pb_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"github.com/fovea-nn/fovea/nn/onnx/pb"
)

// memoryFor bounds what decoding a file may allocate, garbage included, in bytes: structs have 32 bytes a byte and 1 MiB at most,
// the pointers to them 4 a byte, and what a graph in many parts leaves behind the rest. Of lists alone there are 12 bytes a byte:
// an empty text has 2 bytes in the file and a slice of 24 here.
func memoryFor(file []byte) uint64 { return uint64(2<<20 + 48*len(file)) }

// allocated returns how many bytes decoding takes, garbage included.
func allocated(file []byte) (bytes uint64, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = pb.Decode(file)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

// TestMemory: files that are as full as can be of whatever takes much more memory than bytes stay within bounds, whether or not
// they are read to the end.
func TestMemory(t *testing.T) {
	const size = 1 << 20
	full := func(part []byte) []byte { return bytes.Repeat(part, size/len(part)) }
	var pairs []byte
	for i := 0; len(pairs) < size; i++ {
		pairs = append(pairs, sub(14, text(1, fmt.Sprint(i)))...)
	}
	for name, file := range map[string][]byte{
		"inputs":           model(node(full(text(1, "")))),
		"texts":            model(node(attribute(number(20, 8), full(text(9, ""))))),
		"numbers":          model(node(attribute(number(20, 7), full(number(8, 1))))),
		"elements":         model(sub(5, number(2, 8), number(1, size/2), full(text(6, "")))),
		"sizes":            model(sub(11, sub(2, sub(1, sub(2, full(sub(1))))))),
		"graphs":           model(node(attribute(number(20, 10), full(sub(11))))),
		"a graph in parts": model(node(attribute(number(20, 5), full(sub(6, sub(11)))))),
		"nodes":            model(full(sub(1, text(4, "O")))),
		"attributes":       model(node(full(attribute(number(20, 7))))),
		"initializers":     model(full(sub(5, number(2, 1), sub(9, make([]byte, 4))))),
		"values":           model(full(sub(11))),
		"functions":        append(model(), full(sub(25))...),
		"pairs":            append(model(), pairs...),
	} {
		got, err := allocated(file)
		if most := memoryFor(file); got > most {
			t.Errorf("%s: %d bytes of file took %d bytes of memory, want at most %d", name, len(file), got, most)
		}
		if err != nil {
			known(t, err)
		}
		t.Logf("%-18s %5.1f bytes a byte", name, float64(got)/float64(len(file)))
	}
}

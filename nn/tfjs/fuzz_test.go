package tfjs_test

import (
	"runtime"
	"testing"
)

// FuzzParse: a file makes an error of a known kind or a model, and neither panics nor takes memory without bound. Weights of
// 8 bits take five times theirs; a layer or node of the JSON becomes a value of the graph, which takes more than its text.
func FuzzParse(f *testing.F) {
	for _, c := range cases(f) {
		f.Add([]byte(c.Model), c.Weights)
	}
	f.Fuzz(func(t *testing.T, model, weights []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		parseAny(t, model, weights)
		runtime.ReadMemStats(&after)
		const fixed = 64 << 20 // what may be computed while building; see maxComputed
		if took := after.TotalAlloc - before.TotalAlloc; took > fixed+uint64(10*len(weights)+200*len(model)) {
			t.Errorf("took %d bytes for %d of JSON and %d of weights", took, len(model), len(weights))
		}
	})
}

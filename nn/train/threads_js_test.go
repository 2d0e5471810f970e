//go:build js && wasm

package train_test

import (
	"math/rand/v2"
	"syscall/js"
	"testing"
	"time"

	"github.com/fovea-nn/fovea/nn/train"
)

// TestLostThreadInTraining ends one of the workers that are threads at a random moment. Training goes on, and the result
// is that of an undisturbed run.
func TestLostThreadInTraining(t *testing.T) {
	const threads = 3 // as no other test, whose engine would be taken instead of a new one
	d := stripes(320)
	cfg := threadConfig()
	cfg.Epochs, cfg.Batch = 120, 320 // of one step
	want := trainedOn(t, onThreads(t, threads), d, cfg)

	global := js.Global()
	workers := global.Get("Array").New()
	kind := global.Get("Worker")
	global.Set("Worker", global.Get("Function").New("all", "kind", "return function (...a) { const w = new kind(...a); all.push(w); return w; }").Invoke(workers, kind))
	defer global.Set("Worker", kind)
	s := onThreads(t, threads)

	seed := uint64(time.Now().UnixNano())
	t.Log("seed ", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	at := 1 + r.IntN(20)
	var ended time.Time
	cfg.Yield = func() { time.Sleep(time.Millisecond) } // or the browser could not end it
	cfg.Observe = func(e train.Event) {
		if e.Step == nil {
			t.Errorf("the loop heard of it: %+v", e)
			return
		}
		switch {
		case e.Step.Step == at: // a browser gives the worker two seconds, in which some steps are done yet
			ended = time.Now()
			workers.Index(r.IntN(threads - 1)).Call("terminate")
		case e.Step.Step == 110: // on a fast machine
			time.Sleep(time.Until(ended.Add(2500 * time.Millisecond)))
		}
	}
	sameBits(t, trainedOn(t, s, d, cfg), want)
	if n := workers.Length(); n != 2*(threads-1) {
		t.Errorf("%d workers were made, want %d and as many again", n, threads-1)
	}
}

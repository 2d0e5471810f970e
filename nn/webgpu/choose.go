//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"syscall/js"
	"time"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/shaders"
	gpu "github.com/fovea-nn/fovea/webgpu"
)

// Notes keep what was found out about an adapter, from one visit to the next.
type Notes interface {
	Load(ctx context.Context, name string) ([]byte, error) // nil where there is nothing
	Save(ctx context.Context, name string, text []byte) error
}

// ErrWrongNumbers is of an adapter on which no variant of a kernel gives what the reference gives.
var ErrWrongNumbers = errors.New("this adapter computes wrong numbers")

// chooser finds the variant of each step: of those that pass the test of their primitive, the one that is measured to be
// fastest for the sizes of the step.
type chooser struct {
	d     *Device
	notes Notes
	name  string // of the notes

	mu    sync.Mutex
	spent time.Duration
	known known
	dirty bool
}

// known is what the notes hold.
type known struct {
	// Passed says for each primitive and variant, as "Conv registers", whether it passed the test.
	Passed map[string]bool `json:"passed"`
	// Fastest is the variant for each class of shapes.
	Fastest map[string]string `json:"fastest"`
}

const (
	chooseBudget = time.Second          // for all measuring on an adapter
	worthChoice  = 20_000_000           // operations of a step from which on a choice is measured
	measureAim   = 5 * time.Millisecond // of one measurement, above the grain of clocks and what a submission takes
)

// newChooser reads the notes of the device's adapter. They hold for this adapter, this browser and these kernels.
func newChooser(ctx context.Context, d *Device, notes Notes) *chooser {
	c := &chooser{d: d, notes: notes, known: known{map[string]bool{}, map[string]string{}}}
	c.name = fmt.Sprintf("webgpu %x %v: %s, %s", shaders.Hash(), d.tuning, d.info.Adapter, userAgent())
	if notes != nil {
		if text, err := notes.Load(ctx, c.name); err == nil && text != nil {
			var k known
			if json.Unmarshal(text, &k) == nil && k.Passed != nil && k.Fastest != nil {
				c.known = k
			}
		}
	}
	return c
}

// userAgent tells browsers and their versions apart for the notes alone: what works is found by trying.
func userAgent() string {
	if nav := js.Global().Get("navigator"); nav.Type() == js.TypeObject {
		if ua := nav.Get("userAgent"); ua.Type() == js.TypeString {
			return ua.String()
		}
	}
	return "no browser"
}

// choose returns the tuning for a step of e.
func (c *chooser) choose(ctx context.Context, e *executable, s plan.Step) (Tuning, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := variants(s, c.d.tuning)
	class := shapeClass(s)
	if i := slices.IndexFunc(all, func(v variant) bool { return v.name == c.known.Fastest[class] }); i >= 0 {
		return all[i].tuning, nil
	}
	good := all[:0:0]
	for _, v := range all {
		ok, err := c.passes(ctx, s.Node.Op, v)
		if err != nil {
			return Tuning{}, err
		}
		if ok {
			good = append(good, v)
		}
	}
	switch {
	case len(good) == 0:
		return Tuning{}, fmt.Errorf("webgpu: %s: %w; use another backend: %w", s.Node.Op, ErrWrongNumbers, graph.ErrUnsupported)
	case len(good) == 1 || c.spent > chooseBudget || flopsOf(s) < worthChoice || slices.ContainsFunc(s.Out, e.persists):
		return good[0].tuning, nil
	}
	best, least := good[0], time.Duration(0)
	for _, v := range good {
		t, err := c.measure(ctx, e, s, v)
		if err != nil {
			return Tuning{}, err
		}
		if least == 0 || t < least {
			best, least = v, t
		}
	}
	c.known.Fastest[class] = best.name
	c.dirty = true
	return best.tuning, nil
}

func flopsOf(s plan.Step) int {
	if f := op.Lookup(s.Node.Op).FLOPs; f != nil {
		return f(s.Node)
	}
	return 0
}

// measure returns how long a variant of a step takes, on what lies in the slots.
func (c *chooser) measure(ctx context.Context, e *executable, s plan.Step, v variant) (time.Duration, error) {
	start := time.Now()
	defer func() { c.spent += time.Since(start) }()
	x := &executable{d: e.d, p: e.p, slots: slices.Clone(e.slots), half: e.half}
	defer x.Close() // its scratch; the slots are e's
	l, err := x.lower(s, v.tuning)
	if err != nil {
		return 0, err
	}
	if err := x.compile(ctx, []*lowered{l}); err != nil {
		return 0, err
	}
	commands, err := x.commands(l)
	if err != nil {
		return 0, err
	}
	run := func(times int) (time.Duration, error) {
		q, err := c.d.dev.CreateSequence("measure", slices.Concat(slices.Repeat([][]gpu.Command{commands}, times)...))
		if err != nil {
			return 0, kind(err)
		}
		start := time.Now()
		if err := q.Run(); err != nil {
			return 0, kind(err)
		}
		_, err = c.d.dev.Read(x.slots[s.Out[0]], 0, 4).Wait(ctx)
		return time.Since(start), kind(err)
	}
	once, err := run(1) // and the first time, which drivers use to finish compiling
	if err != nil {
		return 0, err
	}
	if again, err := run(1); err == nil {
		once = min(once, again)
	}
	times := min(50, int(measureAim/max(once, time.Microsecond))+1)
	least := time.Hour
	for range 2 {
		t, err := run(times)
		if err != nil {
			return 0, err
		}
		least = min(least, t/time.Duration(times))
	}
	return least, nil
}

// passes reports whether a variant gives what the reference gives, in the cases of its primitive; drivers compile wrongly now
// and then. What no case covers passes.
func (c *chooser) passes(ctx context.Context, kind string, v variant) (bool, error) {
	key := kind + " " + v.name
	if ok, tested := c.known.Passed[key]; tested {
		return ok, nil
	}
	plain := &Device{dev: c.d.dev, info: c.d.info, tuning: v.tuning, half: c.d.half, pipelines: c.d.pipelines}
	plain.tuning.Least = 1
	ok := true
	for _, t := range selfTests[kind] {
		right, err := t.run(ctx, plain, kind)
		if errors.Is(err, graph.ErrDeviceLost) || ctx.Err() != nil {
			return false, err
		}
		ok = ok && right && err == nil // a shader that the driver refuses is no better than one that is wrong
	}
	c.known.Passed[key] = ok
	c.dirty = true
	return ok, nil
}

// keep saves the notes if something was found out. That it cannot is no error: it is found out again the next time.
func (c *chooser) keep(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.dirty || c.notes == nil {
		return
	}
	if text, err := json.Marshal(c.known); err == nil && c.notes.Save(ctx, c.name, text) == nil {
		c.dirty = false
	}
}

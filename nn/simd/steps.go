package simd

import "github.com/fovea-nn/fovea/internal/wasmasm"

// dynamic stands for a number that only the running module knows.
const dynamic = -1

// inSteps emits loops that go through left elements in steps of the given sizes: the largest comes first and 1 last, and
// each is a multiple of the next. known is left, or dynamic, where left is a local. body is called for each size and moves
// on by n.
func inSteps(f *wasmasm.Func, left wasmasm.I32, known int, sizes []int, body func(n int)) {
	i := f.LocalI32("i")
	for k, n := range sizes {
		step := func() { f.Scope(func() { body(n) }) }
		if known == dynamic {
			rest := left
			if k > 0 {
				rest = left.RemU(f.I32(sizes[k-1]))
			}
			end := f.LocalI32("end")
			end.Set(rest.DivU(f.I32(n)))
			f.For(i, f.I32(0), end, 1, step)
			continue
		}
		rest := known
		if k > 0 {
			rest = known % sizes[k-1]
		}
		switch count := rest / n; count {
		case 0:
		case 1:
			step()
		default:
			f.For(i, f.I32(0), f.I32(count), 1, step)
		}
	}
}

// part returns a task that does part of the work of t, at the given index.
func (t *task) part(index wasmasm.I32) *task {
	p := *t
	p.index = t.LocalI32("index")
	p.index.Set(index)
	return &p
}

// each emits a loop over the task's numbers, perTask of 0…count-1.
func (t *task) each(count, perTask int, body func(i wasmasm.I32)) {
	i, end := keepI32(t, "i", t.index.Mul(t.I32(perTask))), t.partEnd(t.index, perTask, count)
	t.Loop(func(again wasmasm.Label) {
		body(i)
		i.Inc(1)
		t.BrIf(again, i.LtU(end))
	})
}

// phaseOf emits a phase that runs body for each of 0…count-1, perTask of them a task.
func (c *compiler) phaseOf(count, perTask int, body func(t *task, i wasmasm.I32)) {
	perTask = max(1, perTask)
	c.phase((count+perTask-1)/perTask, func(t *task) {
		t.each(count, perTask, func(i wasmasm.I32) { body(t, i) })
	})
}

func keepI32(t *task, name string, x wasmasm.I32) wasmasm.I32 {
	l := t.LocalI32(name)
	l.Set(x)
	return l
}

// atMost sets x, a local, to most where that is less.
func atMost(x, most wasmasm.I32) { x.Set(x.Select(most, x.LtU(most))) }

// partEnd is where the part with the given number ends, of n things cut into parts that have size but for the last.
func (t *task) partEnd(number wasmasm.I32, size, n int) wasmasm.I32 {
	end := t.LocalI32("end")
	end.Set(number.Mul(t.I32(size)).Add(t.I32(size)))
	atMost(end, t.I32(n))
	return end
}

// takeOff returns rest modulo n and divides rest, a local, by it: one digit of a task's number.
func (t *task) takeOff(rest wasmasm.I32, n int) wasmasm.I32 {
	i := keepI32(t, "i", rest.RemU(t.I32(n)))
	rest.Set(rest.DivU(t.I32(n)))
	return i
}

// narrow emits body for the number of things in a block of so many out of all.
func narrow(t *task, block wasmasm.I32, all, each int, body func(n int)) {
	if n := all % each; n > 0 {
		t.IfElse(block.Eq(t.I32((all-n)/each)), func() { body(n) }, func() { body(each) })
	} else {
		body(each)
	}
}

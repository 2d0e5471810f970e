package simd

import "context"

// host is what runs modules over one memory: the browser's engine, or wazero.
type host interface {
	// describe names the engine and says how many threads it runs, whether it has relaxed SIMD, whether memory is shared,
	// and, where there is less than was asked for, why.
	describe() engine
	// grow makes the memory at least end bytes long; what is new is 0.
	grow(end int) error
	write(at int, b []byte)
	read(at int, b []byte)
	clear(at, bytes int)
	load(ctx context.Context, module []byte) (module, error)
	// restart makes the threads anew after a run has failed; what is loaded stays.
	restart() error
	close()
}

// module is a program that was loaded.
type module interface {
	// run does the steps from ≤ i < to on all threads. An error leaves memory undefined.
	run(from, to int) error
	close()
}

// engine describes a host.
type engine struct {
	name    string
	threads int
	relaxed bool
	shared  bool
	bytes   int    // the memory's limit
	reason  string // why it is one thread; "" if it is not, or was asked for
}

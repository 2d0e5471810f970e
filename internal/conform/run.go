package conform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Folder is a folder of cases.
type Folder struct {
	Label string // before the names of its cases, where there are several folders
	Read  Reader
}

// Runner runs folders of cases and prints what comes of them.
type Runner struct {
	Folders []Folder
	Match   *regexp.Regexp // which names to run; nil: all
	Verbose bool           // print the cases that pass too
	Out     io.Writer
	// Open makes a device. It is called for the first case, and again after a device was lost.
	Open func(context.Context) (plan.Device, error)
}

// caseTimeout ends a case that hangs in a driver.
const caseTimeout = 3 * time.Minute

// Run runs every chosen case, prints a line for each that fails, and closes with "N passed, N failed". It returns an
// error, having run nothing, where an index cannot be read, no case is chosen or there is no device.
func (r *Runner) Run(ctx context.Context) (passed, failed int, err error) {
	type chosen struct {
		Folder
		Entry
	}
	var cases []chosen
	for _, f := range r.Folders {
		entries, err := Index(f.Read)
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", f.Label, err)
		}
		for _, e := range entries {
			if r.Match == nil || r.Match.MatchString(e.Name) {
				cases = append(cases, chosen{f, e})
			}
		}
	}
	if len(cases) == 0 {
		if r.Match != nil {
			return 0, 0, fmt.Errorf("no case matches %q", r.Match)
		}
		return 0, 0, errors.New("no case found")
	}
	dev, err := r.Open(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer func() { dev.Close() }()
	fmt.Fprintf(r.Out, "%s: %s\n", dev.Info().Backend, dev.Info().Adapter)
	for _, c := range cases {
		if err := ctx.Err(); err != nil {
			return passed, failed, err
		}
		name := c.Name
		if len(r.Folders) > 1 {
			name = c.Label + "/" + name
		}
		began := time.Now()
		res := runEntry(ctx, dev, c.Read, c.Entry)
		if res.Err == nil {
			passed++
			if r.Verbose {
				fmt.Fprintf(r.Out, "ok    %-40s %8.3g of the tolerance (%s), %d ms\n", name, res.Worst, res.At, time.Since(began).Milliseconds())
			}
			continue
		}
		failed++
		fmt.Fprintf(r.Out, "FAIL  %s: %v\n", name, res.Err)
		if errors.Is(res.Err, graph.ErrDeviceLost) {
			dev.Close()
			fresh, err := r.Open(ctx)
			if err != nil {
				return passed, failed, fmt.Errorf("the device was lost, and there is no other: %w", err)
			}
			dev = fresh
		}
	}
	fmt.Fprintf(r.Out, "%d passed, %d failed\n", passed, failed)
	return passed, failed, nil
}

// Result is what comes of a case.
type Result struct {
	Err   error   // nil: it passed
	Worst float64 // largest error as a share of the tolerance
	At    string  // the key that has it
}

func runEntry(ctx context.Context, dev plan.Device, read Reader, e Entry) Result {
	ctx, cancel := context.WithTimeout(ctx, caseTimeout)
	defer cancel()
	c, err := Load(read, e)
	if err != nil {
		return Result{Err: err}
	}
	return RunCase(ctx, dev, c)
}

// kinds holds what runs a case of each kind. It compares what the case computes, key by key.
var kinds = map[string]func(context.Context, plan.Device, *Case, *comparison) error{
	"op": runOp, "optimizer": runOptimizer, "schedule": runSchedule, "net": runNet,
}

// RunCase runs c on dev and compares. A panic, which is a bug, fails the case and no other.
func RunCase(ctx context.Context, dev plan.Device, c *Case) (res Result) {
	defer func() {
		if p := recover(); p != nil {
			res.Err = fmt.Errorf("panic: %v", p)
		}
	}()
	run := kinds[c.Kind]
	if run == nil {
		return Result{Err: notSupported("kind %q", c.Kind)}
	}
	r := newComparison(c)
	if err := run(ctx, dev, c, r); err != nil {
		return Result{Err: err}
	}
	err := r.err()
	return Result{Err: err, Worst: r.worst, At: r.at}
}

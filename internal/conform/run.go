package conform

import (
	"context"
	"encoding/json"
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
	var cases []caseOf
	for _, f := range r.Folders {
		all, err := f.cases()
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", f.Label, err)
		}
		for _, c := range all {
			if r.Match == nil || r.Match.MatchString(c.name) {
				if len(r.Folders) > 1 {
					c.name = f.Label + "/" + c.name
				}
				cases = append(cases, c)
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
		name, began := c.name, time.Now()
		res := c.within(ctx, dev)
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

// caseOf is a case of any kind.
type caseOf struct {
	name string
	run  func(ctx context.Context, dev plan.Device) Result
}

func (c caseOf) within(ctx context.Context, dev plan.Device) Result {
	ctx, cancel := context.WithTimeout(ctx, caseTimeout)
	defer cancel()
	return c.run(ctx, dev)
}

// cases lists the cases of a folder: those of a pack of ONNX's, or files of its own.
func (f Folder) cases() ([]caseOf, error) {
	b, err := f.Read(indexFile)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", indexFile, err)
	}
	var index struct {
		Pack, Root string
		Cases      []onnxCase
	}
	if err := json.Unmarshal(b, &index); err == nil && index.Pack != "" {
		pack, err := f.Read(index.Pack)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", index.Pack, err)
		}
		return onnxCases(index.Cases, pack, index.Root)
	}
	entries, err := Index(f.Read)
	if err != nil {
		return nil, err
	}
	var out []caseOf
	for _, e := range entries {
		out = append(out, caseOf{e.Name, func(ctx context.Context, dev plan.Device) Result {
			c, err := Load(f.Read, e)
			if err != nil {
				return Result{Err: err}
			}
			return RunCase(ctx, dev, c)
		}})
	}
	return out, nil
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

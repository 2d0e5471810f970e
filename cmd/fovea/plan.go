package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/graph"
)

// planFlags are the flags of the command plan.
type planFlags struct {
	net                  netFlags
	device               deviceFlags
	batch, runs          int
	train, profile, json bool
}

func newPlan() *cobra.Command {
	var f planFlags
	c := &cobra.Command{
		Use:   "plan NET",
		Short: "Print the steps by which a net is computed, and how long each takes",
		Long: `Print the plan of a net: its slots of memory and, a line a step, what is computed from which slots into which.
` + netHelp + `

With --profile it runs the plan on random samples and prints milliseconds and GFLOP/s of each step. A step is timed by
itself; the last line is a whole run, which starts the threads once and not for each step. Operations are counted by
definition, a multiply-add as 2, so a fast algorithm may show more GFLOP/s than the processor has.`,
		Example: `  fovea plan "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> FC 10"
  fovea plan --train --batch 64 --profile @net.txt`,
		Args: wantArgs("one net; put its text in quotes", 1, 1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	f.net.add(c)
	f.device.add(c)
	c.Flags().IntVar(&f.batch, "batch", 1, "samples of a run")
	c.Flags().BoolVar(&f.train, "train", false, "a whole step of training with momentum instead of a forward pass")
	c.Flags().BoolVar(&f.profile, "profile", false, "run it and print what each step takes")
	c.Flags().IntVar(&f.runs, "runs", 20, "runs that a profile times")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	return c
}

func (f planFlags) run(c *cobra.Command, arg string) error {
	switch {
	case f.batch < 1:
		return usagef("--batch: got %d, want 1 or more", f.batch)
	case f.runs < 1:
		return usagef("--runs: got %d, want 1 or more", f.runs)
	case c.Flags().Changed("runs") && !f.profile:
		return usagef("--runs is for --profile")
	}
	dev, err := f.device.open(c.Context())
	if err != nil {
		return err
	}
	defer dev.Close()
	net, err := f.net.read(arg, c.InOrStdin())
	if err != nil {
		return err
	}
	p, err := nn.NewPlan(net.text, nn.PlanOptions{Batch: f.batch, Training: f.train, Fused: dev.Info().Fused})
	if err != nil {
		return net.explain(err)
	}
	var times *nn.Profile
	if f.profile {
		if times, err = p.Profile(c.Context(), dev, f.runs); err != nil {
			return err
		}
	}
	out := c.OutOrStdout()
	switch {
	case f.json:
		return writePlanJSON(out, p, dev.Info(), times)
	case f.profile:
		what := fmt.Sprintf("forward pass of %d", p.Batch)
		if p.Training {
			what = fmt.Sprintf("training step of %d", p.Batch)
		}
		fmt.Fprintf(out, "%s: %s\n%s, mean of the middle half of %d runs\n\n", dev.Info().Backend, dev.Info().Adapter, what, f.runs)
		return writeTable(out, p, times)
	}
	_, err = io.WriteString(out, p.String())
	return err
}

// writeTable prints a line a step, their sum, and a whole run.
func writeTable(out io.Writer, p *nn.Plan, times *nn.Profile) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(w, strings.Join(cells, "\t")) }
	total := nn.StepTime{FLOPs: p.FLOPs(), Milliseconds: times.Milliseconds()}
	ms := func(s nn.StepTime) string { return fmt.Sprintf("%9.3f", s.Milliseconds) }
	share := func(s nn.StepTime) string {
		return fmt.Sprintf("%5.1f", 100*s.Milliseconds/max(total.Milliseconds, math.SmallestNonzeroFloat64))
	}
	speed := func(s nn.StepTime) string {
		if g := s.GFLOPs(); g > 0 {
			return fmt.Sprintf("%8.2f", g)
		}
		return fmt.Sprintf("%8s", "-")
	}
	row("step", "op", "layer", "output", "       ms", "    %", " GFLOP/s")
	for i, s := range times.Steps {
		row(fmt.Sprintf("%4d", i), s.Op, s.Layer, fmt.Sprint(graph.Shape(s.Shape)), ms(s), share(s), speed(s))
	}
	row("", "total", "", "", ms(total), share(total), speed(total))
	whole := nn.StepTime{FLOPs: total.FLOPs, Milliseconds: times.RunMilliseconds}
	row("", "whole run", "", "", ms(whole), "", speed(whole))
	return w.Flush()
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit codes.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2   // the command line is wrong
	exitInterrupted = 130 // 128 + SIGINT, as shells have it
)

// run is main with its surroundings as arguments; it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	begun := false // the command line was taken
	root := &cobra.Command{
		Use:   "fovea",
		Short: "Convolutional networks: describe, train, measure, look inside",
		Long: `Convolutional networks: describe, train, measure, look inside.

` + netHelp + `

The exit code is 0 for success, 1 for a failure, 2 for a wrong command line and 130 after an interrupt.`,
		SilenceErrors:    true, // printed once, below
		SilenceUsage:     true,
		PersistentPreRun: func(*cobra.Command, []string) { begun = true },
	}
	root.AddCommand(newSummary(), newDraw(), newZoo(), newTrain(), newEval(), newClassify(), newMap(), newConvert(), newCompile(), newDiff(),
		newFeatures(), newData(), newPlan(), newServe())
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	c, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		fmt.Fprintf(stderr, "%s: interrupted\n", c.CommandPath())
		return exitInterrupted
	}
	fmt.Fprintf(stderr, "%s: %v\n", c.CommandPath(), err)
	var usage *usageError
	if !begun || errors.As(err, &usage) {
		fmt.Fprintf(stderr, "%s --help tells how to call it\n", c.CommandPath())
		return exitUsage
	}
	return exitFailed
}

// usageError is a fault of the command line that cobra does not see.
type usageError struct{ error }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

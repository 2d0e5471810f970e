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
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments; it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	begun := false // the command line was taken
	root := &cobra.Command{
		Use:               "fovea",
		Short:             "Convolutional networks: plans, backends, speed",
		SilenceErrors:     true, // printed once, below
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRun:  func(*cobra.Command, []string) { begun = true },
	}
	root.AddCommand(newPlan())
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	c, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintf(stderr, "%s: %v\n", c.CommandPath(), err)
	var usage *usageError
	if !begun || errors.As(err, &usage) {
		fmt.Fprintf(stderr, "%s --help tells how to call it\n", c.CommandPath())
		return 2
	}
	return 1
}

// usageError is a fault of the command line that cobra does not see.
type usageError struct{ error }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

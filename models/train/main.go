// Train trains the models of this repository and writes their files:
//
//	go run ./models/train mnist -data DIR -o models
//
// DIR holds the data set as its authors publish it. Of processors with AVX-512 or AVX2, GOEXPERIMENT=simd in the environment
// makes it several times as fast. A run that was interrupted goes on with -resume.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

// recipes are the models, by the names of their files.
var recipes = map[string]recipe{"mnist": mnist, "cifar10": cifar10}

// run trains what args name. It tells w of each epoch, and so the log beside the model.
func run(ctx context.Context, args []string, w io.Writer) error {
	var j job
	var epochs int
	fs := flag.NewFlagSet("train", flag.ContinueOnError)
	fs.StringVar(&j.data, "data", "", "folder of the data set")
	fs.StringVar(&j.out, "o", "models", "folder for the model")
	fs.IntVar(&epochs, "epochs", 0, "passes over the training set, instead of the recipe's")
	fs.Float64Var(&j.holdout, "holdout", 0, "share of the training set to measure with, to try a recipe; no model is written")
	fs.BoolVar(&j.resume, "resume", false, "go on with the run that was interrupted")
	fs.BoolVar(&j.score, "score", false, "measure the model that is there and write its card again")
	if len(args) == 0 || recipes[args[0]].text == "" {
		return fmt.Errorf("got %q, want a model first: mnist or cifar10", strings.Join(args, " "))
	}
	if err := fs.Parse(args[1:]); err != nil {
		return err
	}
	if j.data == "" {
		return fmt.Errorf("-data: name the folder of the data set: %s", recipes[args[0]].files)
	}
	j.name, j.recipe = args[0], recipes[args[0]]
	if epochs > 0 {
		j.config.Epochs = epochs
	}
	if j.holdout > 0 || j.score {
		return j.do(ctx, w)
	}
	log, err := openLog(j.file(".log"), j.resume)
	if err != nil {
		return err
	}
	defer log.Close()
	return j.do(ctx, io.MultiWriter(w, log))
}

// openLog opens the log of a run, at its end where the run goes on.
func openLog(path string, resume bool) (*os.File, error) {
	mode := os.O_TRUNC
	if resume {
		mode = os.O_APPEND
	}
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|mode, 0o644)
}

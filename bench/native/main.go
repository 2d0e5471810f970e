// Command native measures Fovea outside the browser: a training step of a net, or a whole training on CIFAR-10.
//
//	go run ./bench/native -net "INPUT 28x28x1 -> …" -threads 2      milliseconds a step of 64 pictures, as JSON
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/train"
)

func main() {
	text := flag.String("net", "", "the net, as a pattern")
	threads := flag.Int("threads", 2, "how many goroutines compute")
	batch := flag.Int("batch", 64, "pictures a step")
	steps := flag.Int("steps", 20, "steps measured")
	warmup := flag.Int("warmup", 3, "steps before")
	flag.Parse()
	if err := run(*text, *threads, *batch, *steps, *warmup); err != nil {
		fmt.Fprintln(os.Stderr, "native:", err)
		os.Exit(1)
	}
}

func run(text string, threads, batch, steps, warmup int) error {
	n, err := nn.New(cpu.New(threads), text, nil, 1)
	if err != nil {
		return err
	}
	defer n.Close()
	times, err := nn.StepTimes(context.Background(), n, train.Optimizer{Kind: "momentum", Momentum: 0.9}, batch, steps, warmup, nil)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"ms": times, "threads": threads})
}

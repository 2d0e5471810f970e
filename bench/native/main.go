// Command native measures Fovea outside the browser: a training step of a net, or a whole training on CIFAR-10.
//
//	go run ./bench/native -net "INPUT 28x28x1 -> …"       milliseconds a step of 64 pictures, as JSON
//	go run ./bench/native -cifar DIR -passes 18           test accuracy after training on DIR/data_batch_*.bin
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/simd"
	"github.com/fovea-nn/fovea/nn/train"
)

// cifarNet is the net of ConvNetJS's CIFAR-10 page.
const cifarNet = "INPUT 32x32x3 -> CONV 5x5x16 pad 2 -> RELU -> POOL 2 -> [CONV 5x5x20 pad 2 -> RELU -> POOL 2]*2 -> FC 10"

type options struct {
	text                                         string
	threads, batch, steps, warmup, passes, shift int
	folder, backend                              string
	rate                                         float64
	seed                                         uint
}

func main() {
	var o options
	flag.StringVar(&o.text, "net", cifarNet, "the net, as a pattern")
	flag.StringVar(&o.backend, "backend", "cpu", "cpu or simd")
	flag.IntVar(&o.threads, "threads", 2, "how many threads compute")
	flag.IntVar(&o.batch, "batch", 0, "pictures a step; 0 means 64, or 32 with -cifar")
	flag.IntVar(&o.steps, "steps", 20, "steps measured")
	flag.IntVar(&o.warmup, "warmup", 3, "steps before")
	flag.StringVar(&o.folder, "cifar", "", "folder of CIFAR-10's binary files: train on them")
	flag.IntVar(&o.passes, "passes", 50, "passes of -cifar")
	flag.IntVar(&o.shift, "shift", 0, "pixels by which a picture of -cifar moves at most")
	flag.Float64Var(&o.rate, "rate", 0.002, "learning rate of -cifar, falling to 0 along a cosine")
	flag.UintVar(&o.seed, "seed", 1, "seed of -cifar")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "native:", err)
		os.Exit(1)
	}
}

func open(ctx context.Context, o options) (plan.Device, error) {
	switch o.backend {
	case "cpu":
		return cpu.New(o.threads), nil
	case "simd":
		return simd.Open(ctx, simd.Options{Threads: o.threads})
	}
	return nil, fmt.Errorf("-backend: got %q, want cpu or simd", o.backend)
}

func run(ctx context.Context, o options) error {
	dev, err := open(ctx, o)
	if err != nil {
		return err
	}
	n, err := nn.New(dev, o.text, nil, uint32(o.seed))
	if err != nil {
		return err
	}
	defer n.Close()
	if o.folder != "" {
		return cifar(ctx, n, o)
	}
	if o.batch == 0 {
		o.batch = 64
	}
	times, err := nn.StepTimes(ctx, n, train.Optimizer{Kind: "momentum", Momentum: 0.9}, o.batch, o.steps, o.warmup, nil)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"ms": times, "threads": o.threads})
}

//go:build !js

package standalone_test

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/standalone"
)

func Example() {
	net, err := nn.New(cpu.New(1), "INPUT 28x28x1 -> [CONV 5x5x8 pad 2 -> RELU -> POOL 2]*2 -> FC 10", nil, 1)
	if err != nil {
		panic(err)
	}
	defer net.Close()
	files, err := standalone.Compile(context.Background(), net, standalone.Options{Name: "digits", Width: nn.Int8})
	if err != nil {
		panic(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Println(name)
	}
	fmt.Println(len(files["weights.bin"]), "bytes of weights")
	// Output:
	// demo.css
	// demo.js
	// index.html
	// model.d.ts
	// model.js
	// model.relaxed.wasm
	// model.wasm
	// weights.bin
	// 5936 bytes of weights
}

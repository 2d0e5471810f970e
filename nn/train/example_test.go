//go:build !js

// An example is checked by what it prints, and a browser has no file to print to.

package train_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/train"
)

func ExampleSchedule() {
	s := train.Schedule{Kind: train.Cosine}
	for _, step := range []int{0, 50, 100} {
		rate, _ := s.At(0.1, step, 100)
		fmt.Printf("%.2f ", rate)
	}
	fmt.Println()
	// Output: 0.10 0.05 0.00
}

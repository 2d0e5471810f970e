package cpu_test

import (
	"runtime"
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
)

func TestDevice(t *testing.T) {
	counts := []int{1, 3}
	if runtime.GOARCH == "wasm" {
		counts = counts[1:] // of three, which there take turns: the reference takes its time
	}
	for _, threads := range counts {
		plantest.Run(t, cpu.New(threads))
	}
}

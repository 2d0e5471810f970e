package cpu_test

import (
	"testing"

	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/plan/plantest"
)

func TestDevice(t *testing.T) {
	for _, threads := range []int{1, 3} {
		plantest.Run(t, cpu.New(threads))
	}
}

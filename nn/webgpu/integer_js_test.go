package webgpu_test

import (
	"regexp"
	"testing"

	"github.com/fovea-nn/fovea/nn/plan/plantest"
	"github.com/fovea-nn/fovea/nn/webgpu"
	gpu "github.com/fovea-nn/fovea/webgpu"
)

// TestPacked runs products of 8-bit numbers with WGSL's instructions for them, which a software adapter is not given.
func TestPacked(t *testing.T) {
	if !gpu.LanguageFeature("packed_4x8_integer_dot_product") {
		t.Skip("this browser's WGSL does not have dot4I8Packed")
	}
	d := open(t, func(x *webgpu.Tuning) { x.Packed = true })
	plantest.Cases(t, d, regexp.MustCompile("^(ConvInteger|MatMulInteger)/"))
}

package export_test

import (
	"fmt"
	"github.com/fovea-nn/fovea/nn/onnx/export"
	"os"
	"testing"
)

func TestDumpX(t *testing.T) {
	for _, n := range nets {
		if n.name != os.Getenv("NET") {
			continue
		}
		g := prediction(t, n.text, 1)
		m, _ := export.Model(g, weights(g), export.Options{})
		fmt.Print(text(m))
	}
}

package spec_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/spec"
)

func Example() {
	n, err := spec.Parse(`
		input 28x28            # gray
		-> [conv 5x5x8 pad same -> relu -> pool 2]*2
		-> fc "digits" 10`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(spec.Format(n))
	for i, l := range n.Layers {
		fmt.Println(i+1, l, "from line", l.Pos.Line)
	}
	_, err = spec.Parse("INPUT 28x28x1 -> CNOV 5x5x8")
	fmt.Println(err)
	// Output:
	// INPUT 28x28x1 -> [CONV 5x5x8 pad same -> RELU -> POOL 2]*2 -> FC "digits" 10
	// 1 CONV 5x5x8 pad same from line 3
	// 2 RELU from line 3
	// 3 POOL 2 from line 3
	// 4 CONV 5x5x8 pad same from line 3
	// 5 RELU from line 3
	// 6 POOL 2 from line 3
	// 7 FC "digits" 10 from line 4
	// line 1, column 18: unknown layer CNOV: did you mean CONV, as in CONV 5x5x8?
}

package safetensors_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/safetensors"
)

func Example() {
	b, err := safetensors.Encode(&safetensors.File{
		Tensors:  []safetensors.Tensor{safetensors.FromFloat32s("fc.bias", []int{3}, []float32{0.5, -1, 2})},
		Metadata: map[string]string{"format": "fovea"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := safetensors.Decode(b)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range f.Tensors {
		values, err := safetensors.Float32s(t)
		fmt.Println(t.Name, t.DType, t.Shape, values, err)
	}
	_, err = safetensors.Decode(b[:len(b)-1])
	fmt.Println(err)
	// Output:
	// fc.bias F32 [3] [0.5 -1 2] <nil>
	// not a valid safetensors file: tensor "fc.bias" (header up to byte 102): data_offsets: got [0 12], want whole numbers from 0 to 11, the bytes of data in the file
}

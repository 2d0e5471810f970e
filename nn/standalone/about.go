package standalone

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
	"github.com/fovea-nn/fovea/nn/graph"
)

// about is what a module says of itself, as JSON in a custom section. Addresses are of its memory, in bytes.
type about struct {
	Name    string      `json:"name"`
	Text    string      `json:"text"`
	Shape   graph.Shape `json:"shape"`  // of one input
	Output  graph.Shape `json:"output"` // and of what comes of it
	Classes []string    `json:"classes"`
	Picture *picture    `json:"picture,omitempty"` // nil where the input is no picture
	At      ends        `json:"at"`
	Weights []place     `json:"weights"` // in the order of weights.bin
	Bytes   int         `json:"bytes"`   // of weights.bin
}

// ends are where input and output lie, each an address and the number of f32 there.
type ends struct {
	Input  [2]int `json:"input"`
	Output [2]int `json:"output"`
}

// picture is what the loader does to pictures: what is left of preprocess.Preprocess when the numbers are part of the module.
type picture struct {
	// Resize is [height, width], [shorter side], [] to keep a picture's size, or nil: until the input is covered, as data.Fit.
	Resize []int            `json:"resize"`
	Order  preprocess.Order `json:"order"`
}

// pictureOf returns nil of a net that takes other things than pictures.
func pictureOf(n *nn.Net) *picture {
	in := n.Summary.Input
	if p := n.Preprocess; p != nil {
		return &picture{append([]int{}, p.Resize...), p.Order}
	}
	if len(in) != 3 {
		return nil
	}
	switch in[2] {
	case 1:
		return &picture{Order: preprocess.Gray}
	case 3:
		return &picture{Order: preprocess.RGB}
	}
	return nil
}

// appendTo returns the module with the section behind it.
//
// Source: WebAssembly Core Specification 3.0, "Custom Section".
func (a about) appendTo(module []byte) ([]byte, error) {
	text, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("standalone: %w", err)
	}
	const name, custom = "fovea", 0
	out := append(module[:len(module):len(module)], custom)
	out = binary.AppendUvarint(out, uint64(1+len(name)+len(text))) // LEB128, as WebAssembly has it
	out = append(append(out, byte(len(name))), name...)
	return append(out, text...), nil
}

// Package export makes a forward graph of Fovea's primitives an ONNX model.
//
//	m, err := export.Model(g, weights, export.Options{Name: "lenet"})
//	file := pb.Encode(m)
//
// # What the model looks like
//
// It is what PyTorch would have written. Inputs and outputs of three to five axes, as of pictures, have the channels first:
// x [N,H,W,C] becomes [N,C,H,W]; Options.ChannelsLast keeps Fovea's order. Filters are [F,C/groups,KH,KW], those of transposed
// convolutions [C,F/groups,KH,KW], the matrices of fully connected layers [Out,In]. Initializers have the names of the
// parameters. Whole numbers are INT64, those of 8 bits INT8 and UINT8. The batch is the size "N" of every input, whatever the
// graph was built for, where no part of the graph depends on it; else, and with Options.FixedBatch, it is a number.
//
// What several primitives say together is written as one operator where ONNX has it: a bias in its convolution, Gemm,
// BatchNormalization, LRN, Softmax, and the usual activations. Other expressions become a node for each operation.
//
// # How values lie
//
// Fovea has channels last, ONNX first. As the importer does, a value keeps its elements where they lie, with a note of how the
// axes of the tensor go with those of the value; a Transpose is written only where an operator needs another order. Besides,
// the tensor's axes may be finer than the value's: behind a flatten, or around a group normalisation, nothing has moved, and
// the rows of a matrix that follows are put into the order in which the elements lie.
//
// What depends on parameters and constants alone is computed while exporting. States of equal numbers, such as a mean of 0 and a
// scale of 1, are written as that number, or not at all.
//
// Source: https://onnx.ai/onnx/operators, version 17 of the operator set.
package export

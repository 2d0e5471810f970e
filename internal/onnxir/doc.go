// Package onnxir holds an ONNX model as plain Go structs, free of any dependency, so that a layer or a primitive can say
// how it is read from ONNX and written to it without carrying the file format. Package nn/onnx/pb reads and writes files.
//
// The structs are close to the messages of the format and keep its names. What differs: an operator set's domain "ai.onnx"
// is the empty one, as the specification says that both mean the same; a size below 0 is an unknown size, as some writers
// put -1 there. What is not kept: training information, annotations of quantisation, and metadata of anything but the model.
//
// Nothing here takes a model on trust. Reading an attribute of another type, or a tensor whose data do not fit its shape, is
// an error of kind ErrFormat that names the node or the tensor; what the format allows but this project does not read is one
// of kind ErrUnsupported.
//
// Source: ONNX, "Open Neural Network Exchange Intermediate Representation Specification", docs/IR.md, and onnx/onnx.proto,
// https://github.com/onnx/onnx
package onnxir

// Package onnx makes an ONNX model a graph of Fovea's primitives, and a graph an ONNX model.
//
// A model is read once (Parse) and built for sizes of its inputs (Model.Build): then every shape is known. What depends on
// known numbers alone, such as the chains of Shape, Gather and Concat that exporters write around a Reshape, is computed
// while building, by the same operators and the reference.
//
// ONNX has channels first, Fovea last. A value of the graph keeps its axes in the order that suits what made it, and a note of
// where ONNX's axes lie: a transposition moves nothing until something needs the elements in another order. Filters and the
// rows of matrices, which are known, are rearranged once.
//
// Source: https://onnx.ai/onnx/operators, versions 6 to 24 of the operator set.
package onnx

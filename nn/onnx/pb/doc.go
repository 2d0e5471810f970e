// Package pb reads and writes ONNX files, which are messages of protocol buffers, as the plain structs of internal/onnxir.
//
// A model is read from memory, and its tensors' raw data stay there: they are parts of the file's bytes, not copies. So a
// large file costs its own size, and whoever then converts tensor after tensor one tensor more; there is no reader for
// streams, as it would have to hold the same bytes. Everything else costs at most a small multiple of the file, whatever the
// file claims: lengths are checked against the bytes that are left before anything is made.
//
// Decode takes nothing on trust: a file that is cut off, of another format, or with tensors whose data do not fit their
// shapes is an error of kind onnxir.ErrFormat that names the node or the tensor. Fields that are not known are skipped, as
// the format asks for.
//
// The code is written by hand on the wire format (protowire) rather than generated, because of the program for browsers: a
// small one grows by 0.37 MB with this package and by 3.79 MB with the code of protoc-gen-go for the same messages, 52 KB and
// 574 KB after compression (Go 1.26, js/wasm, Brotli 11): the generated code brings protobuf's library for reflection.
//
// Source: https://protobuf.dev/programming-guides/encoding/ and onnx/onnx.proto, https://github.com/onnx/onnx
package pb

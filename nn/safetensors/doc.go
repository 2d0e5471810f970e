// Package safetensors reads and writes files of named tensors in the safetensors format.
//
// A file is 8 bytes, little-endian, with the length n of the header; n bytes of JSON that give each
// tensor's element type, shape and place; and the elements, little-endian, row-major, one tensor
// behind the other without gaps. The header may also hold texts under "__metadata__".
//
// Decode takes nothing on trust: whatever disagrees with the file's own length or with itself is an
// error of kind ErrFormat that names the tensor and the place. Encode writes the same bytes for the
// same tensors.
//
// Source: https://github.com/huggingface/safetensors#format
package safetensors

//go:build !wasm

package data

// maxMemoryBytes bounds the samples of a set, so that a slip in a number does not ask for more than any machine has.
const maxMemoryBytes = 1 << 36

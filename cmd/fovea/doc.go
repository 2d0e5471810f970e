// Fovea is the command line of the library:
//
//	fovea plan [--train] [--batch N] [--backend simd] [--profile] [--json] NET
//
// NET is a net's text, @FILE a file that holds one, - the standard input. `fovea help COMMAND` tells the flags.
//
// The command also runs in headless Chromium, where the engine is the one that pages have and there is WebGPU:
//
//	go build -o dist/bin/gotest ./internal/browser/gotest
//	GOOS=js GOARCH=wasm go run -exec dist/bin/gotest ./cmd/fovea plan --backend webgpu --profile NET
//
// The exit code is 0 for success, 1 for a failure, such as an error in the net, and 2 for a wrong command line.
package main

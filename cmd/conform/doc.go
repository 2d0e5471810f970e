// Conform runs folders of reference cases on a backend and says which results lie within their tolerances:
//
//	go run ./cmd/conform -backend cpu ../shared/conformance/torch
//	go run ./cmd/conform -backend simd -threads 2 [-browser] ../shared/conformance/torch
//	go run ./cmd/conform -backend webgpu -run '^conv2d\.' -v ../shared/conformance/torch
//
// It prints a line for each case that fails, and with -v for each that passes with its largest error, and closes with
// "N passed, N failed". Package conform says what a case is. An operation that does not exist counts as failed. The
// exit code is 0 if all passed, 1 if a case failed or none could be run, 2 for a wrong command line.
//
// The backend webgpu, and with -browser any other, runs in headless Chromium, found as package browser says: conform builds itself for js/wasm, so
// it must be started inside this module. FOVEA_BROWSER_FLAGS has more flags for Chromium, such as
// --use-webgpu-adapter=default for a real GPU.
package main

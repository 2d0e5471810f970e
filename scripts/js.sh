#!/bin/sh
# Puts the JavaScript API into the folder $1: the page's modules as they are, the Worker's script with the plain scripts that it
# needs in front of it, and the program, which must have been built.
set -eu
out=$1
mkdir -p "$out/elements"
cp dist/wasm/fovea.wasm js/*.js js/*.d.ts "$out/"
[ ! -d js/elements ] || cp js/elements/*.js "$out/elements/"
cat "$(go env GOROOT)/lib/wasm/wasm_exec.js" webgpu/replay.js nn/simd/simd.js js/worker.js |
	go tool esbuild --minify --log-level=warning >"$out/worker.js"

#!/bin/sh
# Puts the JavaScript API into the folder $1: the page's modules, those that are loaded together in one file, so that a page waits for
# one answer and not for a chain of them; the Worker's script with the plain scripts that it needs in front of it; and the program,
# which must have been built.
set -eu
out=$1
mkdir -p "$out"
rm -f "$out"/shared-*.js
cp dist/wasm/fovea.wasm js/*.d.ts "$out/"
go tool esbuild js/fovea.js js/elements.js js/download.js js/node.js js/worker-node.js --bundle --splitting --format=esm --target=es2022 \
	--minify-whitespace --minify-syntax --external:node:* --chunk-names=shared-[hash] --log-level=warning --outdir="$out"
cat "$(go env GOROOT)/lib/wasm/wasm_exec.js" webgpu/replay.js nn/simd/simd.js js/worker.js |
	go tool esbuild --minify --log-level=warning >"$out/worker.js"

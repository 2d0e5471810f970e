#!/bin/sh
# Compares each backend with the reference cases beside this checkout; every case must pass.
# Without the cases it says so and passes, unless FOVEA_REQUIRE_SHARED=1.
set -eu
cases=${FOVEA_CONFORMANCE:-../shared/conformance}

if [ ! -d "$cases" ]; then
	if [ "${FOVEA_REQUIRE_SHARED:-}" = 1 ]; then
		echo "conformance: FAILED: there are no reference cases at $cases, and FOVEA_REQUIRE_SHARED=1 asks for them" >&2
		exit 1
	fi
	echo "conformance: NOT RUN: there are no reference cases at $cases; everything else was tested"
	exit 0
fi

CHROMIUM=$(scripts/chromium.sh)
export CHROMIUM
conform() {
	echo "conformance: $*"
	go run ./cmd/conform "$@"
}
for folder in torch onnx; do
	conform -backend cpu "$cases/$folder"
	conform -backend simd -threads 2 "$cases/$folder"
done
conform -backend simd -threads 2 -browser "$cases/torch"
conform -backend webgpu "$cases/torch"
# All of ONNX's take minutes there, most of them for compiling: these have what the others have not.
conform -backend webgpu -run 'nets/|resize|gather|top_k|quant|depth|norm' "$cases/onnx"

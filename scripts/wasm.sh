#!/bin/sh
# Builds the program of the browser into dist/wasm/fovea.wasm. No VCS stamp: the same sources give the same bytes at every commit.
set -eu

# Inlining makes the program a tenth larger to download; only packages that compute in loops have it.
inlined=
for p in internal/runtime/... internal/bytealg internal/abi math math/bits unicode/utf8 compress/... image/... \
	golang.org/x/image/... github.com/fovea-nn/fovea/nn/cpu github.com/fovea-nn/fovea/nn/data; do
	inlined="$inlined -gcflags=$p="
done
# shellcheck disable=SC2086
GOOS=js GOARCH=wasm go build -trimpath -buildvcs=false -ldflags "-s -w" -gcflags=all=-l $inlined -o dist/wasm/fovea.wasm ./wasm

#!/bin/sh
# Format, vet, staticcheck, types; runs all of them and fails if one did. Arguments: the packages that build for wasm.
set -u
failed=""

step() { # step NAME COMMAND…
	name=$1
	shift
	echo "check: $name"
	"$@" || failed="$failed $name"
}

go_files() { git ls-files -z --cached --others --exclude-standard '*.go' | xargs -0 sh -c 'for f; do [ ! -e "$f" ] || printf "%s\0" "$f"; done' sh; }
formatted() {
	bad=$(go_files | xargs -0 -r gofmt -l) || return 1
	[ -z "$bad" ] || { echo "these files need gofmt -w:"; echo "$bad"; return 1; } >&2
}
vet_vectors() { GOARCH=amd64 GOEXPERIMENT=simd go vet ./nn/cpu; }
vet_wasm() { GOOS=js GOARCH=wasm go vet "$@"; }

step gofmt formatted
step vet go vet ./...
step vet-vectors vet_vectors
step vet-wasm vet_wasm "$@"
step staticcheck go tool staticcheck ./...
step types node_modules/.bin/tsc -p tsconfig.json

[ -z "$failed" ] || { echo "check: failed:$failed" >&2; exit 1; }
echo "check: ok"

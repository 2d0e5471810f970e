#!/bin/sh
# Prints what the program of the browser is made of, each part with its licence as it carries it: Fovea, Go, Go's modules, and
# what the arguments add, in threes: NAME WHERE-FROM LICENCE-FILE.
set -eu
part() { # part NAME WHERE-FROM LICENCE-FILE
	rule=------------------------------------------------------------------------
	printf '\n\n%s\n%s, %s\n%s\n\n' "$rule" "$1" "$2" "$rule"
	cat "$3"
}
part "Fovea" "this program and what loads it" LICENSE
part "Go's runtime, standard library and wasm_exec.js" "$(go env GOVERSION)" "$(go env GOROOT)/LICENSE"
GOOS=js GOARCH=wasm go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./wasm |
	sort -u | while read -r path version dir; do part "$path" "Go module $version" "$dir/LICENSE"; done
while [ $# -gt 0 ]; do
	part "$1" "$2" "$3"
	shift 3
done

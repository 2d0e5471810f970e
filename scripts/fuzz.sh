#!/bin/sh
# Runs each fuzz target of the module for the given time, one after the other; all of them, and fails if one did.
set -eu
time=${1:-60s}
files=$(go list -f '{{$p := .ImportPath}}{{$d := .Dir}}{{range .TestGoFiles}}{{$p}} {{$d}}/{{.}}
{{end}}{{range .XTestGoFiles}}{{$p}} {{$d}}/{{.}}
{{end}}' ./...)
targets=$(echo "$files" | while read -r package file; do
	[ -z "$file" ] || sed -n "s|^func \(Fuzz[A-Za-z0-9_]*\)(.*\*testing\.F) {.*|$package \1|p" "$file"
done)
[ -n "$targets" ] || { echo "fuzz: no targets" >&2; exit 1; }
[ "$time" != list ] || { echo "$targets"; exit 0; }
failed=$(mktemp)
trap 'rm -f "$failed"' EXIT
echo "$targets" | while read -r package name; do
	echo "fuzz: $package $name, $time"
	go test "$package" -run '^$' -fuzz "^$name\$" -fuzztime "$time" </dev/null || echo "$package $name" >>"$failed"
done
[ ! -s "$failed" ] || { echo "fuzz: failed:" && cat "$failed" && echo "a new file under testdata/fuzz has the input: commit it with the fix"; exit 1; } >&2

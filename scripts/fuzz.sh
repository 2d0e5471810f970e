#!/bin/sh
# Runs each fuzz target for the given time, one after the other.
set -eu
time=${1:-60s}
targets=$(grep -rn --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' . | sed 's/^\(.*\)\/[^/]*:[0-9]*:func \(.*\)$/\1 \2/')
[ -n "$targets" ] || { echo "fuzz: no targets"; exit 0; }
echo "$targets" | while read -r package name; do
	echo "fuzz: $package $name, $time"
	go test "$package" -run '^$' -fuzz "^$name\$" -fuzztime "$time"
done

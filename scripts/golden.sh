#!/bin/sh
# Runs the tests of every package that has an -update flag with it.
set -eu
files=$(grep -rl --include='*_test.go' 'flag\.Bool("update"' . || true)
[ -n "$files" ] || { echo "golden: no package has golden files"; exit 0; }
# shellcheck disable=SC2086  # package paths contain no spaces
go test $(dirname $files | sort -u) -update
git status --short -- '*.golden' '*/testdata/*'

#!/bin/sh
# Runs the page tests, two files at a time, with Node's test runner; finding none is a failure.
set -eu
files=$(find test/browser -name '*.test.mjs' -o -name '*.test.js' | sort -r) # the longest begin first
[ -n "$files" ] || { echo "test-pages: there is no *.test.mjs in test/browser" >&2; exit 1; }
CHROMIUM=$(scripts/chromium.sh)
export CHROMIUM
# shellcheck disable=SC2086  # file names contain no spaces
exec node --test --test-concurrency=2 $files

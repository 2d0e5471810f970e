#!/bin/sh
# Everything that CI runs. A stage that fails does not stop the next ones; the summary at the end names it.
set -u
passed=0
failed=0
summary=""

stage() { # stage NAME COMMAND…
	name=$1
	shift
	printf '\n=== %s\n' "$name"
	began=$(date +%s)
	if "$@"; then
		passed=$((passed + 1))
		result=ok
	else
		failed=$((failed + 1))
		result=FAILED
	fi
	summary="$summary$(printf '%-12s %-7s %4d s' "$name" "$result" $(($(date +%s) - began)))
"
}
target() { make --no-print-directory "$1"; }

# Two stages that keep one processor busy at most run beside others, and are waited for in their turn.
finished() { # finished PID LOG
	wait "$1"
	status=$?
	cat "$2"
	return "$status"
}

CHROMIUM=$(scripts/chromium.sh) || exit 1
export CHROMIUM
echo "test: $(go version), Node $(node --version), $("$CHROMIUM" --version 2>/dev/null)"

stage packages target node_modules/.stamp
stage check target check
mkdir -p dist
target site >dist/site.log 2>&1 &
site=$!
stage native go test ./...
[ "$(go env GOARCH)" != amd64 ] || stage vectors env GOEXPERIMENT=simd go test ./nn/cpu
stage site finished "$site" dist/site.log
stage size target size
stage browser target test-browser
stage node target test-node
target test-package >dist/package.log 2>&1 &
package=$!
stage conformance target conformance
stage package finished "$package" dist/package.log
stage pages scripts/test-pages.sh

printf '\n=== summary\n%sstages: %d passed, %d failed\n' "$summary" "$passed" "$failed"
[ "$failed" = 0 ]

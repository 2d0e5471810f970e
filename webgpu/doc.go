// Package webgpu is navigator.gpu for Go programs compiled to WebAssembly (GOOS=js).
//
// It has the names of the specification (https://www.w3.org/TR/webgpu/), typed descriptors, Go errors
// and blocking calls instead of promises, and of the API only what computing needs. It works in a
// window and in a dedicated worker.
//
// What a program repeats, such as a training step, is recorded once as a [Sequence] and replayed by
// one call into JavaScript. The JavaScript half of that is [ReplayJS]: the page or its worker loads it
// as a script, before the program, because a content security policy forbids making it from Go.
//
// Rules for all of the package:
//   - A call that waits takes a context and must run in a goroutine of its own where JavaScript
//     called into Go: an event handler that waits for another event never wakes.
//   - After the device is lost (also by [Device.Destroy]) waits end with [ErrDeviceLost]; nothing hangs.
//   - Sizes and offsets are bytes. What is copied or written has multiples of 4.
//   - What only the browser finds wrong is an error of [Device.Check], or of an error scope, around the
//     call; without one it goes to the function given to [Device.OnUncapturedError].
//   - A device lives until [Device.Destroy]; dropping it frees nothing.
package webgpu

import _ "embed"

// ReplayJS is the text of replay.js, a plain script that defines globalThis.foveaReplay.
//
//go:embed replay.js
var ReplayJS string

// Package webgpu is the backend on navigator.gpu: a plan becomes one recorded list of dispatches, and a run is one call
// into JavaScript that replays it.
//
// Turning steps into WGSL and dispatches (lower*.go) is plain Go and tested natively; only device.go, store.go and
// executable.go need a browser.
package webgpu

// Package cpu is the backend in pure Go: readable, blocked, parallel where it runs natively; the last fall-back in a
// page and what the other backends are checked against.
package cpu

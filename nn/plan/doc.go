// Package plan turns a graph into a program: fused, ordered steps over slots of memory, which every backend runs.
//
// It also holds the interfaces of a backend: Device, Store and Executable.
package plan

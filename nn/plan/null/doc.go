// Package null is a device that checks a program and computes nothing: shapes, patterns and the memory planner are
// tested on it in milliseconds.
package null

// Package op holds the primitives that every backend implements: for each its shape rule, gradient and reference.
//
// A layer is a composition of primitives. One file here is one primitive; the tests of all devices find it by its
// registration and take its cases from package opcases.
package op

// Package expr is the small expression language of elementwise computation, which each backend prints in its own
// language.
//
// An expression reads variables (the operands of a Map, or the result of the primitive that it follows) and yields one
// number. It knows its derivative, so an activation is written once, as an expression, and trains on every backend.
package expr

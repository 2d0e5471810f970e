// Package expr is the small expression language of elementwise computation, which each backend prints in its own
// language.
//
// An expression reads variables (the operands of a Map, or the result of the primitive that it follows) and yields one
// number. It knows its derivative, so an activation is written once, as an expression, and trains on every backend.
//
// # Accuracy
//
// On every backend exp, log, sqrt, tanh, sigmoid and pow of finite float32 numbers differ from the true result y by at
// most AbsBound + RelBound·|y|, where y is neither denormal nor too large for float32: exp up to 80 on either side, pow
// with a positive base and an exponent up to 3. The cpu backend rounds the float64 result, 0.6 of a unit in the last
// place; the bound is what WGSL lets an adapter do: exp may be wrong by 3 + 2·|x| units in the last place, tanh by 1e-5.
//
// Source: WGSL, section 15.7.4, "Floating point accuracy".
package expr

// AbsBound and RelBound bound the error of a backend's functions.
const (
	AbsBound = 1e-5
	RelBound = 5e-5
)

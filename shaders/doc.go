// Package shaders holds the WGSL of the WebGPU backend, a file a computation, and specialises it.
//
// A file is WGSL with a few directives, each a comment of its own line:
//
//	//#for i 0 N      the lines up to //#end, once for each i from 0 to N-1, ${i} replaced
//	//#if COND        the lines up to //#else or //#end, if COND is not 0
//	//#include NAME   the file lib/NAME.wgsl
//
// ${EXPR} is replaced by the value of an integer expression over parameters and loop variables, or by a parameter that
// is text. Software adapters are fast with unrolled loops over named registers and slow with arrays: that is what the
// loops are for.
package shaders

//go:build !unix && !js

package simd

import "context"

// withMemory leaves it to wazero to take memory from Go's heap.
func withMemory(ctx context.Context) (context.Context, func()) { return ctx, func() {} }

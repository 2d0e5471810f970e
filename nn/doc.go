// Package nn is Fovea's public API: describe a network, train it, use it, keep it.
package nn

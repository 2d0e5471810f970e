// Package layer holds the layers that people name, one a file, each a composition of primitives.
package layer

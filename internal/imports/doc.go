// Package imports holds the test that imports point one way.
package imports

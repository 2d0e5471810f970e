// Package archive reads data sets of pictures out of ZIP archives.
//
// It is apart from package data so that programs that need none are spared what it takes to unpack them.
package archive

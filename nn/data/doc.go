// Package data brings pictures and data sets to a network, and keeps out what is none.
//
// Decode reads a picture file as a user hands it over: JPEG, PNG, GIF, WebP or BMP, turned as its
// EXIF orientation says, and refused with a remedy when it is something else or too large. Fit makes
// network input of it; Digit does so for a drawn or photographed figure, the way MNIST was made.
//
// A Set is a labelled data set in memory. ReadImages and ReadLabels read MNIST's IDX files; Pack and
// Unpack write and read Fovea's own file of several sets, whose gray pictures take a third less room
// than under gzip.
//
// Pictures are rows of pixels from the top, channels last: [H,W,C] bytes.
package data

// Package data brings pictures and data sets to a network, and keeps out what is none.
//
// Decode reads a picture file as a user hands it over: JPEG, PNG, GIF, WebP or BMP, turned as its
// EXIF orientation says, and refused with a remedy when it is something else or too large. Fit makes
// network input of it; Digit does so for a drawn or photographed figure, the way MNIST was made.
//
// A Set is a labelled data set in memory: series [L,C], pictures [H,W,C], volumes [D,H,W,C], channels last, of bytes or of
// numbers, with one label a sample or one a pixel. It is read by
//
//	OpenIDX                   MNIST's IDX files
//	OpenCIFAR10, -100         the binary versions of CIFAR
//	ReadFolder                pictures by class, also of 16 bits; package archive reads them out of ZIP files
//	ReadVolumes               stacks of slices, or of frames, by class
//	ReadSeries                tables of series (CSV)
//	NewArrays                 arrays in memory; package npy reads NumPy's files
//	Unpack                    Fovea's own file of several sets, whose gray pictures take a third less room than under gzip
//
// Check refuses what cannot be trained on, Split and Subset divide, Imbalance tells of classes that are too small, and
// Standardise subtracts means and divides by deviations; package whiten goes further.
//
// Pictures are rows of pixels from the top.
package data

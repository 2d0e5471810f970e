// Package dense lets a classifier look at every window of a larger picture in one pass.
//
// A fully connected layer behind a map of 7x7x512 is a convolution with a kernel of 7x7 and as many filters, with the same
// numbers; those behind it are convolutions of 1x1. Convert makes such a net of a classifier, and then the size of the
// picture is free: a net for 224x224 with a stride of 32 gives of 384x384 pixels a map of 6x6 class scores, one for each
// window, for about three times the work of one window instead of 36 times.
//
//	d, err := dense.Convert(n)          // of a spec.Net
//	text, err := d.At(384, 384)         // the net for larger pictures; its weights have the same names
//	for _, w := range d.Weights { … }   // and the same numbers, in shapes w.To
//
// Geometry tells which window of the picture each place of the map answers for, Scores averages over them, Shifted and
// Interleave make a map at half the stride or less out of several passes over the shifted picture, and Heat draws a class
// over the picture.
//
// # Padding
//
// Without padding inside the net a place of the map has exactly the scores of its window as a picture of its own; tests
// compare every window, to 1e-5 of the largest score. With padding it has not: around the window alone there were zeros,
// or what else the layer pads with, where the larger picture has its neighbouring pixels, and the receptive field of the
// last layer, which is 404 pixels of VGG-16's 224, takes those in. So do windows of pooling that reach over the end of
// their map, with ceil. Only over a picture of the window's size are both the same. Net.Padded lists the layers.
//
// How much that is depends on the net. With random weights and pictures of 384x384 pixels, the logits of the zoo's alexnet
// and zfnet and of a narrow VGG-16 differed from those of the 36 windows by 21 to 26 % (the root of the mean square, as a
// share of the logits'). Of a trained net of three convolutions with padding for 32x32 pixels, 72 % of the windows kept
// the class that they have alone (TestTrained); with twice the convolutions, which see little but border, 26 %. Photographs
// and large nets are kinder: Simonyan and Zisserman tested VGG-16 both ways, and found 24.8 % top-1 error over whole
// pictures and 24.6 % over crops ("Very deep convolutional networks for large-scale image recognition", ICLR 2015, table 5).
//
// What helps is a classifier without padding, training on with the dense net, or, exactly and slowly, the classifier on
// each window: Map.Crop of Geometry.WindowAt.
package dense

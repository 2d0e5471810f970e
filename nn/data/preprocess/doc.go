// Package preprocess turns a picture into the numbers that a published net was trained on.
//
// A Preprocess says how: resize, cut out the middle, order of the channels, mean and deviation. It has a stable form in
// JSON, for the metadata of a file of weights, and the usual ones have names, as torchvision's:
//
//	p, err := preprocess.Named("torchvision")
//	x, err := p.Apply(picture)   // [224,224,3] numbers
//
// The results are those of torchvision on pictures of PIL, to the bit: resampling is Pillow's (a filter as wide as the
// reduction demands, weights of 22 fractional bits, bytes between the passes), and so are gray and the centre's place.
// A net whose pictures were made smaller in another way loses some accuracy, and tells nobody.
//
// Transparency is dropped, as convert("RGB") of PIL does; data.Fit puts a picture on white instead. Decoding is not a part
// of this: data.Decode turns pictures upright, which PIL's open does not, and does not smooth the colours of JPEG files
// between their pixels as libjpeg does, so that there bytes differ at coloured edges.
package preprocess

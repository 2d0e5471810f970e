// Package layer holds the layers and losses that people name, one or a family a file, each a composition of primitives: a
// backend knows none of them.
//
// A layer is a function of a Builder, its input, and options; activations that cannot fail return no error. Maps are
// [N,…,C] with one to three spatial axes, vectors [N,C]. Errors are of kind graph.ShapeError, appear when the layer is
// built, and name it. A layer's parameters are called Name.weight and Name.bias; layers of one name share them. What
// differs between training and evaluation follows Builder.Training, and what is random draws from Builder.Random.
//
//	activation.go                            ReLU and its relatives, GELU, SiLU, hard variants, Maxout; softmax.go
//	conv.go convtranspose.go im2col.go       convolutions, also depthwise, transposed, and as a matrix product
//	linear.go init.go                        fully connected; how weights start
//	pool.go adaptivepool.go fractionalpool.go
//	batchnorm.go groupnorm.go lrn.go         normalisations; normalize.go is what they have in common
//	combine.go shape.go pad.go upsample.go shuffle.go
//	dropout.go cutout.go                     what makes training noisy
//	loss.go loss_class.go loss_margin.go loss_value.go loss_total.go
package layer

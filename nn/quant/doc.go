// Package quant makes a trained net one of 8-bit numbers: weights take a quarter of the memory, and products are faster.
//
// Calibrate runs the net in floats and notes the ranges of what its convolutions and fully connected layers read; New
// quantises their weights; Rewrite puts products of 8-bit numbers in the place of those of floats. All else, such as biases,
// activations and normalisations, stays f32.
//
// Source: Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference",
// CVPR 2018, arXiv:1712.05877, for the scheme; Krishnamoorthi, "Quantizing deep convolutional networks for efficient
// inference", 2018, arXiv:1806.08342, for scales per filter.
package quant

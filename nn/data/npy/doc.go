// Package npy reads NumPy's files of arrays, .npy and .npz, and makes data sets of them.
//
// Files are made with numpy.save("x.npy", x), numpy.savez and numpy.savez_compressed("mnist.npz", x_train=x, y_train=y).
//
// Format: NumPy Enhancement Proposal 1, https://numpy.org/neps/nep-0001-npy-format.html.
//
// The reader is its own, as those that there are trust the header: they make room for what it claims, and take a file that
// is cut off for whole.
package npy

// Package zoo has published networks as texts of the pattern language: to read, to change, and to start from.
//
//	e, err := zoo.Lookup("resnet18")
//	text, err := e.Text(zoo.Options{Classes: 10, Size: 64})
//
// The texts are the files in nets. A net begins with variables, $classes and $size among them; where several nets of a
// family differ in their sizes alone, one file has all of them, with variables for the sizes. Tests compare the numbers of
// parameters and of operations with published ones.
//
// # Weights
//
// Nets that torchvision has, the package of pictures for PyTorch, have its names and can take its weights:
// Entry.TorchWeights tells where in a file of PyTorch each parameter is, and Weight.FromTorch reorders its numbers. A net
// computes with them what it computes there if its pictures are prepared as there: RGB from 0 to 1, less the mean
// (0.485, 0.456, 0.406), divided by the deviation (0.229, 0.224, 0.225); of googlenet_bn and inception_v3, less 0.5,
// divided by 0.5, which torchvision's nets do themselves.
package zoo

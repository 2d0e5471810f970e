// Package tfjs makes a TensorFlow.js model, an image classifier, a graph of Fovea's primitives.
//
// A model is a JSON file and the shards of its weights beside it. Both of its formats are read: the layers format, which
// holds the layers of Keras, and the graph format, which holds a GraphDef of TensorFlow. TensorFlow has channels last, as
// Fovea: the weights stay as they are, but for the shape of depthwise filters, whose [KH,KW,C,M] is Fovea's
// [KH,KW,1,C·M] in the same order.
//
// Model is a train.Model: what the file ends with, if that is a softmax, is left out (Model.Softmax tells), and the rest can
// be trained further. Trained weights are parameters, moving means and variances states. In the layers format they are called
// as in nn/layer, such as NAME.weight for Keras's NAME/kernel; those of PReLU and Normalization, and the constants of the
// graph format, keep the names that they have in the file. In training the batch normalisations of the layers format use the
// batch's statistics, as in Keras, unless the file says that they are not trainable; those of the graph format, which is made
// for inference, never do. Dropout and other noise is left out.
//
// Where TensorFlow.js and Keras differ, the following holds: UpSampling2D with bilinear interpolation is that of TensorFlow.js,
// which places corners on corners, and ReLU has Keras's negative_slope and threshold, which TensorFlow.js ignores.
//
// Sources: https://github.com/tensorflow/tfjs, version 4.22 (tfjs-core/src/io, tfjs-layers, tfjs-converter/src/operations);
// https://keras.io/api/layers.
package tfjs

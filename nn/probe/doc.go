// Package probe classifies vectors, such as the features that a layer of a trained network gives, by simple means: a linear
// support vector machine or the nearest neighbours. How well that works says how much of the classes a layer knows.
package probe

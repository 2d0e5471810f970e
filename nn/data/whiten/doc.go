// Package whiten removes the linear dependence between the values of samples, by their principal components.
package whiten

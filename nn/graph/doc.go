// Package graph holds what a network computes: values, the operations between them, shapes, and the kinds of errors;
// nothing about devices or order.
//
// Layout inside is channels last: activations [N,H,W,C], filters [KH,KW,C/groups,F].
package graph

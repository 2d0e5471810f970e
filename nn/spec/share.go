package spec

import (
	"errors"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
)

// shared is a layer whose weights others may use, and what its parameters are called by.
type shared struct {
	layer Layer
	name  string
}

// share builds the current layer with the weights of the one that o names. Size and options are that one's, but for the
// options given here.
func (w *worker) share(k *kind, o Option, x *graph.Value) (*graph.Value, error) {
	first, ok := w.shared[o.Ref]
	if !ok {
		return nil, graph.Shapef("share: there is no layer %q before this one", o.Ref)
	}
	own := w.l.Options
	w.l.Size, w.l.Options, w.name = first.layer.Size, slices.Clone(own), first.name
	for _, other := range first.layer.Options {
		if !w.l.Has(other.Name) {
			w.l.Options = append(w.l.Options, other)
		}
	}
	y, err := k.build(w, x) // parameters of one name are one
	var se *graph.ShapeError
	if errors.As(err, &se) && strings.HasPrefix(se.Msg, "parameter "+first.name+".") {
		what, _, _ := strings.Cut(se.Msg, " as parameter") // the rest is about names
		return nil, graph.Shapef("share %q: %s; the inputs must have as many channels", o.Ref, what)
	}
	return y, err
}

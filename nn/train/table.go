package train

import (
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Table says what a graph has to know of a data set that lies on the device. Two sets can lie there, to train on and to
// test with, each at its place.
type Table struct {
	Place   string // "train" or "test"
	Count   int    // samples
	Floats  bool   // the samples are f32, not bytes
	Ignored bool   // there are labels of -1
}

// tableOf describes d at a place.
func tableOf(place string, d *data.Set) Table {
	return Table{Place: place, Count: d.Len(), Floats: d.Floats != nil, Ignored: d.Ignored()}
}

func (t Table) names() (images, labels string) { return tableNames(t.Place) }

// gather adds the samples of a batch, f32 [batch,…].
func (t Table) gather(g *graph.Graph, index *graph.Value, sample graph.Shape) *graph.Value {
	typ := graph.U8
	if t.Floats {
		typ = graph.F32
	}
	name, _ := t.names()
	return op.Gather(g, g.State(name, typ, append(graph.Shape{t.Count}, sample...), graph.Init{}), index)
}

// gatherLabels adds the labels of a batch, i32 [batch]+shape.
func (t Table) gatherLabels(g *graph.Graph, index *graph.Value, shape graph.Shape) *graph.Value {
	_, name := t.names()
	return op.Gather(g, g.State(name, graph.I32, append(graph.Shape{t.Count}, shape...), graph.Init{}), index)
}

// writeData puts the tables of d into a store.
func writeData(st plan.Store, place string, d *data.Set) error {
	images, labels := tableNames(place)
	shape := append(graph.Shape{d.Len()}, d.Shape...)
	samples := plan.Bytes(shape, d.Images)
	if d.Floats != nil {
		samples = plan.Float32s(shape, d.Floats...)
	}
	if err := st.Write(images, samples); err != nil {
		return err
	}
	return st.Write(labels, plan.Int32s(append(graph.Shape{d.Len()}, d.LabelShape...), d.Labels...))
}

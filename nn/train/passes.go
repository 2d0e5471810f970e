package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// View is a way to look at a picture.
type View struct {
	Mirror bool   // left to right
	Shift  [2]int // rows and columns by which the window moves down and right; outside is 0
}

// Views returns the usual ones: the picture as it is, shifted by so many pixels towards each of its corners if that is
// not 0, and all of them mirrored too if so wanted: 1, 2, 5 or 10.
//
// Source: Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", NIPS 2012,
// section 4.1.
func Views(mirror bool, shift int) []View {
	views := []View{{}}
	if shift != 0 {
		for _, s := range [][2]int{{-1, -1}, {-1, 1}, {1, -1}, {1, 1}} {
			views = append(views, View{Shift: [2]int{s[0] * shift, s[1] * shift}})
		}
	}
	if mirror {
		for _, v := range views {
			v.Mirror = true
			views = append(views, v)
		}
	}
	return views
}

// affine is the view's map of output to input pixels for pictures of a width; see op.Resample.
func (v View) affine(width int) plan.Tensor {
	step, start := float32(1), v.Shift[1]
	if v.Mirror {
		step, start = -1, width-1+v.Shift[1]
	}
	return plan.Float32s(graph.Shape{1, 6}, 1, 0, float32(v.Shift[0]), 0, step, float32(start))
}

func (o EvaluateOptions) averages() bool {
	return len(o.Views) > 0 || o.Draws > 0 || o.Dropout || o.Augment != Augment{}
}

func (o EvaluateOptions) checkPasses() error {
	if o.Draws < 0 || o.Draws > 1<<16 {
		return fmt.Errorf("train: evaluation: got %d draws, want 1 to %d", o.Draws, 1<<16)
	}
	if o.Augment.Mixup != 0 {
		return errors.New("train: evaluation: mixup is for training; set it to 0")
	}
	return nil
}

// averageBatch is evaluateBatch with the probabilities of all passes averaged,
//
//	p[c] = 1/K · Σ k softmax(logits_k)[c],   loss = -ln p[label]
//
// which is done here, by logarithms in float64, so that a small probability stays one.
func (s *Session) averageBatch(ctx context.Context, d *data.Set, index []int32, o EvaluateOptions, sc *Score) (loss float64, err error) {
	views, draws := o.Views, max(1, o.Draws)
	if len(views) == 0 {
		views = []View{{}}
	}
	passes := len(views) * draws
	var labels []float32
	var logs []float64 // of the sums of probabilities
	for k := range passes {
		batch := int(index[0]) / len(index)
		in := []plan.Tensor{plan.Int32s(graph.Shape{len(index)}, index...), plan.Int32s(graph.Shape{2}, int32(o.Seed), int32(batch*passes+k))}
		if len(o.Views) > 0 {
			in = append(in, views[k/draws].affine(s.model.InputShape()[1]))
		}
		t, err := s.onSet(ctx, d, o.purpose(), func() (*graph.Graph, error) {
			return passGraph(s.model, o, tableOf(testPlace, d))
		}, []string{"logits", "label"}, in...)
		if err != nil {
			return 0, err
		}
		labels = t[1].F32
		logs = addProbabilities(logs, t[0].F32, s.classes)
	}
	for i, l := range labels {
		if l < 0 {
			continue
		}
		row := logs[i*s.classes : (i+1)*s.classes]
		predicted, rank, own := 0, 0, row[int(l)]
		for c, v := range row {
			if v > row[predicted] {
				predicted = c
			}
			if c != int(l) && !(own > v) && !(own == v && int(l) < c) {
				rank++
			}
		}
		sc.add(int(l), predicted, rank)
		loss += math.Log(float64(passes)) - own
	}
	return loss, nil
}

// addProbabilities adds softmax(logits), row by row, to sums, all as logarithms; nil sums are 0.
func addProbabilities(logs []float64, logits []float32, classes int) []float64 {
	first := logs == nil
	if first {
		logs = make([]float64, len(logits))
	}
	for at := 0; at < len(logits); at += classes {
		row := logits[at : at+classes]
		m, sum := math.Inf(-1), 0.0
		for _, v := range row {
			m = max(m, float64(v))
		}
		for _, v := range row {
			sum += math.Exp(float64(v) - m)
		}
		for c, v := range row {
			p := float64(v) - m - math.Log(sum)
			if !first {
				a, b := max(p, logs[at+c]), min(p, logs[at+c])
				p = a + math.Log1p(math.Exp(b-a))
			}
			logs[at+c] = p
		}
	}
	return logs
}

func (o EvaluateOptions) purpose() string {
	return fmt.Sprintf("pass %d %t %t %+v", o.Batch, len(o.Views) > 0, o.Dropout, o.Augment)
}

// passGraph is one pass. Inputs: index i32 [batch], rng i32 [2] and, where there are views, view f32 [1,6]. Outputs: logits
// and label, as EvaluationGraph has it.
func passGraph(m Model, o EvaluateOptions, d Table) (*graph.Graph, error) {
	g := graph.New()
	index := g.Input("index", graph.I32, graph.Shape{o.Batch})
	b := layer.NewBuilder(g)
	b.Random, b.Sampling = g.Input("rng", graph.I32, graph.Shape{2}), o.Dropout
	m = augmented{Model: m, Augment: o.Augment, always: true}
	if len(o.Views) > 0 {
		m = viewed{m, g.Input("view", graph.F32, graph.Shape{1, 6})}
	}
	logits, labels, err := batchLogits(b, m, index, d)
	if err != nil {
		return nil, err
	}
	if (len(o.Views) > 0 || o.Augment.moves()) && len(labels.Shape) > 1 {
		return nil, graph.Shapef("evaluation: views and moves would part the pictures from their labels, one a pixel; leave them out")
	}
	g.Layer = "score"
	g.Output("logits", logits)
	g.Output("label", countingLabels(g, index, labels, logits.Shape[len(logits.Shape)-1]))
	return g, nil
}

// viewed is a model that looks at its pictures through a view.
type viewed struct {
	Model
	view *graph.Value
}

// Logits adds the view and the model.
func (m viewed) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	label := b.G.Layer
	b.G.Layer = "view"
	if len(x.Shape) != 4 {
		return nil, graph.Shapef("evaluation: views are for pictures [H,W,C], the net takes %v; leave them out", x.Shape[1:])
	}
	x, err := op.Resample(b.G, x, m.view, op.ResampleAttrs{Out: x.Shape[1:3]})
	if err != nil {
		return nil, err
	}
	b.G.Layer = label
	return m.Model.Logits(b, x)
}

// release closes the program of passes that will not come again.
func (s *Session) release(o EvaluateOptions) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, _ = o.defaults()
	for p, e := range s.exes {
		if p.name == o.purpose() || strings.HasPrefix(p.name, o.purpose()+" with ") { // of averages
			e.Close()
			delete(s.exes, p)
		}
	}
}

package train

import (
	"context"
	"fmt"
	"math"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// evaluationBatch is large enough to keep a device busy and small enough that a page stays awake.
const evaluationBatch = 100

// Evaluate measures the model on d. yield, where not nil, is called after each batch, so that a page can breathe.
func (s *Session) Evaluate(ctx context.Context, d *data.Set, yield func()) (Score, error) {
	return s.EvaluateWith(ctx, d, EvaluateOptions{Yield: yield})
}

// EvaluateOptions say how to evaluate. With one of Views, Draws, Dropout and Augment set, the probabilities of several
// passes are averaged; see average.
type EvaluateOptions struct {
	Batch int    // samples at a time; 0 means 100
	Yield func() // called after each batch, where not nil

	Views   []View  // each is one pass, or Draws passes; none: the pictures as they are
	Draws   int     // passes for each view, each with other random numbers; 0 means 1
	Dropout bool    // units are dropped as in training
	Augment Augment // pictures are changed as in training; Mixup is not for this
	Seed    uint32  // of the random numbers
}

func (o EvaluateOptions) defaults() (EvaluateOptions, error) {
	if o.Batch == 0 {
		o.Batch = evaluationBatch
	}
	if o.Batch < 1 {
		return o, fmt.Errorf("train: evaluation: got batch %d, want 1 or more", o.Batch)
	}
	return o, o.checkPasses()
}

// EvaluateWith is Evaluate with options. A loss that is not a number is an ErrDiverged; a set without a single label that
// counts is an ErrData.
func (s *Session) EvaluateWith(ctx context.Context, d *data.Set, o EvaluateOptions) (Score, error) {
	o, err := o.defaults()
	if err != nil {
		return Score{}, err
	}
	if err := o.Augment.check(s.model.InputShape()); err != nil {
		return Score{}, err
	}
	if err := s.checkData(d, d.CheckForm); err != nil {
		return Score{}, err
	}
	sc, loss := newScore(s.classes), 0.0
	err = eachBatch(ctx, d.Len(), o, func(index []int32) error {
		evaluate := s.evaluateBatch
		if o.averages() {
			evaluate = s.averageBatch
		}
		l, err := evaluate(ctx, d, index, o, &sc)
		loss += l
		return err
	})
	switch {
	case err != nil:
		return Score{}, err
	case math.IsNaN(loss) || math.IsInf(loss, 0):
		return Score{}, fmt.Errorf("train: evaluation: %w: it is %g", ErrDiverged, loss)
	case sc.Count == 0:
		return Score{}, fmt.Errorf("train: evaluation: none of the %d samples has a label that counts: %w", d.Len(), ErrData)
	}
	sc.finish(loss)
	return sc, nil
}

// eachBatch calls f with the samples 0 to n-1 in batches; the last one is filled up with -1.
func eachBatch(ctx context.Context, n int, o EvaluateOptions, f func(index []int32) error) error {
	index := make([]int32, o.Batch)
	for at := 0; at < n; at += len(index) {
		for i := range index {
			index[i] = int32(at + i)
			if at+i >= n {
				index[i] = -1
			}
		}
		if err := f(index); err != nil {
			return err
		}
		if o.Yield != nil {
			o.Yield()
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// evaluateBatch adds a batch to sc and returns the sum of its losses.
func (s *Session) evaluateBatch(ctx context.Context, d *data.Set, index []int32, _ EvaluateOptions, sc *Score) (loss float64, err error) {
	t, err := s.onSet(ctx, d, fmt.Sprintf("evaluate %d", len(index)), func() (*graph.Graph, error) {
		return EvaluationGraph(s.model, len(index), tableOf(testPlace, d))
	}, []string{"loss", "label", "predicted", "rank"}, plan.Int32s(graph.Shape{len(index)}, index...))
	if err != nil {
		return 0, err
	}
	for i, l := range t[1].F32 {
		if l >= 0 {
			sc.add(int(l), int(t[2].I32[i]), int(t[3].F32[i]))
		}
	}
	return float64(t[0].F32[0]), nil
}

// testPlace is where the data set lies that is evaluated.
const testPlace = "test"

// onSet runs a program once that reads d at testPlace, and returns the outputs asked for.
func (s *Session) onSet(ctx context.Context, d *data.Set, purpose string, build func() (*graph.Graph, error), outputs []string, in ...plan.Tensor) ([]plan.Tensor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, graph.ErrClosed
	}
	if err := s.use(testPlace, d); err != nil {
		return nil, err
	}
	e, err := s.executable(s.forward(ctx, purpose, build))
	if err != nil {
		return nil, err
	}
	if err := e.Run(in...); err != nil {
		return nil, err
	}
	return e.Fetch(outputs...)(ctx)
}

// EvaluationGraph measures a batch of the data set on the device.
//
// Input: index i32 [batch]. Outputs: loss, the sum over the labels that count; and for each label its class in label, or
// -1 where it does not count, the most probable class in predicted (i32), and in rank how many classes are more probable
// than the label's, which says for every k whether the label is among the top k. An index below 0 counts for nothing, and
// neither does a label that is no class.
func EvaluationGraph(m Model, batch int, d Table) (*graph.Graph, error) {
	g := graph.New()
	b := layer.NewBuilder(g)
	index := g.Input("index", graph.I32, graph.Shape{batch})
	logits, labels, err := batchLogits(b, m, index, d)
	if err != nil {
		return nil, err
	}
	g.Layer = "score"
	each, err := op.CrossEntropy(g, logits, labels)
	if err != nil {
		return nil, err
	}
	classes := logits.Shape[len(logits.Shape)-1]
	counting := countingLabels(g, index, labels, classes)
	v, n, c := expr.V, expr.New, expr.C
	axes := make([]int, len(each.Shape))
	for i := range axes {
		axes[i] = i
	}
	counts := op.Map(g, n(expr.Select, n(expr.Greater, v(1), c(-0.5)), v(0), c(0)), each, counting)
	g.Output("loss", op.Sum(g, counts, axes...))
	g.Output("label", counting)
	g.Output("predicted", op.ArgMax(g, logits))
	rank, err := rankOf(g, logits, counting)
	if err != nil {
		return nil, err
	}
	g.Output("rank", rank)
	return g, nil
}

// countingLabels returns the labels as numbers, with -1 for those that do not count.
func countingLabels(g *graph.Graph, index, labels *graph.Value, classes int) *graph.Value {
	v, n, c := expr.V, expr.New, expr.C
	sample := make(graph.Shape, len(labels.Shape)) // a label may stand for a pixel
	for i := range sample {
		sample[i] = 1
	}
	sample[0] = index.Shape[0]
	none := n(expr.Max, n(expr.Greater, c(-0.5), v(0)), n(expr.Max, n(expr.Greater, c(-0.5), v(1)), n(expr.Greater, v(1), c(float64(classes)-0.5))))
	return op.Map(g, n(expr.Select, none, c(-1), v(1)), op.Reshape(g, index, sample), labels)
}

// rankOf counts for each label the classes with a larger logit, and those with the same that come before it, as ArgMax
// takes the first. What is not a number comes before everything.
func rankOf(g *graph.Graph, logits, labels *graph.Value) (*graph.Value, error) {
	s := logits.Shape
	classes, last := s[len(s)-1], len(s)-1
	numbers := make([]float32, classes)
	for i := range numbers {
		numbers[i] = float32(i)
	}
	class := g.Const(graph.Shape{classes}, numbers...)
	column := append(s[:last].Clone(), 1)
	label := op.Reshape(g, labels, column)
	v, n, c := expr.V, expr.New, expr.C
	own := n(expr.Select, n(expr.Equal, v(1), v(2)), v(0), c(0))
	sum := op.ReduceAttrs{Kind: op.ReduceSum, Axes: []int{last}, Keep: true, Expr: own}
	logit, err := op.Apply(g, op.ReduceOp, sum, logits, class, label)
	if err != nil {
		return nil, err
	}
	// Variables: logit of a class, class, label, logit of the label.
	tie := n(expr.Select, n(expr.Equal, v(3), v(0)), n(expr.Greater, v(2), v(1)), c(1))
	ahead := n(expr.Select, n(expr.Greater, v(3), v(0)), c(0), tie)
	sum.Keep, sum.Expr = false, n(expr.Select, n(expr.Equal, v(1), v(2)), c(0), ahead)
	rank, err := op.Apply(g, op.ReduceOp, sum, logits, class, label, logit[0])
	if err != nil {
		return nil, err
	}
	return rank[0], nil
}

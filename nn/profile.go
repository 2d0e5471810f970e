package nn

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// Plan is the program of a net's forward pass or training step.
type Plan struct {
	*plan.Program
	Text     string // of the net, in normal form
	Batch    int
	Training bool

	classes   int
	graph     *graph.Graph
	optimizer train.Optimizer
}

// PlanOptions say what is planned.
type PlanOptions struct {
	Batch    int      // samples, at least 1
	Training bool     // a step of training with momentum, as Train does it; otherwise probabilities, as Predict gives them
	Fused    []string // what the device has, of plan.Info
}

// NewPlan plans the net that text describes. An error of the text is a *spec.Error, which says where.
func NewPlan(text string, o PlanOptions) (*Plan, error) {
	if o.Batch < 1 {
		return nil, graph.Shapef("nn: batch: got %d, want 1 or more", o.Batch)
	}
	n, err := spec.Parse(text)
	if err != nil {
		return nil, err
	}
	p := &Plan{Text: spec.Format(n), Batch: o.Batch, Training: o.Training}
	if p.graph, err = train.PredictionGraph(model{n}, o.Batch); err != nil {
		return nil, err
	}
	probs := p.graph.Outputs[0].Value.Shape
	p.classes = probs[len(probs)-1]
	if o.Training {
		if p.optimizer, err = (train.Optimizer{Kind: "momentum"}).Defaults(); err != nil {
			return nil, err
		}
		if p.graph, err = train.TrainingGraph(model{n}, o.Batch, p.optimizer, train.Table{Place: "train", Count: o.Batch}); err != nil {
			return nil, err
		}
	}
	p.Program = plan.Build(p.graph, plan.Options{Fused: o.Fused})
	return p, nil
}

// Profile is how long runs of a plan take.
type Profile struct {
	RunMilliseconds float64 // of a whole run with waiting for its outputs
	Steps           []StepTime
}

// StepTime is how long a step of a plan takes by itself; see plan.Profiler.
type StepTime struct {
	Op, Layer    string
	Shape        []int // of the first output
	FLOPs        int   // by the operation's definition, whatever way the device takes
	Milliseconds float64
}

// GFLOPs returns 10⁹ floating-point operations a second, or 0 where the step has none or the clock did not see it.
func (s StepTime) GFLOPs() float64 {
	if s.Milliseconds <= 0 {
		return 0
	}
	return float64(s.FLOPs) / s.Milliseconds / 1e6
}

// Milliseconds is the sum over the steps.
func (p *Profile) Milliseconds() float64 {
	sum := 0.0
	for _, s := range p.Steps {
		sum += s.Milliseconds
	}
	return sum
}

// warm is for how long a plan runs before anything is timed: engines optimise in the background meanwhile.
const warm = 300 * time.Millisecond

// Profile runs the plan on dev with fresh weights and random samples: some runs to get warm, runs that are timed whole, and
// as many that are timed by steps. It fails with graph.ErrUnsupported if dev cannot time steps.
func (p *Plan) Profile(ctx context.Context, dev plan.Device, runs int) (*Profile, error) {
	st, err := dev.NewStore()
	if err != nil {
		return nil, err
	}
	defer st.Close()
	for i, b := range p.Persistent {
		if err := st.Write(b.Name, p.value(b, i)); err != nil {
			return nil, err
		}
	}
	e, err := dev.Compile(ctx, p.Program, st)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	profiler, ok := e.(plan.Profiler)
	if !ok {
		return nil, fmt.Errorf("nn: the backend %s cannot time steps: %w", dev.Info().Backend, graph.ErrUnsupported)
	}
	var in []plan.Tensor
	for i, b := range p.Inputs {
		in = append(in, p.value(b, i))
	}
	whole := func(runs int) ([]time.Duration, error) {
		return plan.TimeSteps(ctx, runs, 1, func() error { return nil }, func(int) error {
			if err := e.Run(in...); err != nil {
				return err
			}
			_, err := e.Fetch(p.Outputs[0].Name)(ctx)
			return err
		})
	}
	for begin := time.Now(); time.Since(begin) < warm; {
		if _, err := whole(1); err != nil {
			return nil, err
		}
	}
	run, err := whole(runs)
	if err != nil {
		return nil, err
	}
	times, err := profiler.Profile(ctx, runs, in...)
	if err != nil {
		return nil, err
	}
	out := &Profile{RunMilliseconds: milliseconds(run[0])}
	for i, s := range p.Steps {
		n := s.Node
		out.Steps = append(out.Steps, StepTime{Op: n.Op, Layer: n.Layer, Shape: n.Out[0].Shape, FLOPs: op.FLOPs(n), Milliseconds: milliseconds(times[i])})
	}
	return out, nil
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

// value is what an input or a persistent value, the i-th, holds when a profile begins.
func (p *Plan) value(b plan.Binding, i int) plan.Tensor {
	n := b.Shape.Elems()
	t := plan.Tensor{Shape: b.Shape, Type: b.Type.Type}
	v := p.graph.Values[slices.IndexFunc(p.graph.Values, func(v *graph.Value) bool { return v.Name == b.Name })]
	hyper := slices.Index(train.Hypers, b.Name)
	switch {
	case t.Type == graph.U8:
		t.U8 = randomBytes(n)
	case t.Type == graph.I32: // indices, labels, the state of the generator
		limit := p.Batch
		if strings.HasSuffix(b.Name, ".labels") {
			limit = p.classes
		}
		for k := range n {
			t.I32 = append(t.I32, int32(k%limit))
		}
	case hyper >= 0:
		t.F32 = p.optimizer.At(1, 0.001)[hyper:][:1]
	case v.Role == graph.Parameter || v.Role == graph.State:
		t.F32 = op.InitialValues(v.Init, 1, i, n)
	default: // samples
		for _, x := range randomBytes(n) {
			t.F32 = append(t.F32, float32(x))
		}
	}
	return t
}

func randomBytes(n int) []byte {
	b := make([]byte, (n+15)/16*16)
	for i := 0; i < n; i += 16 {
		for k, w := range op.Philox([4]uint32{uint32(i)}, [2]uint32{1}) {
			binary.LittleEndian.PutUint32(b[i+4*k:], w)
		}
	}
	return b[:n]
}

package plan_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/fovea-nn/fovea/internal/randnet"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/null"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

const vgg16 = `INPUT 224x224x3
  -> [CONV 3x3x64 pad 1 -> RELU]*2 -> POOL 2 -> [CONV 3x3x128 pad 1 -> RELU]*2 -> POOL 2
  -> [CONV 3x3x256 pad 1 -> RELU]*3 -> POOL 2 -> [[CONV 3x3x512 pad 1 -> RELU]*3 -> POOL 2]*2
  -> FC 4096 -> RELU -> DROPOUT 0.5 -> FC 4096 -> RELU -> DROPOUT 0.5 -> FC 1000`

// named are nets with names, and shapes that are hard for a planner.
var named = map[string]string{
	"VGG-16": vgg16,
	"AlexNet": `INPUT 229x227x3 -> CONV 11x11x96 stride 4 -> RELU -> POOL 3 stride 2 -> CONV 5x5x256 pad 2 -> RELU -> POOL 3 stride 2
		-> [CONV 3x3x384 pad 1 -> RELU]*2 -> CONV 3x3x256 pad 1 -> RELU -> POOL 3 stride 2 -> [FC 4096 -> RELU]*2 -> FC 1000`,
	"LeNet":           `INPUT 28x28x1 -> CONV 5x5x20 -> RELU -> POOL 2 -> CONV 5x5x50 -> RELU -> POOL 2 -> FC 500 -> RELU -> FC 10`,
	"deep and narrow": "INPUT 64x64x3 -> [CONV 3x3x8 pad 1 -> RELU]*40 -> GAP -> FC 10",
	"hourglass":       "INPUT 64x64x3 -> [CONV 3x3x64 pad 1 -> RELU -> CONV 3x3x4 pad 1 -> RELU -> CONV 1x1x8 -> RELU]*4 -> GAP -> FC 10",
	"one layer":       "INPUT 32x32x3 -> FC 10",
	"plateaus":        "INPUT 33x31x3 -> CONV 3x3x7 -> TANH -> CONV 5x5x30 pad 2 -> POOL 3 stride 2 ceil -> CONV 1x1x90 -> SIGMOID -> AVGPOOL 2 -> CONV 1x1x11 -> FC 100 -> FC 7",
}

type specModel struct{ *spec.Net }

func (m specModel) Logits(b *layer.Builder, x *graph.Value) (*graph.Value, error) {
	logits, _, err := m.Build(b, x)
	return logits, err
}

func model(t testing.TB, text string) train.Model {
	t.Helper()
	n, err := spec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return specModel{n}
}

// TestForwardMemoryIsNearItsBound: slots, which cannot be cut up, take at most 1.15 times what lives at one time.
func TestForwardMemoryIsNearItsBound(t *testing.T) {
	for name, text := range named {
		for _, batch := range []int{1, 32} {
			g, err := train.PredictionGraph(model(t, text), batch)
			if err != nil {
				t.Fatal(err)
			}
			for kind, opt := range map[string]plan.Options{"all fused": {Fused: null.Fused}, "partly fused": {}, "plain": {Plain: true}} {
				p := plan.Build(g, opt)
				m := p.Memory()
				t.Logf("%s, batch %d, %s: bound %d planned %d (%.3f times) naive %d bytes", name, batch, kind,
					m.LowerBoundBytes, m.PlannedBytes, float64(m.PlannedBytes)/float64(m.LowerBoundBytes), m.NaiveBytes)
				if err := null.Check(p); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if float64(m.PlannedBytes) > 1.15*float64(m.LowerBoundBytes) {
					t.Errorf("%s, batch %d, %s: planned %d bytes, want at most 1.15 times the bound %d", name, batch, kind, m.PlannedBytes, m.LowerBoundBytes)
				}
			}
		}
	}
}

// TestRandomMemory: whatever the net, no plan is below its bound or above what it takes without sharing, and the bound
// is what a count of live values by hand gives.
func TestRandomMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		net := randnet.Generator().Draw(t, "net")
		for _, opt := range []plan.Options{{Fused: null.Fused}, {}, {Plain: true}} {
			p := plan.Build(net.Graph, opt)
			m := p.Memory()
			if m.PlannedBytes != p.MemoryBytes() || m.LowerBoundBytes > m.PlannedBytes || m.PlannedBytes > m.NaiveBytes {
				t.Fatalf("bound %d, planned %d, naive %d bytes: want them to ascend\n%v", m.LowerBoundBytes, m.PlannedBytes, m.NaiveBytes, p)
			}
			if want := mostLive(p); m.LowerBoundBytes != want {
				t.Fatalf("bound %d bytes, want %d\n%v", m.LowerBoundBytes, want, p)
			}
		}
	})
}

// mostLive counts for each step, by looking back and forth from it, what the slots hold that is needed.
func mostLive(p *plan.Program) int {
	most := 0
	for at := -1; at < len(p.Steps); at++ { // -1: the inputs have just been written
		now := 0
		for k, s := range p.Slots {
			if s.Name == "" && needed(p, k, at) {
				now += held(p, k, at)
			}
		}
		most = max(most, now)
	}
	return most
}

// needed reports whether slot k is in use during step at: it is written or read then, or read later before it is
// written anew, and was written before.
func needed(p *plan.Program, k, at int) bool {
	if slices.ContainsFunc(p.Constants, func(c plan.Constant) bool { return c.Slot == k }) {
		return true
	}
	if at == -1 && slices.ContainsFunc(p.Inputs, func(b plan.Binding) bool { return b.Slot == k }) {
		return true
	}
	if at >= 0 && (slices.Contains(p.Steps[at].In, k) || slices.Contains(p.Steps[at].Out, k)) {
		return true
	}
	for _, s := range p.Steps[at+1:] {
		if slices.Contains(s.In, k) {
			return held(p, k, at) > 0
		}
		if slices.Contains(s.Out, k) {
			return false
		}
	}
	return slices.ContainsFunc(p.Outputs, func(o plan.Binding) bool { return o.Slot == k }) && held(p, k, at) > 0
}

// held returns the size of the value in slot k during step at.
func held(p *plan.Program, k, at int) int {
	for i := at; i >= 0; i-- {
		if j := slices.Index(p.Steps[i].Out, k); j >= 0 {
			v := p.Steps[i].Node.Out[j]
			return v.Shape.Elems() * v.Type.Bytes()
		}
	}
	for _, b := range p.Inputs {
		if b.Slot == k {
			return b.Shape.Elems() * b.Type.Type.Bytes()
		}
	}
	for _, c := range p.Constants {
		if c.Slot == k {
			return 4 * len(c.Data)
		}
	}
	return 0
}

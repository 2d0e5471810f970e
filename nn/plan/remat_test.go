package plan_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/fovea-nn/fovea/internal/randnet"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/expr"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/op/opcases"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/plan/null"
	"github.com/fovea-nn/fovea/nn/train"
)

// trainingGraph is one step of momentum on a data set of 7 samples.
func trainingGraph(t *testing.T, text string, batch int) *graph.Graph {
	t.Helper()
	o, err := train.Optimizer{Kind: "momentum", Momentum: 0.9}.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	g, err := train.TrainingGraph(model(t, text), batch, o, train.Table{Place: "train", Count: 7})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestRematSavesMemory: a deep net takes clearly less, and computes at most its forward pass twice.
func TestRematSavesMemory(t *testing.T) {
	for _, c := range []struct {
		name, text    string
		memory, flops float64 // at most, relative to the plan without
	}{
		{"16 layers", "INPUT 32x32x3 -> [CONV 3x3x16 pad 1 -> RELU]*16 -> GAP -> FC 10", 0.5, 1.34},
		{"64 layers", "INPUT 32x32x3 -> [CONV 3x3x16 pad 1 -> TANH]*64 -> GAP -> FC 10", 0.3, 1.34},
		{"stages", "INPUT 32x32x3 -> [[CONV 3x3x16 pad 1 -> RELU]*4 -> POOL 2]*4 -> FC 10", 0.75, 1.34},
	} {
		g := trainingGraph(t, c.text, 32)
		for _, opt := range []plan.Options{{Fused: null.Fused}, {}} {
			without := plan.Build(g, opt)
			opt.Remat = plan.LeastMemory
			with := plan.Build(g, opt)
			if err := null.Check(with); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			memory := float64(with.MemoryBytes()) / float64(without.MemoryBytes())
			flops := float64(with.FLOPs()) / float64(without.FLOPs())
			t.Logf("%s: %d instead of %d bytes (%.2f times), %.2f times the operations", c.name, with.MemoryBytes(), without.MemoryBytes(), memory, flops)
			if memory > c.memory || flops > c.flops || flops <= 1 {
				t.Errorf("%s: %.2f times the memory, %.2f times the operations, want at most %.2f and %.2f", c.name, memory, flops, c.memory, c.flops)
			}
		}
	}
}

// TestRematBudget: no more is computed twice than the budget asks for.
func TestRematBudget(t *testing.T) {
	g := trainingGraph(t, "INPUT 32x32x3 -> [CONV 3x3x16 pad 1 -> RELU]*16 -> GAP -> FC 10", 32)
	free := plan.Build(g, plan.Options{})
	flops := free.FLOPs()
	if p := plan.Build(g, plan.Options{Remat: free.MemoryBytes()}); p.FLOPs() != flops || p.MemoryBytes() != free.MemoryBytes() {
		t.Errorf("a budget of what is needed anyway: %d operations in %d bytes, want %d in %d", p.FLOPs(), p.MemoryBytes(), flops, free.MemoryBytes())
	}
	for _, percent := range []int{90, 50} {
		budget := free.MemoryBytes() / 100 * percent
		p := plan.Build(g, plan.Options{Remat: budget})
		if p.MemoryBytes() > budget || p.FLOPs() <= flops {
			t.Errorf("budget %d: %d bytes and %d operations, want no more bytes and more than %d operations", budget, p.MemoryBytes(), p.FLOPs(), flops)
		}
		flops = p.FLOPs()
	}
}

// TestRematKeepsEveryBit: loss, parameters and momenta after a step are the same to the bit, dropout's draws included.
func TestRematKeepsEveryBit(t *testing.T) {
	for _, text := range []string{
		"INPUT 12x12x2 -> [CONV 3x3x6 pad 1 -> RELU]*6 -> POOL 2 -> FC 5",
		"INPUT 12x12x2 -> [CONV 3x3x6 pad 1 -> TANH -> DROPOUT 0.3]*4 -> AVGPOOL 2 -> FC 9 -> SIGMOID -> DROPOUT 0.5 -> FC 5",
		"INPUT 13x11x3 -> [CONV 3x3x5 pad 1 -> RELU -> POOL 2 ceil]*3 -> FC 8 -> RELU -> FC 4",
		"INPUT 9x9x1 -> [CONV 3x3x4 pad same -> SIGMOID]*5 -> GAP -> FC 3",
	} {
		net := &randnet.Net{Graph: trainingGraph(t, text, 6), Given: map[string]*op.Tensor{}}
		for i, v := range net.Graph.Values {
			if v.Node == nil && v.Role != graph.Constant {
				lo, hi := -0.5, 0.5
				if v.Type != graph.F32 {
					lo, hi = 0, 3
				}
				net.Given[v.Name] = opcases.Input{Shape: v.Shape, Type: v.Type, Lo: lo, Hi: hi}.Draw(uint32(i + 1))
			}
		}
		for _, opt := range []plan.Options{{Plain: true}, {}, {Fused: null.Fused}} {
			want, err := net.Run(cpu.New(1), plan.BuildCut(net.Graph, opt, 0))
			if err != nil {
				t.Fatal(err)
			}
			for parts := 2; parts < 6; parts++ {
				p := plan.BuildCut(net.Graph, opt, parts)
				if p.FLOPs() <= plan.BuildCut(net.Graph, opt, 0).FLOPs() {
					t.Errorf("%s: %d parts: nothing is computed twice", text, parts)
				}
				got, err := net.Run(cpu.New(2), p)
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s: plain %v, %d parts: %v\n%v", text, opt.Plain, parts, randnet.Differs(got, want, 0), p)
				}
			}
		}
	}
}

// TestRematUpdatesOnce: a state that the forward pass reads and updates, such as a running mean, takes its new value
// once, and what is computed a second time reads the old one.
func TestRematUpdatesOnce(t *testing.T) {
	n := &net{graph.New(), map[string]*op.Tensor{}}
	running := n.State("running", graph.F32, graph.Shape{}, graph.Init{})
	n.given["running"] = opcases.F().Draw(3)
	x := n.in(8, 8)
	w := n.in(8, 8)
	for i := range 6 {
		x = n.tanh(n.apply(op.MatMul, op.MatMulAttrs{}, x, w))
		if i == 2 {
			mixed := expr.New(expr.Add, expr.New(expr.Mul, expr.V(0), expr.C(0.9)), expr.New(expr.Mul, expr.V(1), expr.C(0.1)))
			n.Assign(running, op.Map(n.Graph, mixed, running, n.sum(x)))
			x = n.add(x, running)
		}
	}
	loss := n.sum(x)
	n.out("loss", loss)
	grads, err := op.Gradients(n.Graph, loss, []*graph.Value{w})
	if err != nil {
		t.Fatal(err)
	}
	n.out("dw", grads[0])
	net := &randnet.Net{Graph: n.Graph, Given: n.given}
	want, err := net.Run(cpu.New(1), plan.BuildCut(n.Graph, plan.Options{}, 0))
	if err != nil {
		t.Fatal(err)
	}
	for parts := 2; parts < 5; parts++ {
		p := plan.BuildCut(n.Graph, plan.Options{}, parts)
		if err := null.Check(p); err != nil {
			t.Error(err)
		}
		got, err := net.Run(cpu.New(1), p)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%d parts: %v\n%v", parts, fmt.Sprint(got, want, err), p)
		}
	}
}

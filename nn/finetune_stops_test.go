package nn_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/plan"
	"github.com/fovea-nn/fovea/nn/train"
)

// counted is a device that counts what is open on it.
type counted struct {
	plan.Device
	open int
}

type countedStore struct {
	plan.Store
	d *counted
}

type countedExecutable struct {
	plan.Executable
	d *counted
}

func (d *counted) NewStore() (plan.Store, error) {
	s, err := d.Device.NewStore()
	d.open++
	return countedStore{s, d}, err
}

func (d *counted) Compile(ctx context.Context, p *plan.Program, s plan.Store) (plan.Executable, error) {
	e, err := d.Device.Compile(ctx, p, s.(countedStore).Store)
	if err == nil {
		d.open++
		e = countedExecutable{e, d}
	}
	return e, err
}

func (s countedStore) Close() error      { s.d.open--; return s.Store.Close() }
func (e countedExecutable) Close() error { e.d.open--; return e.Executable.Close() }

// TestFineTuneStops: a context that ends, or Wait, stops each stage, and nothing is left on the device.
func TestFineTuneStops(t *testing.T) {
	n, err := nn.New(cpu.New(1), figureText, nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	set, validation := others()
	enough := errors.New("enough")
	for _, stage := range []nn.FineTuneStage{nn.StageFeatures, nn.StageHead, nn.StageLayers, ""} {
		for _, waits := range []bool{false, true} {
			d := &counted{Device: cpu.New(1)}
			ctx, cancel := context.WithCancel(context.Background())
			now, want := nn.FineTuneStage("none"), context.Canceled
			o := nn.FineTuneOptions{Layers: 1, Epochs: 2, Validation: validation, Observe: func(e nn.FineTuneEvent) {
				if now = e.Stage; e.Stage == stage && e.Done > 0 && !waits {
					cancel()
				}
			}}
			if waits {
				want = enough
				o.Wait = func(context.Context) error {
					if now == stage {
						return enough
					}
					return nil
				}
			}
			tuned, _, err := n.FineTune(ctx, d, set, o)
			cancel()
			switch {
			case stage == "" && err != nil:
				t.Error(err)
			case stage == "":
				if d.open != 1 {
					t.Errorf("%d stores and programs are open, want the new net's store", d.open)
				}
				tuned.Close()
			case !errors.Is(err, want) || tuned != nil:
				t.Errorf("%s: got %v, want %v", stage, err, want)
			case d.open != 0:
				t.Errorf("%s: %d stores and programs are still open", stage, d.open)
			}
			d.Close()
		}
	}
}

func TestFineTuneErrors(t *testing.T) {
	good, _ := others()
	with := func(change func(s *data.Set)) *data.Set {
		s := *good
		change(&s)
		return &s
	}
	nobody := with(func(s *data.Set) { s.Classes = append(slices.Clone(s.Classes), "circle") })
	for _, c := range []struct {
		name, text string
		set        *data.Set
		o          nn.FineTuneOptions
		kind       error
		says       string
	}{
		{"one class", small, with(func(s *data.Set) { s.Classes, s.Labels = []string{"all"}, make([]int32, 60) }), nn.FineTuneOptions{}, train.ErrData, "two or more"},
		{"a class without samples", small, nobody, nn.FineTuneOptions{}, train.ErrData, `"circle" has no samples`},
		{"no samples", small, with(func(s *data.Set) { s.Images, s.Labels = nil, nil }), nn.FineTuneOptions{}, train.ErrData, "no samples"},
		{"another size", "INPUT 8x8x1 -> FC 3", good, nn.FineTuneOptions{}, train.ErrData, "takes samples of [8,8,1], the data has [12,12,1]"},
		{"labels of pixels", small, with(func(s *data.Set) { s.LabelShape, s.Labels = []int{12, 12}, slices.Repeat(s.Labels, 144) }), nn.FineTuneOptions{}, train.ErrData, "one a sample"},
		{"validation of other classes", small, good, nn.FineTuneOptions{Validation: nobody}, train.ErrData, "4 classes"},
		{"validation of another size", small, good, nn.FineTuneOptions{Validation: noise(3, []int{8, 8, 1}, 3)}, train.ErrData, "validation: "},
		{"places", "INPUT 12x12x1 -> CONV 1x1x3 -> PIXELS", good, nn.FineTuneOptions{}, graph.ErrUnsupported, "[12,12] places"},
		{"no weights", "INPUT 12x12x1 -> POOL 4 -> FLATTEN", good, nn.FineTuneOptions{}, graph.ErrUnsupported, "no layer with weights"},
		{"a way around", "INPUT 144x1 series -> FLATTEN -> { FC 144 | } add", noise(300, []int{144, 1}, 3), nn.FineTuneOptions{}, graph.ErrUnsupported, "alone"},
		{"scores of two layers", "INPUT 12x12x1 -> { FC 3 | POOL 2 -> FC 3 } add", good, nn.FineTuneOptions{}, graph.ErrUnsupported, "alone"},
		{"too many layers", small, good, nn.FineTuneOptions{Layers: 2}, graph.ErrUnsupported, "has 1 with weights"},
		{"a number below 0", small, good, nn.FineTuneOptions{Batch: -1}, nil, "batch -1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := nn.New(cpu.New(1), c.text, nil, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			d := &counted{Device: cpu.New(1)}
			defer d.Close()
			_, _, err = n.FineTune(context.Background(), d, c.set, c.o)
			if err == nil || c.kind != nil && !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %v with %q", err, c.kind, c.says)
			}
			if d.open != 0 {
				t.Errorf("%d stores and programs are open", d.open)
			}
		})
	}
}

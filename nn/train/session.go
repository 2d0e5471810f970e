package train

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
	"sync"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/op"
	"github.com/fovea-nn/fovea/nn/plan"
)

// Session is a model with its weights on a device. Its methods may be called from several goroutines: each waits for
// the step that runs.
type Session struct {
	model   Model
	classes int
	places  graph.Shape // of a sample that have a label; none: the sample has one
	seed    uint32

	mu    sync.Mutex
	dev   plan.Device
	store plan.Store
	exes  map[purpose]plan.Executable // by what they are for
	// weights is everything that persists but the data sets, as it was when last read; a device that is lost does not
	// take it along.
	weights map[string]plan.Tensor
	copied  int      // position of weights
	order   []string // of weights
	data    map[string]*data.Set
	// position is how many training steps the weights on the device have behind them, those on their way included.
	position  int
	run       progress // of the run that goes on, or went on last; its Step is position
	copiedRun progress // as it was when the weights were read
	plain     bool     // averages of the weights are not used
	changing  bool     // something changed the values on the device, or may: before, it has nothing that weights have not
	closed    bool
}

// ErrDiverged says that the loss is not a number any more.
var ErrDiverged = errors.New("the loss is not a number any more")

// maxWeightBytes bounds the weights: a session keeps them twice, and a 32-bit program has 4 GiB in all.
const maxWeightBytes = 1 << 30

// NewSession puts a model with fresh weights onto dev, which it owns from now on. The same seed gives the same weights.
func NewSession(dev plan.Device, m Model, seed uint32) (*Session, error) {
	classes, places, err := outputOf(m)
	if err != nil {
		return nil, err
	}
	g, err := PredictionGraph(m, 1)
	if err != nil {
		return nil, err
	}
	bytes := 0
	for _, p := range g.Params() {
		if bytes += 4 * min(p.Shape.Elems(), maxWeightBytes); bytes > maxWeightBytes {
			return nil, fmt.Errorf("train: the net's weights take more than %d MiB; use smaller layers: %w", maxWeightBytes>>20, graph.ErrOutOfMemory)
		}
	}
	s := &Session{model: m, classes: classes, places: places, seed: seed, dev: dev, data: map[string]*data.Set{}, weights: map[string]plan.Tensor{}}
	s.addWeights(g)
	if err := s.place(dev); err != nil {
		return nil, err
	}
	return s, nil
}

// addWeights gives starting values to every parameter and state of g that the session does not have yet.
func (s *Session) addWeights(g *graph.Graph) (added []string) {
	stream := 0
	for _, v := range g.Values {
		if v.Role != graph.Parameter && v.Role != graph.State || strings.HasPrefix(v.Name, "data.") {
			continue
		}
		if v.Role == graph.Parameter {
			stream++
		}
		if _, ok := s.weights[v.Name]; ok {
			continue
		}
		if first, ok := firstAverage(s.weights, v.Name); ok {
			s.weights[v.Name] = first
		} else {
			s.weights[v.Name] = plan.Float32s(v.Shape, op.InitialValues(v.Init, s.seed, stream, v.Shape.Elems())...)
		}
		s.order = append(s.order, v.Name)
		added = append(added, v.Name)
	}
	return added
}

// place makes a store on dev and fills it.
func (s *Session) place(dev plan.Device) error {
	st, err := dev.NewStore()
	if err != nil {
		return err
	}
	for _, name := range s.order {
		if err := st.Write(name, s.weights[name]); err != nil {
			st.Close()
			return err
		}
	}
	for place, d := range s.data {
		if err := writeData(st, place, d); err != nil {
			st.Close()
			return err
		}
	}
	s.dev, s.store, s.exes = dev, st, map[purpose]plan.Executable{}
	return nil
}

// Info describes the device in use.
func (s *Session) Info() plan.Info {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dev.Info()
}

// Classes returns how many classes the model tells apart.
func (s *Session) Classes() int { return s.classes }

// Places returns where in a sample the model tells classes, [H,W] of a picture; it is empty where the sample has one.
func (s *Session) Places() graph.Shape { return s.places.Clone() }

// checkData returns an error, in words for a user, if d cannot be used with this model. check is the set's own: one to
// train on must have pictures of each class, one to test with need not.
func (s *Session) checkData(d *data.Set, check func() error) error {
	if err := s.checkShape(d); err != nil {
		return err
	}
	if len(d.Classes) != s.classes {
		return fmt.Errorf("train: the net tells %d classes apart, the data has %d; end the net with %s: %w", s.classes, len(d.Classes), endFor(d), ErrData)
	}
	if !s.places.Equal(d.LabelShape) {
		at := ""
		if len(d.LabelShape) > 0 {
			at = " behind a map of " + sizes(d.LabelShape)
		}
		return fmt.Errorf("train: the net gives classes for %s of a sample, the data has labels for %s; end the net with %s%s: %w", placesInWords(s.places), placesInWords(d.LabelShape), endFor(d), at, ErrData)
	}
	if err := check(); err != nil {
		return fmt.Errorf("train: %w: %w", err, ErrData)
	}
	return nil
}

func (s *Session) checkShape(d *data.Set) error {
	in := s.model.InputShape()
	if !in.Equal(d.Shape) {
		return fmt.Errorf("train: the net takes samples of %s, the data has %s; write INPUT %s: %w", sizes(in), sizes(d.Shape), inputOf(d.Shape), ErrData)
	}
	return nil
}

// ErrData says that a data set does not fit.
var ErrData = errors.New("data does not fit")

// use puts d onto the device under place, unless it lies there already.
func (s *Session) use(place string, d *data.Set) error {
	if s.data[place] == d {
		return nil
	}
	if s.data[place] == nil {
		if err := writeData(s.store, place, d); err != nil {
			return err
		}
		s.data[place] = d
		return nil
	}
	// A value keeps its size, and another set has another: begin a new store.
	ctx := context.Background()
	if err := s.refresh(ctx); err != nil {
		return err
	}
	s.data[place] = d
	return s.move(ctx, s.dev)
}

// purpose is what a program is for, and how much memory it should take, 0 meaning what it takes.
type purpose struct {
	name   string
	memory int
}

// executable returns the program of a purpose, compiling it on first use.
func (s *Session) executable(ctx context.Context, p purpose, build func() (*graph.Graph, error)) (plan.Executable, error) {
	if s.closed {
		return nil, graph.ErrClosed
	}
	if e := s.exes[p]; e != nil {
		return e, nil
	}
	g, err := build()
	if err != nil {
		return nil, err
	}
	for _, name := range s.addWeights(g) {
		if err := s.store.Write(name, s.weights[name]); err != nil {
			return nil, err
		}
	}
	e, err := s.dev.Compile(ctx, plan.Build(g, plan.Options{Fused: s.dev.Info().Fused, Remat: p.memory}), s.store)
	if err != nil {
		return nil, err
	}
	s.exes[p] = e
	s.changing = s.changing || len(g.Updates) > 0
	return e, nil
}

// snapshot asks for all weights as the steps enqueued so far leave them.
func (s *Session) snapshot() func(context.Context) (map[string]plan.Tensor, error) {
	names := append([]string(nil), s.order...)
	reading := s.store.Fetch(names...)
	return func(ctx context.Context) (map[string]plan.Tensor, error) {
		ts, err := reading(ctx)
		if err != nil {
			return nil, err
		}
		m := map[string]plan.Tensor{}
		for i, t := range ts {
			for k, v := range t.F32 {
				if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
					return nil, fmt.Errorf("train: %s[%d] is %g: %w", names[i], k, v, ErrDiverged)
				}
			}
			m[names[i]] = t
		}
		return m, nil
	}
}

// refresh reads the weights from the device, which may keep them with fewer bits, where they may have changed there.
func (s *Session) refresh(ctx context.Context) error {
	if !s.changing {
		s.copied, s.copiedRun = s.position, s.run
		return nil
	}
	m, err := s.snapshot()(ctx)
	if err == nil {
		s.weights, s.copied, s.copiedRun = m, s.position, s.run
	}
	return err
}

// Weights returns a copy of everything that persists, by name.
func (s *Session) Weights(ctx context.Context) (map[string]plan.Tensor, error) {
	w, _, err := s.Snapshot(ctx)
	return w, err
}

// Snapshot is Weights with the number of training steps that they have behind them.
func (s *Session) Snapshot(ctx context.Context) (weights map[string]plan.Tensor, step int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, 0, graph.ErrClosed
	}
	if err := s.refresh(ctx); err != nil && !errors.Is(err, graph.ErrDeviceLost) {
		return nil, 0, err
	}
	return maps.Clone(s.weights), s.copied, nil
}

// SetWeights takes values by name, which have step training steps behind them. All parameters of the model must be there
// with their shapes; states may be missing. What was known of a run is forgotten. On an error nothing has changed.
func (s *Session) SetWeights(w map[string]plan.Tensor, step int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return graph.ErrClosed
	}
	return s.setWeights(w, step)
}

func (s *Session) setWeights(w map[string]plan.Tensor, step int) error {
	w = perChannel(w, s.model.InputShape())
	if err := checkInput(w, s.model.InputShape()); err != nil {
		return err
	}
	if err := s.checkWeights(w); err != nil {
		return err
	}
	g, err := PredictionGraph(s.model, 1)
	if err != nil {
		return err
	}
	old, order := s.weights, s.order
	s.weights, s.order = map[string]plan.Tensor{}, nil
	for name, t := range w {
		s.weights[name] = t
		s.order = append(s.order, name)
	}
	s.addWeights(g)
	if err := s.move(context.Background(), s.dev); err != nil {
		s.weights, s.order = old, order
		return errors.Join(err, s.move(context.Background(), s.dev))
	}
	s.position, s.copied = step, step
	s.run = progress{RunState: RunState{Step: step}}
	s.copiedRun = s.run
	return nil
}

// Move continues on another device with all weights. The old device is closed. On an error the session stays where it
// was. If the old device is lost, the weights are those of the last copy.
func (s *Session) Move(ctx context.Context, dev plan.Device) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return graph.ErrClosed
	}
	if err := s.refresh(ctx); err != nil && !errors.Is(err, graph.ErrDeviceLost) {
		return err
	}
	return s.move(ctx, dev)
}

func (s *Session) move(_ context.Context, dev plan.Device) error {
	oldDev, oldStore, oldExes := s.dev, s.store, s.exes
	if err := s.place(dev); err != nil {
		return err
	}
	for _, e := range oldExes {
		e.Close()
	}
	oldStore.Close()
	if oldDev != dev {
		oldDev.Close()
	}
	return nil
}

// Close releases everything, the device too.
func (s *Session) Close() error {
	if !s.Detach() {
		return nil
	}
	return s.dev.Close()
}

// Detach releases what the session takes and leaves the device open. It reports whether there was something to release.
func (s *Session) Detach() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.closed = true
	for _, e := range s.exes {
		e.Close()
	}
	s.store.Close()
	return true
}

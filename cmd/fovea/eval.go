package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

// evalFlags are the flags of the command eval.
type evalFlags struct {
	model  modelFlags
	data   dataFlags
	device deviceFlags
	part   string
	batch  int
	json   bool
}

func newEval() *cobra.Command {
	var f evalFlags
	c := &cobra.Command{
		Use:   "eval MODEL DATA",
		Short: "Measure a trained net on a data set",
		Long: `Measure a model on a data set: loss, accuracy, accuracy of the top 5, precision, recall and F1 of each class, and what is taken
for what. Where the model has no names of classes, those of the data are taken in their order.

` + modelHelp + `

` + dataHelp + preparedHelp,
		Example: `  fovea eval mnist.safetensors mnist
  fovea eval resnet18.safetensors --zoo resnet18 imagenet/val
  fovea eval net.onnx photos/ --preprocess torchvision --json`,
		Args: wantArgs("a model and a data set", 2, 2),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0], args[1]) },
	}
	f.model.add(c)
	f.data.add(c)
	f.device.add(c)
	f.addPart(c)
	c.Flags().IntVar(&f.batch, "batch", 100, "samples at a time")
	c.Flags().BoolVar(&f.json, "json", false, "print JSON")
	return c
}

func (f *evalFlags) addPart(c *cobra.Command) {
	c.Flags().StringVar(&f.part, "part", "", "train or test; without it test, or where the data has none all of it")
}

// choose returns the part of the data that was asked for.
func (f *evalFlags) choose(s sets) (*data.Set, error) {
	switch {
	case f.part != "" && f.part != "train" && f.part != "test":
		return nil, usagef("--part: got %q, want train or test", f.part)
	case f.part == "test" && s.test == nil:
		return nil, usagef("--part test: the data has no test part of its own")
	case f.part == "train" || s.test == nil:
		return s.train, nil
	}
	return s.test, nil
}

// open opens a model and the data to look at with it.
func (f *evalFlags) open(c *cobra.Command, model, dataArg string) (*nn.Net, *data.Set, error) {
	n, err := f.model.open(c.Context(), model, &f.device)
	if err != nil {
		return nil, nil, err
	}
	set, err := f.samples(c, n, dataArg)
	if err != nil {
		return nil, nil, errors.Join(err, n.Close())
	}
	return n, set, nil
}

// samples reads the data for a net.
func (f *evalFlags) samples(c *cobra.Command, n *nn.Net, dataArg string) (*data.Set, error) {
	all, err := f.data.openFor(dataArg, n)
	if err != nil {
		return nil, err
	}
	if all.skipped != "" {
		fmt.Fprintln(c.ErrOrStderr(), all.skipped)
	}
	set, err := f.choose(all)
	if err == nil && hasOwnWay(n) && !all.scaled {
		if set, err = preparedSet(n, set); err != nil {
			err = fmt.Errorf("data set %s: %w", dataArg, err)
		}
	}
	return set, err
}

// named numbers the labels of a set as the model has its classes, by name. Where the model has no names, but as many classes, these
// are called as in the set, in its order.
func named(n *nn.Net, set *data.Set) (*data.Set, error) {
	same, err := withClasses(set, n.Classes)
	if err == nil || len(n.Classes) != len(set.Classes) {
		return same, err
	}
	for i, name := range n.Classes {
		if name != strconv.Itoa(i) {
			return nil, err
		}
	}
	n.Classes = set.Classes
	return set, nil
}

func (f *evalFlags) run(c *cobra.Command, model, dataArg string) error {
	if f.batch < 1 {
		return usagef("--batch: got %d, want 1 or more", f.batch)
	}
	n, set, err := f.open(c, model, dataArg)
	if err != nil {
		return err
	}
	defer n.Close()
	if set, err = named(n, set); err != nil {
		return fmt.Errorf("data set %s: %w", dataArg, err)
	}
	s, err := n.EvaluateWith(c.Context(), set, train.EvaluateOptions{Batch: f.batch})
	if err != nil {
		return err
	}
	r := evalOf(s, n.Classes)
	if f.json {
		return printJSON(c.OutOrStdout(), r)
	}
	return writeEval(c.OutOrStdout(), r)
}

// evalJSON is how a net does on a data set. Shares are from 0 to 1.
type evalJSON struct {
	Count     int         `json:"count"` // labels
	Loss      float64     `json:"loss"`
	Accuracy  float64     `json:"accuracy"`
	Top5      *float64    `json:"top5,omitempty"` // of nets with more than 5 classes
	Macro     classJSON   `json:"macro"`          // mean over the classes
	Classes   []classJSON `json:"classes"`
	Confusion [][]int     `json:"confusion"` // [label][predicted]
}

type classJSON struct {
	Class     string  `json:"class,omitempty"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Support   int     `json:"support"` // samples of the class
}

func evalOf(s train.Score, classes []string) evalJSON {
	of := func(name string, c train.ClassScore) classJSON {
		return classJSON{name, c.Precision, c.Recall, c.F1, c.Support}
	}
	r := evalJSON{Count: s.Count, Loss: s.Loss, Accuracy: s.Accuracy, Macro: of("", s.Macro()), Confusion: s.Confusion}
	if len(classes) > 5 {
		top := s.TopK(5)
		r.Top5 = &top
	}
	for i, c := range s.PerClass() {
		r.Classes = append(r.Classes, of(classes[i], c))
	}
	return r
}

// mostColumns is how wide a confusion matrix may be to be printed whole; of a larger one there is a list of what is
// confused most.
const mostColumns = 20

func writeEval(out io.Writer, r evalJSON) error {
	fmt.Fprintf(out, "%s labels  loss %.4f  accuracy %.2f %%", thousands(r.Count), r.Loss, 100*r.Accuracy)
	if r.Top5 != nil {
		fmt.Fprintf(out, "  top 5 %.2f %%", 100**r.Top5)
	}
	fmt.Fprint(out, "\n\n")
	t := newTable(out)
	t.row("class", "precision", "recall", "    F1", right(8, "samples"))
	for _, c := range append(slices.Clone(r.Classes), classJSON{"mean", r.Macro.Precision, r.Macro.Recall, r.Macro.F1, r.Macro.Support}) {
		t.row(c.Class, fmt.Sprintf("%9.4f", c.Precision), fmt.Sprintf("%6.4f", c.Recall), fmt.Sprintf("%6.4f", c.F1),
			right(8, thousands(c.Support)))
	}
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	if len(r.Classes) > mostColumns {
		return writeConfusions(out, r)
	}
	return writeMatrix(out, r)
}

// writeMatrix prints a row for each class, and a column for what it is taken for, called by the row's number.
func writeMatrix(out io.Writer, r evalJSON) error {
	width := len(fmt.Sprint(r.Count))
	t := newTable(out)
	head := []string{"taken for:", ""}
	for i := range r.Classes {
		head = append(head, right(width, fmt.Sprint(i)))
	}
	t.row(head...)
	for i, row := range r.Confusion {
		cells := []string{r.Classes[i].Class, fmt.Sprint(i)}
		for _, n := range row {
			cells = append(cells, right(width, fmt.Sprint(n)))
		}
		t.row(cells...)
	}
	return t.flush()
}

func writeConfusions(out io.Writer, r evalJSON) error {
	type pair struct{ label, predicted, count int }
	var pairs []pair
	for i, row := range r.Confusion {
		for j, n := range row {
			if i != j && n > 0 {
				pairs = append(pairs, pair{i, j, n})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.count, a.count) })
	t := newTable(out)
	t.row("confused most", "taken for", "samples")
	for _, p := range pairs[:min(len(pairs), mostColumns)] {
		t.row(r.Classes[p.label].Class, r.Classes[p.predicted].Class, right(7, fmt.Sprint(p.count)))
	}
	return t.flush()
}

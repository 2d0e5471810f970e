package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

// card is what the JSON file beside a model says of it.
type card struct {
	Name       string          `json:"name"`
	Net        string          `json:"net"`
	Input      []int           `json:"input"` // [H,W,C]
	Classes    []string        `json:"classes"`
	Parameters int             `json:"parameters"`
	Bytes      int             `json:"bytes"`
	SHA256     string          `json:"sha256"`
	Accuracy   float64         `json:"accuracy"` // share of the test pictures, each seen once and as it is
	Loss       float64         `json:"loss"`     // mean cross-entropy
	Tested     int             `json:"tested"`   // pictures
	PerClass   []classFigures  `json:"perClass"`
	Confusion  [][]int         `json:"confusion"` // [label][predicted] counts
	Seed       uint32          `json:"seed"`
	Epochs     int             `json:"epochs"`
	Batch      int             `json:"batch"`
	Rate       float64         `json:"learningRate"`
	Schedule   train.Schedule  `json:"schedule"`
	Optimizer  train.Optimizer `json:"optimizer"`
	Target     train.Loss      `json:"trainingLoss"`
	Augment    train.Augment   `json:"augment"`
}

// classFigures are those of one class.
type classFigures struct {
	Class     string  `json:"class"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// write writes the model, of 16 bits a weight, and its card, whose figures are those of the written file.
func (j job) write(ctx context.Context, net *nn.Net, test *data.Set, w io.Writer) error {
	b, err := net.SaveCompact(ctx, nn.Half)
	if err != nil {
		return err
	}
	path := filepath.Join(j.out, j.name+".safetensors")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		return err
	}
	saved, err := nn.Open(cpu.New(0), b, nn.OpenOptions{})
	if err != nil {
		return err
	}
	defer saved.Close()
	score, err := saved.Evaluate(ctx, test, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: %d bytes, %.2f %% of %d test pictures\n", filepath.Base(path), len(b), 100*score.Accuracy, score.Count)
	text, err := json.MarshalIndent(j.card(saved, b, score), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(j.out, j.name+".json"), append(text, '\n'), 0o644)
}

func (j job) card(net *nn.Net, file []byte, s train.Score) card {
	sum := sha256.Sum256(file)
	o := j.config
	c := card{Name: j.name, Net: net.Summary.Text, Input: net.Summary.Input, Classes: net.Classes, Parameters: net.Summary.Parameters,
		Bytes: len(file), SHA256: hex.EncodeToString(sum[:]), Accuracy: s.Accuracy, Loss: s.Loss, Tested: s.Count, Confusion: s.Confusion,
		Seed: o.Seed, Epochs: o.Epochs, Batch: o.Batch, Rate: o.LearningRate, Schedule: o.Schedule, Optimizer: o.Optimizer,
		Target: o.Loss, Augment: o.Augment}
	for i, f := range s.PerClass() {
		c.PerClass = append(c.PerClass, classFigures{net.Classes[i], f.Precision, f.Recall, f.F1})
	}
	return c
}

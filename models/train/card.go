package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/train"
)

// card is what the JSON file beside a model says of it. It follows from the model's file and the test set.
type card struct {
	Name       string         `json:"name"`
	Net        string         `json:"net"`
	Input      []int          `json:"input"` // [H,W,C]
	Classes    []string       `json:"classes"`
	Parameters int            `json:"parameters"`
	Bytes      int            `json:"bytes"`
	SHA256     string         `json:"sha256"`
	Accuracy   float64        `json:"accuracy"` // share of the test pictures, each seen once and as it is
	Loss       float64        `json:"loss"`     // mean cross-entropy
	Tested     int            `json:"tested"`   // pictures
	PerClass   []classFigures `json:"perClass"`
	Confusion  [][]int        `json:"confusion"` // [label][predicted] counts
	Recipe     string         `json:"recipe"`    // the file that has all of it
	Seed       int            `json:"seed"`
	Epochs     int            `json:"epochs"`
	Batch      int            `json:"batch"`
	Optimizer  string         `json:"optimizer"`
	Rate       float64        `json:"learningRate"` // the highest
	Schedule   string         `json:"schedule"`
}

// classFigures are those of one class.
type classFigures struct {
	Class     string  `json:"class"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// measure writes the card of the model that lies in the output folder, and tells w its accuracy.
func (j job) measure(ctx context.Context, test *data.Set, w io.Writer) error {
	b, err := os.ReadFile(j.file(".safetensors"))
	if err != nil {
		return err
	}
	net, err := nn.Open(cpu.New(0), b, nn.OpenOptions{})
	if err != nil {
		return err
	}
	defer net.Close()
	score, err := net.Evaluate(ctx, test, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: %d bytes, %.2f %% of %d test pictures\n", j.name+".safetensors", len(b), 100*score.Accuracy, score.Count)
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // nets are full of arrows
	e.SetIndent("", "  ")
	if err := e.Encode(cardOf(j.name, net, b, score)); err != nil {
		return err
	}
	return os.WriteFile(j.file(".json"), text.Bytes(), 0o644)
}

func cardOf(name string, net *nn.Net, file []byte, s train.Score) card {
	sum, of, r := sha256.Sum256(file), net.Summary, net.Run
	c := card{Name: name, Net: of.Text, Input: of.Input, Classes: net.Classes, Parameters: of.Parameters,
		Bytes: len(file), SHA256: hex.EncodeToString(sum[:]),
		Accuracy: s.Accuracy, Loss: s.Loss, Tested: s.Count, Confusion: s.Confusion,
		Recipe: "models/train/" + name + ".go", Seed: r.Seed, Epochs: r.Epochs, Batch: r.Batch, Optimizer: r.Optimizer,
		Rate: r.LearningRate, Schedule: r.Schedule}
	for i, f := range s.PerClass() {
		c.PerClass = append(c.PerClass, classFigures{net.Classes[i], f.Precision, f.Recall, f.F1})
	}
	return c
}

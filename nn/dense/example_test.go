package dense_test

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/dense"
	"github.com/fovea-nn/fovea/nn/spec"
	"github.com/fovea-nn/fovea/nn/train"
)

// bars draws bright bars on a noisy ground.
func bars(r *rand.Rand, height, width int, bars ...image.Rectangle) []byte {
	p := make([]byte, height*width)
	for i := range p {
		p[i] = byte(r.IntN(60))
		for _, b := range bars {
			if image.Pt(i%width, i/width).In(b) {
				p[i] += 150
			}
		}
	}
	return p
}

// A classifier that learned from small pictures looks at all windows of a large one in one pass.
func Example() {
	ctx := context.Background()
	r := rand.New(rand.NewPCG(1, 2))
	set := &data.Set{Shape: []int{12, 12, 1}, Classes: []string{"nothing", "lying", "standing"}}
	for i := range 300 {
		at := image.Pt(1+r.IntN(3), 1+r.IntN(8))
		sample := []image.Rectangle{{}, image.Rect(at.X, at.Y, at.X+8, at.Y+2), image.Rect(at.Y, at.X, at.Y+2, at.X+8)}[i%3]
		set.Images, set.Labels = append(set.Images, bars(r, 12, 12, sample)...), append(set.Labels, int32(i%3))
	}
	const text = "INPUT 12x12x1 -> CONV 3x3x6 -> RELU -> POOL 2 -> FC 16 -> RELU -> FC 3"
	classifier, err := nn.New(cpu.New(1), text, set.Classes, 1)
	if err != nil {
		panic(err)
	}
	defer classifier.Close()
	adam := train.Optimizer{Kind: "adam"}
	err = classifier.Train(ctx, set, train.Config{Optimizer: adam, Epochs: 12, Batch: 20, LearningRate: 0.01})
	if err != nil {
		panic(err)
	}

	n, err := spec.Parse(classifier.Summary.Text)
	if err != nil {
		panic(err)
	}
	d, err := dense.Convert(n)
	if err != nil {
		panic(err)
	}
	larger, err := d.At(24, 40)
	if err != nil {
		panic(err)
	}
	net, err := nn.New(cpu.New(1), larger, set.Classes, 1)
	if err != nil {
		panic(err)
	}
	defer net.Close()
	weights, err := classifier.Weights(ctx)
	if err != nil {
		panic(err)
	}
	for _, w := range d.Weights { // the numbers stay
		t := weights[w.Name]
		t.Shape = w.To
		weights[w.Name] = t
	}
	if _, err := net.Session.LoadByName(weights); err != nil {
		panic(err)
	}

	lying, standing := image.Rect(3, 4, 11, 6), image.Rect(30, 12, 32, 20)
	probs, err := net.Predict(ctx, bars(r, 24, 40, lying, standing))
	if err != nil {
		panic(err)
	}
	places := net.Places()
	classes := dense.Map{Height: places[0], Width: places[1], Channels: net.Session.Classes(), Values: probs}
	fmt.Println(classes.Height, "x", classes.Width, "windows at a stride of", d.Stride)
	for class, bar := range map[int]image.Rectangle{1: lying, 2: standing} {
		var row, column int
		for i := range classes.Height * classes.Width {
			if y, x := i/classes.Width, i%classes.Width; classes.At(y, x)[class] > classes.At(row, column)[class] {
				row, column = y, x
			}
		}
		if window := d.WindowAt(row, column); !bar.In(window) {
			fmt.Println("the most probable", set.Classes[class], "is not in", window)
		}
	}
	scores, err := dense.Scores(classes)
	if err != nil {
		panic(err)
	}
	fmt.Println("most of it is nothing:", scores[0] > 0.5)
	// Output:
	// 7 x 15 windows at a stride of [2 2]
	// most of it is nothing: true
}

func ExampleConvert() {
	n, err := spec.Parse("INPUT 28x28x1 -> CONV 5x5x8 -> RELU -> POOL 2 -> FC 10")
	if err != nil {
		panic(err)
	}
	d, err := dense.Convert(n)
	if err != nil {
		panic(err)
	}
	text, err := d.At(60, 60)
	if err != nil {
		panic(err)
	}
	fmt.Println(text)
	for _, w := range d.Weights {
		fmt.Println(w.Name, w.From, w.To)
	}
	// Output:
	// INPUT 60x60x1 -> CONV 5x5x8 -> RELU -> POOL 2 -> CONV "fc1" 12x12x10 -> PIXELS
	// conv1.weight [5,5,1,8] [5,5,1,8]
	// conv1.bias [8] [8]
	// fc1.weight [1152,10] [12,12,8,10]
	// fc1.bias [10] [10]
}

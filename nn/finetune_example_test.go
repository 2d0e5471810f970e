package nn_test

import (
	"context"
	"fmt"

	"github.com/fovea-nn/fovea/nn"
	"github.com/fovea-nn/fovea/nn/cpu"
	"github.com/fovea-nn/fovea/nn/data"
)

// A net learns other classes: all but its last layer stays. The net would be one with published weights, of nn.Open.
func ExampleNet_FineTune() {
	ctx := context.Background()
	net, err := nn.New(cpu.New(1), "INPUT 2x2x1 -> FC 16 -> RELU -> FC 2", []string{"left", "right"}, 1)
	if err != nil {
		panic(err)
	}
	defer net.Close()
	set := &data.Set{Shape: []int{2, 2, 1}, Classes: []string{"top", "bottom", "even"}}
	for i := range 60 {
		bright, even := byte(200+i%50), byte(4*i)
		set.Images = append(set.Images, [][]byte{{bright, bright, 9, 9}, {9, 9, bright, bright}, {even, even, even, even}}[i%3]...)
		set.Labels = append(set.Labels, int32(i%3))
	}
	training, validation, err := set.Split(0.25, 1)
	if err != nil {
		panic(err)
	}
	tuned, score, err := net.FineTune(ctx, cpu.New(1), training, nn.FineTuneOptions{Validation: validation})
	if err != nil {
		panic(err)
	}
	defer tuned.Close()
	fmt.Println(tuned.Summary.Text, tuned.Classes)
	fmt.Println(score.Count, "others,", score.Accuracy > 0.8)
	// Output:
	// INPUT 2x2x1 -> FC 16 -> RELU -> FC 3 [top bottom even]
	// 15 others, true
}

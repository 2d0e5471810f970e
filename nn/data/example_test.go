package data_test

import (
	"fmt"

	"github.com/fovea-nn/fovea/nn/data"
)

func Example() {
	// A black bar on white, 40x40 pixels, as a canvas hands it over.
	pix := make([]byte, 4*40*40)
	for i := range pix {
		pix[i] = 255
		if x, y := i/4%40, i/4/40; i%4 < 3 && x >= 5 && x < 9 && y >= 10 && y < 30 {
			pix[i] = 0
		}
	}
	p, err := data.FromRGBA(pix, 40, 40)
	if err != nil {
		fmt.Println(err)
		return
	}
	digit := data.Digit(p, 28, 28)
	fmt.Println("middle:", digit[14*28+14], "corner:", digit[0])

	set := &data.Set{Images: digit, Labels: []int32{1}, Shape: []int{28, 28, 1}, Classes: []string{"zero", "one"}}
	fmt.Println(set.Check())

	file, err := data.Pack(map[string]*data.Set{"train": set})
	if err != nil {
		fmt.Println(err)
		return
	}
	sets, err := data.Unpack(file, nil)
	fmt.Println(sets["train"].Len(), sets["train"].PerClass(), err)

	_, err = data.Decode([]byte("%PDF-1.7"))
	fmt.Println(err)
	// Output:
	// middle: 255 corner: 0
	// unusable data: class 0 "zero" has no samples: add some or remove the class
	// 1 [0 1] <nil>
	// unusable data: this is a PDF document, not a picture that Fovea reads: export the page as PNG
}

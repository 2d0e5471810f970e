package preprocess_test

import (
	"encoding/json"
	"fmt"

	"github.com/fovea-nn/fovea/nn/data"
	"github.com/fovea-nn/fovea/nn/data/preprocess"
)

func Example() {
	// A picture of 400x300 pixels that becomes redder from left to right.
	pic := &data.Picture{W: 400, H: 300, Pix: make([]byte, 4*400*300)}
	for i := range 400 * 300 {
		pic.Pix[4*i], pic.Pix[4*i+3] = byte(i%400*255/399), 255
	}
	p, err := preprocess.Named("torchvision")
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := p.Apply(pic)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: red from %.3f to %.3f\n", p.Shape(), x[0], x[3*223])

	// For a net that takes 64x64, as text for the metadata of its file.
	text, err := json.Marshal(p.Sized(64, 64))
	fmt.Println(string(text), err)
	mean, scale := p.MeanScale()
	fmt.Printf("of bytes: mean %.1f, scale %.4f\n", mean, scale)

	_, err = preprocess.Parse([]byte(`{"size": [64, 64], "crop": [56, 56], "order": "rgb", "scale": 255}`))
	fmt.Println(err)
	// Output:
	// [224 224 3]: red from -1.382 to 1.478
	// {"resize":[73],"filter":"bilinear","crop":[64,64],"size":[64,64],"order":"rgb","scale":255,"mean":[0.485,0.456,0.406],"deviation":[0.229,0.224,0.225]} <nil>
	// of bytes: mean [123.7 116.3 103.5], scale [0.0171 0.0175 0.0174]
	// preprocess: unusable data: crop [56 56]: it makes the picture, so size must be the same, but is [64 64]
}

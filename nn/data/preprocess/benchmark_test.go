package preprocess

import "testing"

// BenchmarkBytes makes a net's input of a film's frame.
func BenchmarkBytes(b *testing.B) {
	pic := picture("noise", 1080, 1920)
	for _, f := range []Filter{Nearest, Bilinear, Bicubic, Lanczos} {
		for _, order := range []Order{RGB, Gray} {
			p := Preprocess{Resize: []int{256}, Filter: f, Order: order, Scale: 255}.Sized(224, 224)
			p.Resize = []int{256}
			b.Run(string(f)+"/"+string(order), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := p.Bytes(pic); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkApply(b *testing.B) {
	pic := picture("noise", 1080, 1920)
	p, err := Named("torchvision")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Apply(pic); err != nil {
			b.Fatal(err)
		}
	}
}

package preprocess

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/data"
)

// presets are functions, so that nobody can change the slices of another.
var presets = map[string]func() Preprocess{
	"torchvision":     func() Preprocess { return imageNet().Sized(224, 224) },
	"torchvision-299": func() Preprocess { return imageNet().Sized(299, 299) },
	"caffe": func() Preprocess {
		return Preprocess{
			Resize: []int{256, 256}, Filter: Bilinear, Crop: []int{224, 224}, Size: []int{224, 224},
			Order: BGR, Scale: 1, Mean: []float64{104, 117, 123},
		}
	},
	"unit": func() Preprocess { return Preprocess{Order: RGB, Scale: 255}.Sized(224, 224) },
	"symmetric": func() Preprocess {
		return Preprocess{Order: RGB, Scale: 127.5, Mean: []float64{1, 1, 1}}.Sized(224, 224)
	},
	"mnist": func() Preprocess {
		return Preprocess{Order: Gray, Scale: 255, Mean: []float64{0.1307}, Deviation: []float64{0.3081}}.Sized(28, 28)
	},
}

// imageNet is what the nets of torchvision were trained on, and most that were made with it.
func imageNet() Preprocess {
	return Preprocess{
		Resize: []int{256}, Filter: Bilinear, Crop: []int{224, 224},
		Order: RGB, Scale: 255, Mean: []float64{0.485, 0.456, 0.406}, Deviation: []float64{0.229, 0.224, 0.225},
	}
}

// Named returns one of the usual ways:
//
//	torchvision      shorter side 256, centre 224x224, RGB, mean .485 .456 .406 and deviation .229 .224 .225 of 0 to 1
//	torchvision-299  the same with 342 and 299x299, for Inception-v3
//	caffe            256x256, centre 224x224, BGR bytes less 104 117 123
//	unit             shorter side 224, centre 224x224, RGB from 0 to 1
//	symmetric        the same from -1 to 1
//	mnist            shorter side 28, centre 28x28, gray, mean .1307 and deviation .3081 of 0 to 1
//
// Sized makes one for another size. All resample bilinearly, which Caffe's own tools do without a wider filter for large
// reductions: there the pixels are near, but not the same. The digits of mnist are bright on black; data.Digit makes such
// of drawings and photos. The error for another name is of kind data.ErrFormat and lists them.
func Named(name string) (Preprocess, error) {
	f, ok := presets[name]
	if !ok {
		return Preprocess{}, fmt.Errorf("preprocess: %w: no preset is called %q: want one of %s", data.ErrFormat, name, strings.Join(Names(), ", "))
	}
	return f(), nil
}

// Names returns the names that Named knows, sorted.
func Names() []string { return slices.Sorted(maps.Keys(presets)) }

// Sized returns p for a net that takes h times w pixels. Resize changes in the proportion of the new to the old Crop, so
// that the net sees as much of a picture as before; without Crop, pictures of a Resize to [height, width] are resized to
// h times w, and the shorter side of all others to the longer of h and w, and cropped.
func (p Preprocess) Sized(h, w int) Preprocess {
	if p.Filter == "" {
		p.Filter = Bilinear
	}
	cropped := len(p.Crop) == 2
	p.Size = []int{h, w}
	switch {
	case len(p.Resize) == 2 && !cropped:
		p.Resize = []int{h, w}
		return p
	case len(p.Resize) == 2:
		p.Resize = []int{inProportion(p.Resize[0], h, p.Crop[0]), inProportion(p.Resize[1], w, p.Crop[1])}
	case len(p.Resize) == 1 && cropped:
		p.Resize = []int{inProportion(p.Resize[0], max(h, w), slices.Max(p.Crop))}
	default:
		p.Resize = []int{max(h, w)}
	}
	p.Crop = []int{h, w}
	return p
}

// inProportion returns n·to/from, rounded.
func inProportion(n, to, from int) int {
	return int(math.Round(float64(n) * float64(to) / float64(max(from, 1))))
}

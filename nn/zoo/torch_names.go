package zoo

import (
	"fmt"
	"strings"
)

// torchNames are torchvision's names of the layers that have parameters, in the order of the texts, as patterns for expand.
var torchNames = map[string]string{
	"alexnet": "features.{0,3,6,8,10} classifier.{1,4,6}",

	"vgg11": "features.{0,3,6,8,11,13,16,18} classifier.{0,3,6}",
	"vgg13": "features.{0,2,5,7,10,12,15,17,20,22} classifier.{0,3,6}",
	"vgg16": "features.{0,2,5,7,10,12,14,17,19,21,24,26,28} classifier.{0,3,6}",
	"vgg19": "features.{0,2,5,7,10,12,14,16,19,21,23,25,28,30,32,34} classifier.{0,3,6}",

	"googlenet_bn": `conv{1..3}.{conv,bn}
		inception{3a,3b,4a}.branch{1,2.0,2.1,3.0,3.1,4.1}.{conv,bn} aux1.{conv.{conv,bn},fc1,fc2}
		inception{4b,4c,4d}.branch{1,2.0,2.1,3.0,3.1,4.1}.{conv,bn} aux2.{conv.{conv,bn},fc1,fc2}
		inception{4e,5a,5b}.branch{1,2.0,2.1,3.0,3.1,4.1}.{conv,bn} fc`,

	"inception_v3": `Conv2d_{1a_3x3,2a_3x3,2b_3x3,3b_1x1,4a_3x3}.{conv,bn}
		Mixed_{5b,5c,5d}.branch{1x1,5x5_{1,2},3x3dbl_{1,2,3},_pool}.{conv,bn}
		Mixed_6a.branch3x3{,dbl_{1,2,3}}.{conv,bn}
		Mixed_{6b,6c,6d,6e}.branch{1x1,7x7_{1,2,3},7x7dbl_{1,2,3,4,5},_pool}.{conv,bn}
		AuxLogits.{conv{0,1}.{conv,bn},fc}
		Mixed_7a.branch{3x3_{1,2},7x7x3_{1,2,3,4}}.{conv,bn}
		Mixed_{7b,7c}.branch{1x1,3x3_{1,2a,2b},3x3dbl_{1,2,3a,3b},_pool}.{conv,bn} fc`,

	"resnet18":  resNet("conv1,bn1,conv2,bn2", 2, 2, 2, 2),
	"resnet34":  resNet("conv1,bn1,conv2,bn2", 3, 4, 6, 3),
	"resnet50":  resNet("conv1,bn1,conv2,bn2,conv3,bn3", 3, 4, 6, 3),
	"resnet101": resNet("conv1,bn1,conv2,bn2,conv3,bn3", 3, 4, 23, 3),
	"resnet152": resNet("conv1,bn1,conv2,bn2,conv3,bn3", 3, 8, 36, 3),

	"squeezenet1_0": "features.0 features.{3,4,5,7,8,9,10,12}.{squeeze,expand{1x1,3x3}} classifier.1",
	"squeezenet1_1": "features.0 features.{3,4,6,7,9,10,11,12}.{squeeze,expand{1x1,3x3}} classifier.1",

	"densenet121": `features.{conv0,norm0}
		features.{denseblock1.denselayer{1..6}.{norm1,conv1,norm2,conv2},transition1.{norm,conv}}
		features.{denseblock2.denselayer{1..12}.{norm1,conv1,norm2,conv2},transition2.{norm,conv}}
		features.{denseblock3.denselayer{1..24}.{norm1,conv1,norm2,conv2},transition3.{norm,conv}}
		features.{denseblock4.denselayer{1..16}.{norm1,conv1,norm2,conv2},norm5} classifier`,

	"mobilenet_v2": `features.0.{0,1} features.1.conv.{0.0,0.1,1,2}
		features.{2..17}.conv.{0.0,0.1,1.0,1.1,2,3} features.18.{0,1} classifier.1`,
}

// resNet is the pattern of a ResNet whose blocks have the given layers. The first block of a stage has a convolution on
// the short way, but for the first stage of basic blocks, which keeps its shape.
func resNet(block string, stages ...int) string {
	var b strings.Builder
	b.WriteString("conv1 bn1")
	for i, n := range stages {
		short := ",downsample.{0,1}"
		if i == 0 && !strings.Contains(block, "conv3") {
			short = ""
		}
		fmt.Fprintf(&b, " layer%d.{0.{%s%s},{1..%d}.{%s}}", i+1, block, short, n-1, block)
	}
	return b.String() + " fc"
}

// expand lists the names that patterns, parted by blanks, stand for, as shells expand braces: conv{1,2}.{a,b} is conv1.a,
// conv1.b, conv2.a, conv2.b, and {1..3} counts.
func expand(patterns string) []string {
	var names []string
	for _, p := range strings.Fields(patterns) {
		names = append(names, expandOne(p)...)
	}
	return names
}

func expandOne(p string) []string {
	head, rest, ok := strings.Cut(p, "{")
	if !ok {
		return []string{p}
	}
	var choices []string
	depth, from, at := 1, 0, 0
	for ; depth > 0; at++ {
		switch c := rest[at]; {
		case c == '{':
			depth++
		case c == '}' && depth > 1:
			depth--
		case c == '}' || c == ',' && depth == 1:
			choices = append(choices, expandOne(rest[from:at])...)
			from = at + 1
			if c == '}' {
				depth--
			}
		}
	}
	var first, last int
	if n, _ := fmt.Sscanf(rest[:at], "%d..%d}", &first, &last); n == 2 {
		choices = nil
		for i := first; i <= last; i++ {
			choices = append(choices, fmt.Sprint(i))
		}
	}
	var names []string
	tails := expandOne(rest[at:])
	for _, c := range choices {
		for _, t := range tails {
			names = append(names, head+c+t)
		}
	}
	return names
}

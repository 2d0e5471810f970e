package spec

import (
	"strings"
)

// kind says what the text of a layer may hold.
type kind struct {
	name             string
	minSize, maxSize int    // how many numbers its size has; 0, 0: it takes none
	size             string // how an error calls the size
	example          string
	options          []option
}

// option says what the text of an option may hold.
type option struct {
	name    string
	max     int // how many numbers it takes at most, 0 for none
	low     int // the smallest number
	word    string
	example string
}

var (
	stride     = option{name: "stride", max: 2, low: 1, example: "stride 2"}
	pad        = option{name: "pad", max: 2, example: "pad 1"}
	padSame    = option{name: "pad", max: 2, word: "same", example: "pad 1 or pad same"}
	dilation   = option{name: "dilation", max: 1, low: 1, example: "dilation 2"}
	groups     = option{name: "groups", max: 1, low: 1, example: "groups 2"}
	noBias     = option{name: "nobias"}
	ceilOption = option{name: "ceil"}
	noCountPad = option{name: "nocountpad"}
)

var kinds = []kind{
	{name: "INPUT", minSize: 2, maxSize: 3, size: "a size HxWxC", example: "INPUT 28x28x1"},
	{name: "CONV", minSize: 3, maxSize: 3, size: "a size KHxKWxF (kernel height, kernel width, filters)",
		example: "CONV 5x5x8", options: []option{stride, padSame, dilation, groups, noBias}},
	{name: "POOL", minSize: 1, maxSize: 2, size: "a size K or KHxKW", example: "POOL 2",
		options: []option{stride, pad, ceilOption}},
	{name: "AVGPOOL", minSize: 1, maxSize: 2, size: "a size K or KHxKW", example: "AVGPOOL 2",
		options: []option{stride, pad, ceilOption, noCountPad}},
	{name: "GAP", example: "GAP"},
	{name: "FC", minSize: 1, maxSize: 1, size: "the number of its outputs", example: "FC 10",
		options: []option{noBias}},
	{name: "RELU", example: "RELU"},
	{name: "SIGMOID", example: "SIGMOID"},
	{name: "TANH", example: "TANH"},
	{name: "DROPOUT", example: "DROPOUT 0.5"},
	{name: "FLATTEN", example: "FLATTEN"},
}

// otherNames maps what other libraries call a layer to Fovea's word.
var otherNames = map[string]string{
	"CONV2D": "CONV", "CONVOLUTION": "CONV", "MAXPOOL": "POOL", "MAXPOOLING": "POOL", "MAXPOOL2D": "POOL",
	"AVERAGEPOOL": "AVGPOOL", "AVGPOOL2D": "AVGPOOL", "GLOBALAVGPOOL": "GAP", "GLOBALAVERAGEPOOL": "GAP",
	"LINEAR": "FC", "DENSE": "FC", "SIGM": "SIGMOID", "LOGISTIC": "SIGMOID", "DROP": "DROPOUT", "FLAT": "FLATTEN",
}

func findKind(word string) *kind {
	for i := range kinds {
		if strings.EqualFold(kinds[i].name, word) {
			return &kinds[i]
		}
	}
	return nil
}

func (k *kind) findOption(word string) *option {
	for i := range k.options {
		if strings.EqualFold(k.options[i].name, word) {
			return &k.options[i]
		}
	}
	return nil
}

// optionList names the options of k for an error.
func (k *kind) optionList() string {
	if len(k.options) == 0 {
		return k.name + " has no options"
	}
	names := make([]string, len(k.options))
	for i, o := range k.options {
		names[i] = o.name
	}
	return k.name + " has the options " + strings.Join(names, ", ")
}

// kindList names all layers that may follow INPUT.
func kindList() string {
	var names []string
	for _, k := range kinds[1:] {
		names = append(names, k.name)
	}
	return strings.Join(names, ", ")
}

// nearestKind returns the layer that word probably means, or "".
func nearestKind(word string) string {
	word = strings.ToUpper(word)
	if name, ok := otherNames[word]; ok {
		return name
	}
	names := make([]string, 0, len(kinds))
	for _, k := range kinds[1:] {
		names = append(names, k.name)
	}
	return nearest(word, names)
}

func (k *kind) nearestOption(word string) string {
	names := make([]string, len(k.options))
	for i, o := range k.options {
		names[i] = o.name
	}
	return nearest(strings.ToLower(word), names)
}

// nearest returns the name with the smallest edit distance to word, if that is small, or "".
func nearest(word string, names []string) string {
	best, bestDist := "", min(2, len(word)/2)+1
	if len(word) > 20 {
		return ""
	}
	for _, name := range names {
		if d := editDistance(word, name); d < bestDist {
			best, bestDist = name, d
		}
	}
	return best
}

// editDistance counts the bytes to insert, delete or replace that make b of a.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

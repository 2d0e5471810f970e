package spec

import (
	"slices"
	"strings"

	"github.com/fovea-nn/fovea/nn/graph"
	"github.com/fovea-nn/fovea/nn/layer"
)

// kind is one word of the language: what its text may hold, and what builds it. Each family of layers has its table,
// in a file kinds_FAMILY.go; a new layer is a new entry there.
type kind struct {
	name     string
	size     sizeRule
	sizeText string // how an error calls the size
	example  string
	lead     *option // a number right behind the word, instead of a size
	options  []option
	// param is what its parameters are called by, with a running number; "" means the name in lower case.
	param string
	// build adds the layer; merge the end of a branch. INPUT has neither.
	build func(w *worker, x *graph.Value) (*graph.Value, error)
	merge func(w *worker, xs []*graph.Value) (*graph.Value, error)
	// sharing layers can take the weights of another: share "a".
	sharing bool
	// onlyLast stands at the end of a net or head, neverLast does not; the text says why.
	onlyLast, neverLast string
}

// params is what the kind's parameters are called by, but for a number.
func (k *kind) params() string {
	if k.param != "" {
		return k.param
	}
	return strings.ToLower(k.name)
}

// sizeRule says how many numbers a size has.
type sizeRule uint8

const (
	noSize     sizeRule = iota
	inputSize           // two to four
	filterSize          // one for each axis of space, and the filters
	windowSize          // one, or one for each axis
	oneNumber
	anySize // one to maxSize
)

// bounds returns how many numbers there may be where the input has so many axes of space.
func (r sizeRule) bounds(axes int) (least, most int) {
	switch r {
	case inputSize:
		return 2, 4
	case filterSize:
		return axes + 1, axes + 1
	case windowSize:
		return 1, axes
	case oneNumber:
		return 1, 1
	case anySize:
		return 1, maxSize
	}
	return 0, 0
}

// option says what the text of an option may hold.
type option struct {
	name    string
	count   int     // how many numbers it takes at most: 0 for none, perAxis for one or one for each axis
	low     float64 // the smallest number
	high    float64 // the largest; 0 means MaxNumber
	below   bool    // high itself is too large
	decimal bool    // one number, with a point or without
	sides   bool    // or a number for each side
	may     bool    // of a lead: it may be left out
	ref     bool    // it takes the name of a layer
	words   []word  // instead of numbers
	of      string  // of a lead: whose it is, for errors
	help    string  // what a decimal number is, for errors
	example string
}

// word is a word that an option takes; number is what follows it, if anything does.
type word struct {
	name   string
	number *option
}

const perAxis = -1

func (o *option) fits(v float64) bool {
	high := o.high
	if high == 0 {
		high = MaxNumber
	}
	return v >= o.low && (v < high || !o.below && v == high)
}

// title is how an error calls the option.
func (o *option) title() string {
	if o.of != "" {
		return o.of
	}
	return o.name
}

func (o *option) findWord(t token) *word {
	i := slices.IndexFunc(o.words, func(w word) bool { return t.kind == tokWord && strings.EqualFold(w.name, t.text) })
	if i < 0 {
		return nil
	}
	return &o.words[i]
}

func (o *option) wordList() string {
	names := make([]string, len(o.words))
	for i, w := range o.words {
		names[i] = w.name
	}
	return strings.Join(names, ", ")
}

func words(names ...string) []word {
	ws := make([]word, len(names))
	for i, n := range names {
		ws[i].name = n
	}
	return ws
}

// The options that several layers have.
var (
	stride     = option{name: "stride", count: perAxis, low: 1, example: "stride 2"}
	pad        = option{name: "pad", count: perAxis, sides: true, words: words("same", "valid"), example: "pad 1 or pad same"}
	dilation   = option{name: "dilation", count: perAxis, low: 1, example: "dilation 2"}
	groups     = option{name: "groups", count: 1, low: 1, example: "groups 2"}
	noBias     = option{name: "nobias"}
	ceilOption = option{name: "ceil"}
	noCountPad = option{name: "nocountpad"}
	share      = option{name: "share", ref: true, example: `share "a"`}
	sideWeight = option{name: "weight", count: 1, decimal: true, help: "how much its loss counts, from 0 to 1000", high: 1000, example: "side { GAP -> FC 10 } weight 0.3"}
)

// start is the option that says how weights start, and initKinds what layer.Init calls its words where that differs.
var (
	start = option{name: "init", example: "init xavier", words: []word{
		{name: "he"}, {name: "heuniform"}, {name: "xavier"}, {name: "xavieruniform"}, {name: "lecun"}, {name: "orthogonal"},
		{name: "normal", number: decimalOption("init normal", "the deviation, from 0 to 1000", "init normal 0.01", 0, 1000)},
		{name: "truncated", number: decimalOption("init truncated", "the deviation, from 0 to 1000", "init truncated 0.02", 0, 1000)},
		{name: "uniform", number: decimalOption("init uniform", "the bound on both sides of 0, from 0 to 1000", "init uniform 0.05", 0, 1000)},
		{name: "constant", number: decimalOption("init constant", "the value, from 0 to 1000", "init constant 0.1", 0, 1000)},
	}}
	initKinds = map[string]string{"heuniform": "he-uniform", "xavieruniform": "xavier-uniform"}
)

// starting reads the option start.
func (w *worker) starting() layer.Init {
	o, _ := w.l.Option(start.name)
	i := layer.Init{Kind: o.Word}
	if kind, ok := initKinds[o.Word]; ok {
		i.Kind = kind
	}
	if len(o.Numbers) > 0 {
		switch v := o.Numbers[0].Value; o.Word {
		case "uniform":
			i.A, i.B = -v, v
		case "constant":
			i.A = v
		default:
			i.B = v
		}
	}
	return i
}

// decimalOption is an option with one number, with a point or without.
func decimalOption(name, help, example string, low, high float64) *option {
	return &option{name: name, count: 1, decimal: true, help: help, example: example, low: low, high: high}
}

// kinds are all words, in the order in which errors list them. It is filled by init, as the tables refer to functions
// that look words up.
var kinds []kind

func init() {
	kinds = slices.Concat([]kind{{name: "INPUT", size: inputSize, sizeText: "a size HxWxC", example: "INPUT 28x28x1", options: []option{{name: "series"}}}},
		convKinds, poolKinds, denseKinds, normKinds, activationKinds, dropKinds, shapeKinds, mergeKinds)
}

// otherNames maps what other libraries call a layer to Fovea's word.
var otherNames = map[string]string{
	"CONV2D": "CONV", "CONVOLUTION": "CONV", "CONV1D": "CONV", "CONV3D": "CONV",
	"MAXPOOL": "POOL", "MAXPOOLING": "POOL", "MAXPOOL2D": "POOL",
	"AVERAGEPOOL": "AVGPOOL", "AVGPOOL2D": "AVGPOOL", "GLOBALAVGPOOL": "GAP", "GLOBALAVERAGEPOOL": "GAP",
	"LINEAR": "FC", "DENSE": "FC", "SIGM": "SIGMOID", "LOGISTIC": "SIGMOID", "DROP": "DROPOUT", "FLAT": "FLATTEN",
	"CONCATENATE": "CONCAT", "SUM": "ADD", "MULTIPLY": "MUL",
	"DEPTHWISE": "DWCONV", "DEPTHWISECONV": "DWCONV", "DEPTHWISECONV2D": "DWCONV",
	"CONVTRANSPOSE": "DECONV", "CONV2DTRANSPOSE": "DECONV", "CONVTRANSPOSE2D": "DECONV", "TRANSPOSEDCONV": "DECONV", "UPCONV": "DECONV",
	"GLOBALMAXPOOL": "GMP", "L2POOL": "LPPOOL", "ADAPTIVEPOOL": "ADAPTIVEAVGPOOL", "FRACTIONALMAXPOOL": "FRACTIONALPOOL",
	"BATCHNORM": "BN", "BATCHNORMALIZATION": "BN", "LAYERNORM": "LN", "GROUPNORM": "GN", "INSTANCENORM": "IN",
	"LEAKY": "LEAKYRELU", "SWISH": "SILU", "HSWISH": "HARDSWISH", "HSIGMOID": "HARDSIGMOID",
	"SPATIALDROPOUT2D": "SPATIALDROPOUT", "STOCHASTICDEPTH": "DROPPATH", "ZEROPAD": "PAD", "ZEROPADDING2D": "PAD",
	"UPSAMPLING": "UPSAMPLE", "UPSAMPLING2D": "UPSAMPLE", "TRANSPOSE": "PERMUTE", "VIEW": "RESHAPE",
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

// optionNames lists the options of k.
func (k *kind) optionNames() []string {
	names := make([]string, len(k.options))
	for i, o := range k.options {
		names[i] = o.name
	}
	return names
}

// optionList names the options of k for an error.
func (k *kind) optionList() string {
	if len(k.options) == 0 {
		return k.name + " has no options"
	}
	return k.name + " has the options " + strings.Join(k.optionNames(), ", ")
}

// layerNames are the words of all layers that may stand in a chain.
func layerNames() []string {
	var names []string
	for _, k := range kinds {
		if k.build != nil {
			names = append(names, k.name)
		}
	}
	return names
}

// kindList names all layers that may follow INPUT.
func kindList() string { return strings.Join(layerNames(), ", ") }

// nearestKind returns the layer that word probably means, or "".
func nearestKind(word string) string {
	word = strings.ToUpper(word)
	if name, ok := otherNames[word]; ok && findKind(name) != nil {
		return name
	}
	return nearest(word, layerNames())
}

func (k *kind) nearestOption(word string) string {
	return nearest(strings.ToLower(word), k.optionNames())
}

// The words of the pattern language, for completion: nn/spec says all of it, and a test has the program read every example.

/** A layer: its word, an example of all it needs, and examples of what it may have; what each is says message layer.<WORD>.
 * @typedef {{ word: string, example: string, options: string[] }} Kind */

const window = ["stride 2", "pad 1", "dilation 2", "ceil"];
const filters = ["nobias", "init he", "share \"a\""];

/** Words behind an option, instead of a number. @type {Record<string, string[]>} */
export const wordsOf = {
  pad: ["same", "valid"],
  init: [
    "he", "heuniform", "xavier", "xavieruniform", "lecun", "orthogonal", "normal 0.01", "truncated 0.02", "uniform 0.05",
    "constant 0.1",
  ],
};

/** In the order in which they are offered: what is used most comes first. @type {Kind[]} */
export const kinds = [
  { word: "CONV", example: "CONV 3x3x16", options: ["pad 1", "stride 2", "dilation 2", "groups 2", ...filters] },
  { word: "RELU", example: "RELU", options: [] },
  { word: "POOL", example: "POOL 2", options: window },
  { word: "FC", example: "FC 10", options: filters },
  { word: "BN", example: "BN", options: ["eps 0.001", "momentum 0.1", "noaffine"] },
  { word: "DROPOUT", example: "DROPOUT 0.5", options: [] },
  { word: "GAP", example: "GAP", options: [] },
  { word: "DWCONV", example: "DWCONV 3", options: ["pad 1", "stride 2", "dilation 2", "multiplier 2", ...filters] },
  { word: "DECONV", example: "DECONV 4x4x8", options: ["stride 2", "pad 1", "dilation 2", "groups 2", "outpad 1", ...filters] },
  { word: "AVGPOOL", example: "AVGPOOL 2", options: [...window, "nocountpad"] },
  { word: "SUMPOOL", example: "SUMPOOL 2", options: window },
  { word: "LPPOOL", example: "LPPOOL 2", options: [...window, "norm 2"] },
  { word: "GMP", example: "GMP", options: [] },
  { word: "ADAPTIVEAVGPOOL", example: "ADAPTIVEAVGPOOL 7", options: [] },
  { word: "ADAPTIVEMAXPOOL", example: "ADAPTIVEMAXPOOL 7", options: [] },
  { word: "FRACTIONALPOOL", example: "FRACTIONALPOOL 1.414", options: ["overlap", "random"] },
  { word: "LN", example: "LN", options: ["axes 3", "eps 0.001", "noaffine"] },
  { word: "GN", example: "GN 8", options: ["eps 0.001", "noaffine"] },
  { word: "IN", example: "IN", options: ["eps 0.001", "noaffine"] },
  { word: "LRN", example: "LRN", options: ["size 5", "alpha 0.0005", "beta 0.75", "k 2"] },
  { word: "SIGMOID", example: "SIGMOID", options: [] },
  { word: "TANH", example: "TANH", options: [] },
  { word: "LEAKYRELU", example: "LEAKYRELU 0.01", options: [] },
  { word: "PRELU", example: "PRELU", options: ["perchannel"] },
  { word: "ELU", example: "ELU 1", options: [] },
  { word: "SELU", example: "SELU", options: [] },
  { word: "GELU", example: "GELU", options: ["tanh"] },
  { word: "SILU", example: "SILU", options: [] },
  { word: "SOFTPLUS", example: "SOFTPLUS", options: [] },
  { word: "RELU6", example: "RELU6", options: [] },
  { word: "HARDSIGMOID", example: "HARDSIGMOID", options: [] },
  { word: "HARDSWISH", example: "HARDSWISH", options: [] },
  { word: "HARDTANH", example: "HARDTANH", options: [] },
  { word: "SOFTMAX", example: "SOFTMAX", options: [] },
  { word: "MAXOUT", example: "MAXOUT 2", options: [] },
  { word: "SPATIALDROPOUT", example: "SPATIALDROPOUT 0.2", options: [] },
  { word: "DROPPATH", example: "DROPPATH 0.2", options: [] },
  { word: "CUTOUT", example: "CUTOUT 8", options: [] },
  { word: "FLATTEN", example: "FLATTEN", options: [] },
  { word: "RESHAPE", example: "RESHAPE 7x7x16", options: [] },
  { word: "PERMUTE", example: "PERMUTE 2x1x3", options: [] },
  { word: "SLICE", example: "SLICE", options: ["from 0", "to 8", "step 2", "axis 3"] },
  { word: "PAD", example: "PAD 1", options: ["reflect", "replicate", "value 1"] },
  { word: "UPSAMPLE", example: "UPSAMPLE 2", options: ["linear", "aligncorners"] },
  { word: "PIXELSHUFFLE", example: "PIXELSHUFFLE 2", options: [] },
  { word: "PIXELUNSHUFFLE", example: "PIXELUNSHUFFLE 2", options: [] },
  { word: "CHANNELSHUFFLE", example: "CHANNELSHUFFLE 2", options: [] },
  { word: "PIXELS", example: "PIXELS", options: [] },
];

/** What stands at the beginning of a net. @type {Kind} */
export const input = { word: "INPUT", example: "INPUT 28x28x1", options: ["series"] };

/** @param {string} word */
export const findKind = (word) => [input, ...kinds].find((kind) => kind.word === word.toUpperCase());

// Makes cases.json: small models of both formats, with what TensorFlow.js makes of formula pixels.
//
//	cd bench && npm ci && node ../nn/tfjs/testdata/make.mjs > ../nn/tfjs/testdata/cases.json
//
// A case is {name, model, weights, input, shape, output}: model.json, the bytes of its one shard in base 64, the shape of
// the input, and shape and numbers of the output.
import { createRequire } from "node:module";

const tf = createRequire(process.cwd() + "/")("@tensorflow/tfjs");
await tf.setBackend("cpu");

/** Pixel i of an input, from -1 to 1. */
const pixel = (i) => Math.fround(((i * 37) % 101) / 50 - 1);
/** Number i of weight k, from -0.5 to 0.5. */
const number = (i, k) => Math.fround(((i * 29 + k * 7) % 83) / 83 - 0.5);

const cases = [];

function add(name, model, bytes, x, y) {
  cases.push({
    name, model, weights: Buffer.from(bytes).toString("base64"), input: x.shape, shape: y.shape,
    output: Array.from(y.dataSync(), (v) => Number(v.toPrecision(7))),
  });
}

const input = (shape) => tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => pixel(i)), shape);

/** Adds a model of the layers format with formula weights; a variance is positive. */
async function layers(name, model) {
  model.setWeights(model.weights.map((w, k) => {
    const positive = /variance/.test(w.originalName) ? 1 : 0;
    return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(w.shape) }, (_, i) => positive + number(i, k)), w.shape);
  }));
  const x = input([2, ...model.inputs[0].shape.slice(1)]);
  await model.save(tf.io.withSaveHandler(async (a) => {
    const manifest = [{ paths: ["./w.bin"], weights: a.weightSpecs }];
    add(name, { format: a.format, modelTopology: a.modelTopology, weightsManifest: manifest }, a.weightData, x, model.predict(x));
    return { modelArtifactsInfo: {} };
  }));
}

const L = tf.layers;
const sequential = (name, shape, ...list) => {
  const m = tf.sequential();
  list.forEach((make, i) => m.add(make(i === 0 ? { inputShape: shape } : {})));
  return layers(name, m);
};
const of = (kind, config) => (first) => L[kind]({ ...config, ...first });

for (const padding of ["same", "valid"]) {
  const p = { padding };
  await sequential("conv " + padding, [7, 6, 2], of("conv2d", { ...p, filters: 3, kernelSize: [3, 2], strides: [2, 1], activation: "relu" }));
  await sequential("conv dilated " + padding, [8, 7, 2], of("conv2d", { ...p, filters: 2, kernelSize: 3, dilationRate: 2, useBias: false }));
  await sequential("depthwise " + padding, [6, 7, 2], of("depthwiseConv2d", { ...p, kernelSize: 3, strides: 2, depthMultiplier: 2, activation: "relu6" }));
  await sequential("separable " + padding, [6, 5, 2], of("separableConv2d", { ...p, filters: 3, kernelSize: 3, depthMultiplier: 2, activation: "elu" }));
  for (const [kernelSize, strides] of [[3, 2], [4, 2], [2, 3]]) {
    await sequential(`transpose ${kernelSize} by ${strides} ${padding}`, [3, 4, 2], of("conv2dTranspose", { ...p, filters: 2, kernelSize, strides }));
  }
  await sequential("max pool " + padding, [7, 6, 2], of("maxPooling2d", { ...p, poolSize: 3, strides: 2 }));
  await sequential("average pool " + padding, [7, 6, 2], of("averagePooling2d", { ...p, poolSize: [3, 2], strides: [2, 2] }));
}
await sequential("max pool by its size", [7, 6, 2], of("maxPooling2d", { poolSize: [3, 2] }));
await sequential("global average", [4, 3, 3], of("globalAveragePooling2d"));
await sequential("global max", [4, 3, 3], of("globalMaxPooling2d"));
await sequential("batch norm", [3, 4, 3], of("batchNormalization", { epsilon: 0.01 }));
await sequential("batch norm without scale", [3, 4, 3], of("batchNormalization", { scale: false, axis: 3 }));
await sequential("batch norm without centre", [3, 4, 3], of("batchNormalization", { center: false }));
await sequential("layer norm", [3, 4, 5], of("layerNormalization"));
await sequential("layer norm over all", [3, 4, 5], of("layerNormalization", { axis: [1, 2, 3], scale: false }));
await sequential("relu at most", [3, 4, 2], of("reLU", { maxValue: 0.5 }));
await sequential("leaky relu", [3, 4, 2], of("leakyReLU", { alpha: 0.2 }));
await sequential("leaky relu as it is", [3, 4, 2], of("leakyReLU"));
await sequential("elu", [3, 4, 2], of("elu"));
await sequential("thresholded relu", [3, 4, 2], of("thresholdedReLU", { theta: 0.3 }));
await sequential("prelu", [3, 4, 2], of("prelu"));
await sequential("prelu shared", [3, 4, 2], of("prelu", { sharedAxes: [1, 2] }));
await sequential("softmax", [3, 4, 5], of("softmax", { axis: -1 }));
for (const activation of ["elu", "relu", "relu6", "selu", "sigmoid", "hardSigmoid", "softplus", "softsign", "tanh", "softmax",
  "logSoftmax", "swish", "mish", "gelu", "linear"]) {
  await sequential("activation " + activation, [2, 3, 4], of("activation", { activation }));
}
await sequential("shapes", [4, 3, 2], of("zeroPadding2d", { padding: [[1, 2], [0, 1]] }), of("cropping2D", { cropping: [[0, 1], [1, 0]] }),
  of("permute", { dims: [2, 3, 1] }), of("reshape", { targetShape: [3, -1] }));
await sequential("upsample nearest", [3, 2, 2], of("upSampling2d", { size: [2, 3] }));
await sequential("upsample bilinear", [3, 4, 2], of("upSampling2d", { size: [3, 2], interpolation: "bilinear" }));
await sequential("rescaling", [3, 2, 2], of("rescaling", { scale: 2, offset: -0.25 }));
await sequential("classifier", [6, 6, 2], of("conv2d", { filters: 4, kernelSize: 3, useBias: false }), of("batchNormalization"),
  of("reLU"), of("dropout", { rate: 0.5 }), of("flatten"), of("dense", { units: 5, activation: "relu" }), of("dense", { units: 3, activation: "softmax" }));
await sequential("softmax behind which shapes change", [4, 4, 2], of("averagePooling2d", { poolSize: 4 }),
  of("conv2d", { filters: 3, kernelSize: 1, activation: "softmax" }), of("dropout", { rate: 0.1 }), of("reshape", { targetShape: [3] }));
await sequential("softmax within", [4], of("dense", { units: 3, activation: "softmax" }), of("dense", { units: 2, activation: "sigmoid" }));

for (const kind of ["add", "multiply", "average", "maximum", "minimum", "concatenate"]) {
  const x = tf.input({ shape: [3, 4, 2] });
  const a = L.conv2d({ filters: 2, kernelSize: 1 }).apply(x), b = L.activation({ activation: "tanh" }).apply(x);
  await layers("merge " + kind, tf.model({ inputs: x, outputs: L[kind]().apply([a, x, b]) }));
}
{
  const x = tf.input({ shape: [3, 4, 2] });
  const gate = L.dense({ units: 2, activation: "sigmoid" }).apply(L.globalAveragePooling2d({}).apply(x));
  await layers("gate with fewer axes", tf.model({ inputs: x, outputs: L.multiply().apply([x, gate]) }));
}
{
  const x = tf.input({ shape: [4, 4, 2] });
  const shared = L.conv2d({ filters: 2, kernelSize: 3, padding: "same" });
  const y = shared.apply(shared.apply(x));
  await layers("shared layer", tf.model({ inputs: x, outputs: L.concatenate({ axis: 1 }).apply([y, x]) }));
}
{
  const inner = tf.sequential({ name: "inner" });
  inner.add(L.conv2d({ filters: 2, kernelSize: 3, padding: "same", inputShape: [4, 4, 2], activation: "relu" }));
  const x = tf.input({ shape: [4, 4, 2] });
  const y = inner.apply(L.add().apply([inner.apply(x), x]));
  const z = L.dense({ units: 3, activation: "softmax" }).apply(L.flatten().apply(y));
  await layers("nested model, called twice", tf.model({ inputs: x, outputs: z }));
}
{ // as Teachable Machine writes them
  const x = tf.input({ shape: [4, 4, 2] });
  const body = tf.model({ inputs: x, outputs: L.conv2d({ filters: 3, kernelSize: 3 }).apply(x) });
  const features = tf.sequential({ layers: [body, L.globalAveragePooling2d({})] });
  const head = tf.sequential({ layers: [L.dense({ units: 4, activation: "relu", inputShape: [3] }), L.dense({ units: 2, activation: "softmax", useBias: false })] });
  await layers("sequential of models", tf.sequential({ layers: [features, head] }));
}

// The graph format. A node is [name, operation, inputs, attributes]; weights are {name: [shape, numbers or nothing, type, quantization]}.
const s = (t) => ({ s: Buffer.from(t).toString("base64") });
const ints = (...n) => ({ list: { i: n.map(String) } });
const f = (v) => ({ f: v });
const b = (v) => ({ b: v });
const int = (v) => ({ i: String(v) });
const type = (t) => ({ type: t });
const dims = (shape) => ({ dim: shape.map((n) => ({ size: String(n) })) });
const texts = (...t) => ({ list: { s: t.map((x) => s(x).s) } });
const window = (stride, padding, more) => ({ strides: ints(1, ...stride, 1), padding: s(padding), data_format: s("NHWC"), dilations: ints(1, 1, 1, 1), ...more });

async function graph(name, shape, weights, nodes) {
  const specs = [], bytes = [], consts = [];
  Object.entries(weights).forEach(([weight, [size, values, dtype = "float32", quantization]], k) => {
    const n = tf.util.sizeFromShape(size);
    const numbers = values ?? Array.from({ length: n }, (_, i) => number(i, k) + (/variance/.test(weight) ? 1 : 0));
    const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, uint16: Uint16Array, float16: Uint16Array, bool: Uint8Array };
    const stored = quantization ? quantization.dtype : dtype;
    const array = Float32Array === arrays[stored] ? Float32Array.from(numbers) : arrays[stored].from(numbers);
    bytes.push(Buffer.from(array.buffer));
    specs.push({ name: weight, shape: size, dtype, ...(quantization && { quantization }) });
    const dt = { float32: "DT_FLOAT", int32: "DT_INT32", bool: "DT_BOOL" }[dtype];
    consts.push({ name: weight, op: "Const", attr: { dtype: type(dt), value: { tensor: { dtype: dt, tensorShape: dims(size) } } } });
  });
  const x = { name: "x", op: "Placeholder", attr: { dtype: type("DT_FLOAT"), shape: { shape: dims([-1, ...shape]) } } };
  const rest = nodes.map(([n, op, inputs, attr = {}]) => ({ name: n, op, input: inputs, attr: { T: type("DT_FLOAT"), ...attr } }));
  const model = {
    format: "graph-model", modelTopology: { node: [x, ...consts, ...rest], versions: { producer: 175 } },
    userDefinedMetadata: { signature: { inputs: { x: { name: "x:0" } }, outputs: { y: { name: rest.at(-1).name + ":0" } } } },
    weightsManifest: [{ paths: ["w.bin"], weights: specs }],
  };
  const all = Buffer.concat(bytes);
  const weightData = all.buffer.slice(all.byteOffset, all.byteOffset + all.length);
  const net = await tf.loadGraphModel(tf.io.fromMemory({ modelTopology: model.modelTopology, weightSpecs: specs, weightData, userDefinedMetadata: model.userDefinedMetadata }));
  const pixels = input([2, ...shape]);
  add("graph: " + name, model, all, pixels, net.predict(pixels));
}

const W = [[3, 3, 2, 3]], D = [[3, 3, 2, 2]];
for (const padding of ["SAME", "VALID"]) {
  await graph("conv " + padding, [7, 6, 2], { w: W }, [["y", "Conv2D", ["x", "w"], window([2, 1], padding)]]);
  await graph("depthwise " + padding, [7, 6, 2], { w: D }, [["y", "DepthwiseConv2dNative", ["x", "w"], window([2, 2], padding)]]);
  await graph("max pool " + padding, [7, 6, 2], {}, [["y", "MaxPool", ["x"], window([2, 2], padding, { ksize: ints(1, 3, 3, 1) })]]);
  await graph("average pool " + padding, [7, 6, 2], {}, [["y", "AvgPool", ["x"], window([2, 1], padding, { ksize: ints(1, 3, 2, 1) })]]);
}
await graph("conv with explicit padding", [7, 6, 2], { w: W }, [["y", "Conv2D", ["x", "w"], window([2, 2], "EXPLICIT", { explicit_paddings: ints(0, 0, 1, 0, 2, 1, 0, 0) })]]);
const fused = (...ops) => ({ fused_ops: texts(...ops), num_args: int(ops.includes("Prelu") ? 2 : 1) });
for (const act of ["Relu", "Relu6", "Elu"]) {
  await graph("fused conv " + act, [6, 6, 2], { w: W, bias: [[3]] }, [["y", "_FusedConv2D", ["x", "w", "bias"], window([1, 1], "SAME", fused("BiasAdd", act))]]);
}
await graph("fused conv LeakyRelu", [5, 5, 2], { w: W, bias: [[3]] },
  [["y", "_FusedConv2D", ["x", "w", "bias"], window([1, 1], "SAME", { ...fused("BiasAdd", "LeakyRelu"), leakyrelu_alpha: f(0.125) })]]);
await graph("fused conv Prelu", [5, 5, 2], { w: W, bias: [[3]], alpha: [[3]] },
  [["y", "_FusedConv2D", ["x", "w", "bias", "alpha"], window([1, 1], "SAME", fused("BiasAdd", "Prelu"))]]);
await graph("fused depthwise", [6, 6, 2], { w: D, bias: [[4]] }, [["y", "FusedDepthwiseConv2dNative", ["x", "w", "bias"], window([1, 1], "SAME", fused("BiasAdd", "Relu6"))]]);
await graph("fused matrix product", [4], { w: [[4, 3]], bias: [[3]] },
  [["y", "_FusedMatMul", ["x", "w", "bias"], { transpose_a: b(false), transpose_b: b(false), ...fused("BiasAdd", "Relu") }]]);
await graph("matrix product, transposed", [4], { w: [[3, 4]], bias: [[3]] },
  [["m", "MatMul", ["x", "w"], { transpose_a: b(false), transpose_b: b(true) }], ["y", "BiasAdd", ["m", "bias"]]]);
await graph("batch norm", [3, 3, 4], { scale: [[4]], offset: [[4]], mean: [[4]], variance: [[4]] },
  [["y", "FusedBatchNormV3", ["x", "scale", "offset", "mean", "variance"], { epsilon: f(0.01), is_training: b(false) }]]);
for (const op of ["AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum", "SquaredDifference", "Prelu"]) {
  await graph(op, [3, 2, 4], { w: [[4], [0.5, -0.25, 2, -1.5]] }, [["y", op, ["x", "w"]]]);
}
await graph("numbers", [3, 2, 4], { a: [[], [2]], b: [[1, 1, 1, 1], [0.5]] }, [["m", "Sub", ["a", "x"]], ["y", "Mul", ["m", "b"]]]);
for (const op of ["Relu", "Relu6", "Sigmoid", "Tanh", "Elu", "Selu", "Softplus", "Square", "Exp", "Neg", "Abs", "Softmax", "LogSoftmax", "Identity"]) {
  await graph(op, [2, 3, 4], {}, [["y", op, ["x"]]]);
}
await graph("roots", [2, 3, 4], { two: [[], [2]] }, [["p", "AddV2", ["x", "two"]], ["q", "Sqrt", ["p"]], ["y", "Rsqrt", ["q"]]]);
await graph("leaky", [2, 3, 4], {}, [["y", "LeakyRelu", ["x"], { alpha: f(0.3) }]]);
const axes = { axes: [[2], [1, 2], "int32"] };
for (const op of ["Mean", "Sum", "Max", "Min"]) {
  await graph(op, [3, 2, 4], axes, [["y", op, ["x", "axes"], { keep_dims: b(op === "Sum") }]]);
}
await graph("mean over axes from the end", [3, 2, 4], { axes: [[1], [-1], "int32"] }, [["y", "Mean", ["x", "axes"], { keep_dims: b(true) }]]);
await graph("squeeze and expand", [3, 2, 4], { ...axes, at: [[], [-2], "int32"] },
  [["m", "Mean", ["x", "axes"], { keep_dims: b(true) }], ["s", "Squeeze", ["m"], { squeeze_dims: ints(1, 2) }], ["y", "ExpandDims", ["s", "at"]]]);
const one = (k) => [[1], [k], "int32"];
const shapes = { zero: one(0), one: one(1), minus: [[], [-1], "int32"], three: [[], [3], "int32"] };
await graph("shapes computed", [3, 2, 4], shapes, [
  ["s", "Shape", ["x"], { out_type: type("DT_INT32") }],
  ["n", "StridedSlice", ["s", "zero", "one", "one"], { begin_mask: int(0), end_mask: int(0), ellipsis_mask: int(0), new_axis_mask: int(0), shrink_axis_mask: int(1), Index: type("DT_INT32") }],
  ["to", "Pack", ["n", "three", "minus"], { N: int(3), axis: int(0) }], ["y", "Reshape", ["x", "to"]],
]);
await graph("concat", [3, 2, 2], { axis: [[], [-1], "int32"] }, [["r", "Relu", ["x"]], ["y", "ConcatV2", ["x", "r", "axis"], { N: int(2) }]]);
await graph("pad", [3, 2, 2], { p: [[4, 2], [0, 0, 1, 2, 0, 1, 0, 0], "int32"] }, [["y", "Pad", ["x", "p"]]]);
await graph("pad with a value", [3, 2, 2], { p: [[4, 2], [0, 0, 1, 2, 0, 1, 0, 1], "int32"], v: [[], [0.75]] }, [["y", "PadV2", ["x", "p", "v"]]]);
await graph("mirror", [3, 4, 2], { p: [[4, 2], [0, 0, 1, 2, 2, 1, 0, 0], "int32"] }, [["y", "MirrorPad", ["x", "p"], { mode: s("REFLECT") }]]);
await graph("transpose", [3, 2, 4], { p: [[4], [0, 3, 1, 2], "int32"] }, [["y", "Transpose", ["x", "p"]]]);
await graph("split", [3, 2, 4], { axis: [[], [3], "int32"] }, [["p", "Split", ["axis", "x"], { num_split: int(2) }], ["y", "Sub", ["p", "p:1"]]]);
await graph("slice", [5, 4, 3], { from: [[4], [0, 1, -1, 1], "int32"], to: [[4], [0, 5, 0, 3], "int32"], by: [[4], [1, 2, -1, 1], "int32"] },
  [["y", "StridedSlice", ["x", "from", "to", "by"], { begin_mask: int(1), end_mask: int(1), ellipsis_mask: int(0), new_axis_mask: int(0), shrink_axis_mask: int(0) }]]);
await graph("slice by sizes", [5, 4, 3], { from: [[4], [0, 1, 2, 0], "int32"], size: [[4], [-1, 3, -1, 2], "int32"] }, [["y", "Slice", ["x", "from", "size"]]]);
await graph("colours in another order", [2, 2, 3], { from: [[2], [0, 0], "int32"], to: [[2], [0, 0], "int32"], by: [[2], [1, -1], "int32"] },
  [["y", "StridedSlice", ["x", "from", "to", "by"], { begin_mask: int(2), end_mask: int(2), ellipsis_mask: int(1), new_axis_mask: int(0), shrink_axis_mask: int(0) }]]);
for (const op of ["ResizeBilinear", "ResizeNearestNeighbor"]) {
  for (const [how, attr] of [["", {}], [" corners", { align_corners: b(true) }], [" centres", { half_pixel_centers: b(true) }]]) {
    for (const size of [[5, 7], [2, 3]]) {
      await graph(op + how + " " + size, [3, 4, 2], { size: [[2], size, "int32"] }, [["y", op, ["x", "size"], { align_corners: b(false), half_pixel_centers: b(false), ...attr }]]);
    }
  }
}
await graph("cast", [2, 3, 2], { w: [[2], [3, -2], "int32"], flags: [[2], [1, 0], "bool"] }, [
  ["a", "Cast", ["w"], { SrcT: type("DT_INT32"), DstT: type("DT_FLOAT") }], ["b", "Cast", ["flags"], { SrcT: type("DT_BOOL"), DstT: type("DT_FLOAT") }],
  ["m", "Mul", ["x", "a"]], ["y", "AddV2", ["m", "b"]],
]);
const q = (dtype, scale, min) => ({ dtype, scale, min });
await graph("quantised", [3], {
  a: [[3], [0, 100, 255], "float32", q("uint8", 0.01, -1)], b: [[3], [0, 40000, 65535], "float32", q("uint16", 1e-4, 0.5)],
  c: [[3], [0x3c00, 0xc100, 0x0001], "float32", { dtype: "float16" }], d: [[1], [3], "int32", q("uint8", 0.5, -2)],
}, [["p", "Mul", ["x", "a"]], ["r", "AddV2", ["p", "b"]], ["t", "Mul", ["r", "c"]], ["y", "Sum", ["t", "d"], { keep_dims: b(true) }]]);
await graph("classifier", [6, 6, 2], { w: W, bias: [[3]], axes: [[2], [1, 2], "int32"], v: [[3, 4]], scale: [[], [2]] }, [
  ["in", "Mul", ["x", "scale"]], ["conv", "Conv2D", ["in", "w"], window([2, 2], "SAME")], ["biased", "BiasAdd", ["conv", "bias"]],
  ["relu", "Relu", ["biased"]], ["mean", "Mean", ["relu", "axes"], { keep_dims: b(false) }], ["logits", "MatMul", ["mean", "v"]],
  ["probs", "Softmax", ["logits"]], ["y", "Identity", ["probs"]],
]);

console.log("[\n" + cases.map((c) => JSON.stringify(c)).join(",\n") + "\n]");

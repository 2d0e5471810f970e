// What the engine makes of a lesson's numbers: a net of one operator, with the lesson's own weights, from an ONNX model that is
// made here.
import { outputOf } from "./convolve.js";
import { model } from "./onnx.js";

/** @import { Fovea } from "../../../js/fovea.d.ts" */
/** @import { Bank, Map, PoolKind } from "./convolve.js" */
/** @import { Node, Weight } from "./onnx.js" */
/** @import { Window } from "./window.js" */

/**
 * Puts x through an operator. The engine's nets end with classes, so two follow that nobody looks at: what the layer before them
 * gets is the operator's map.
 * @param {Fovea} fovea @param {Map} x @param {Omit<Node, "inputs" | "output">} operator @param {Weight[]} weights
 * @param {{ height: number, width: number, channels: number }} size of the map
 * @returns {Promise<Map>}
 */
async function through(fovea, x, operator, weights, size) {
  const count = size.height * size.width * size.channels;
  const net = await fovea.load(model({
    input: [1, x.channels, x.height, x.width], output: [1, 2],
    nodes: [
      { ...operator, inputs: ["x", ...weights.map(({ name }) => name)], output: "map" },
      { operator: "Flatten", inputs: ["map"], output: "flat" },
      { operator: "Gemm", inputs: ["flat", "last"], output: "classes" },
    ],
    weights: [...weights, { name: "last", shape: [count, 2], data: new Float32Array(2 * count) }],
  }), { backend: "simd" });
  try {
    return { ...size, data: Array.from(await net.features(Float32Array.from(x.data))) };
  } finally {
    await net.close();
  }
}

/** ONNX's attributes of a window. @param {Window} window */
const attributesOf = ({ kernel, stride, padding }) => ({
  kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [padding, padding, padding, padding] });

/** @param {Fovea} fovea @param {Map} x @param {Bank} bank @param {Window} window */
export function engineConvolve(fovea, x, bank, window) {
  const weights = [
    { name: "weight", shape: [bank.filters, bank.channels, window.kernel, window.kernel], data: bank.weights },
    { name: "bias", shape: [bank.filters], data: bank.bias }];
  const attributes = { ...attributesOf(window), dilations: [window.dilation, window.dilation] };
  return through(fovea, x, { operator: "Conv", attributes }, weights, { ...outputOf(x, window), channels: bank.filters });
}

const operators = { max: "MaxPool", average: "AveragePool", l2: "LpPool" };

/** @param {Fovea} fovea @param {Map} x @param {PoolKind} kind @param {Window} window */
export function enginePool(fovea, x, kind, window) {
  const operator = { operator: operators[kind], attributes: attributesOf(window) };
  return through(fovea, x, operator, [], { ...outputOf(x, window), channels: 1 });
}

/** The largest difference between two maps. @param {Map} a @param {Map} b */
export const difference = (a, b) => a.data.reduce((most, v, i) => Math.max(most, Math.abs(v - (b.data[i] ?? NaN))), 0);

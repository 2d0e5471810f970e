// ONNX models as bytes: so the engine computes what a lesson shows with the weights that the lesson shows.
//
// The file format is Protocol Buffers; fields are those of onnx.proto, of which these few are needed.
// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

const text = new TextEncoder();
const floatType = 1; // TensorProto.DataType.FLOAT
const irVersion = 8, operatorSet = 13; // both of 2021: every reader has them
const attributeInt = 2, attributeInts = 7; // AttributeProto.AttributeType

/**
 * In ONNX's order, [F, C, KH, KW] of a filter bank.
 * @typedef {{ name: string, shape: number[], data: ArrayLike<number> }} Weight
 */

/** A number as Protocol Buffers write it: seven bits a byte. @param {number} value @returns {number[]} */
function varint(value) {
  const out = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...out, rest];
    out.push((rest % 128) | 128);
  }
}

/** A whole number. @param {number} field @param {number} value */
const whole = (field, value) => [...varint(field << 3), ...varint(value)];

/** A text, or a message that is written already. @param {number} field @param {ArrayLike<number> | string} value */
function part(field, value) {
  const bytes = typeof value === "string" ? text.encode(value) : value;
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...Array.from(bytes)];
}

/** TensorProto. @param {Weight} weight */
function tensor({ name, shape, data }) {
  const bytes = new Uint8Array(4 * data.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++) view.setFloat32(4 * i, Number(data[i]), true);
  return [...shape.flatMap((n) => whole(1, n)), ...whole(2, floatType), ...part(8, name), ...part(9, bytes)];
}

/** ValueInfoProto of floats. @param {string} name @param {number[]} shape */
function value(name, shape) {
  const dimensions = shape.flatMap((n) => part(1, whole(1, n)));
  return [...part(1, name), ...part(2, part(1, [...whole(1, floatType), ...part(2, dimensions)]))];
}

/** AttributeProto. @param {string} name @param {number | number[]} attribute */
function attribute(name, attribute) {
  const numbers = typeof attribute === "number" ? whole(3, attribute) : attribute.flatMap((n) => whole(8, n));
  return [...part(1, name), ...numbers, ...whole(20, typeof attribute === "number" ? attributeInt : attributeInts)];
}

/** @typedef {{ operator: string, inputs: string[], output: string, attributes?: Record<string, number | number[]> }} Node */

/** NodeProto. @param {Node} node */
const node = ({ operator, inputs, output, attributes = {} }) => [
  ...inputs.flatMap((name) => part(1, name)), ...part(2, output), ...part(3, output), ...part(4, operator),
  ...Object.entries(attributes).flatMap(([name, a]) => part(5, attribute(name, a)))];

/**
 * ModelProto, of operators in order: the input is "x", the output what the last one gives.
 * @param {{ input: number[], output: number[], nodes: Node[], weights: Weight[] }} parts shapes are [1, C, H, W] and [1, classes]
 */
export function model({ input, output, nodes, weights }) {
  const graph = [...nodes.flatMap((n) => part(1, node(n))), ...part(2, "lesson"), ...weights.flatMap((w) => part(5, tensor(w))),
    ...part(11, value("x", input)), ...part(12, value(nodes.at(-1)?.output ?? "", output))];
  return Uint8Array.from([...whole(1, irVersion), ...part(7, graph), ...part(8, whole(2, operatorSet))]);
}

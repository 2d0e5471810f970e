// Receptive fields of a net's layers, as rows of a table and as squares on the picture.
import { readChain } from "../chain.js";

/** @import { Summary } from "../../../../js/fovea.d.ts" */

/** `field`, `stride` and `start` in pixels of the input; `start` is where the field of the first output begins, below 0 in the padding.
 * @typedef {{ name: string, height: number, field: number, stride: number, start: number }} FieldRow */
/** @typedef {{ size: number, rows: FieldRow[] }} Fields */

export const nets = {
  three: "INPUT 32x32x3 -> [CONV 3x3x16 pad 1 -> RELU]*3 -> FC 10",
  seven: "INPUT 32x32x3 -> CONV 7x7x16 pad 3 -> RELU -> FC 10",
  dilated: "INPUT 32x32x3\n-> CONV 3x3x16 pad 1 -> RELU\n-> CONV 3x3x16 pad 2 dilation 2 -> RELU\n-> CONV 3x3x16 pad 4 dilation 4 -> RELU\n-> FC 10",
  lenet: "INPUT 28x28x1\n-> CONV 5x5x6 pad 2 -> TANH -> AVGPOOL 2\n-> CONV 5x5x16 -> TANH -> AVGPOOL 2\n-> FC 120 -> TANH -> FC 84 -> TANH -> FC 10",
  vgg: "INPUT 224x224x3\n-> [CONV 3x3x64 pad 1 -> RELU]*2 -> POOL 2\n-> [CONV 3x3x128 pad 1 -> RELU]*2 -> POOL 2\n-> [CONV 3x3x256 pad 1 -> RELU]*3 -> POOL 2\n"
    + "-> [CONV 3x3x512 pad 1 -> RELU]*3 -> POOL 2\n-> [CONV 3x3x512 pad 1 -> RELU]*3 -> POOL 2\n-> FC 1000",
};

/** Layers that change what is seen, from maps. @param {FieldRow[]} rows */
const changing = (rows) => rows.filter(({ height, field, stride }, i) => {
  const before = rows[i - 1] ?? { field: 1, stride: 1 };
  return height > 1 && (field !== before.field || stride !== before.stride);
});

/** Of a map; a vector has one place. @param {number[]} shape */
const heightOf = (shape) => (shape.length === 3 ? shape[0] ?? 1 : 1);

/** By the page's own arithmetic; undefined where it does not understand the text. @param {string} text @returns {Fields | undefined} */
export function fieldsOfText(text) {
  const chain = readChain(text);
  if (!chain) return undefined;
  const rows = chain.layers.map(({ name, shape, field, stride, start }) => ({ name, height: heightOf(shape), field, stride, start }));
  return { size: chain.input[0] ?? 1, rows: changing(rows) };
}

/** By the engine, which does not say where the first field begins: as if what is over were divided between both ends.
 * @param {Summary} summary @returns {Fields} */
export function fieldsOfSummary(summary) {
  const size = summary.input[0] ?? 1;
  return { size, rows: changing(summary.layers.map(({ name, shape, receptiveField, stride }) => {
    const height = heightOf(shape);
    const [field, jump] = [receptiveField[0] ?? 1, stride[0] ?? 1];
    return { name, height, field, stride: jump, start: Math.ceil((size - (height - 1) * jump - field) / 2) };
  })) };
}

/** The pixels from and up to (not with) which output `index` looks. @param {FieldRow} row @param {number} index */
export const spanOf = ({ field, stride, start }, index) => ({ from: start + index * stride, to: start + index * stride + field });

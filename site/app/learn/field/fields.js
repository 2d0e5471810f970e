// Receptive fields of a net's layers, as rows of a table and as squares on the picture.
import { readChain } from "../chain.js";

/** @import { Summary } from "../../../../js/fovea.d.ts" */

/** @import { Sight } from "../chain.js" */

/** @typedef {Sight & { name: string, height: number }} FieldRow */
/** @typedef {{ size: number, rows: FieldRow[] }} Fields */

/** Nets to begin with. */
export const nets = {
  three: "INPUT 32x32x3 -> [CONV 3x3x16 pad 1 -> RELU]*3 -> FC 10",
  seven: "INPUT 32x32x3 -> CONV 7x7x16 pad 3 -> RELU -> FC 10",
  dilated: `INPUT 32x32x3
-> CONV 3x3x16 pad 1 -> RELU
-> CONV 3x3x16 pad 2 dilation 2 -> RELU
-> CONV 3x3x16 pad 4 dilation 4 -> RELU
-> FC 10`,
  lenet: `INPUT 28x28x1
-> CONV 5x5x6 pad 2 -> TANH -> AVGPOOL 2
-> CONV 5x5x16 -> TANH -> AVGPOOL 2
-> FC 120 -> TANH -> FC 84 -> TANH -> FC 10`,
  vgg: `INPUT 224x224x3
-> [CONV 3x3x64 pad 1 -> RELU]*2 -> POOL 2
-> [CONV 3x3x128 pad 1 -> RELU]*2 -> POOL 2
-> [CONV 3x3x256 pad 1 -> RELU]*3 -> POOL 2
-> [CONV 3x3x512 pad 1 -> RELU]*3 -> POOL 2
-> [CONV 3x3x512 pad 1 -> RELU]*3 -> POOL 2
-> FC 1000`,
};

/** Layers that change what is seen, from maps. @param {FieldRow[]} rows */
const changing = (rows) => rows.filter(({ height, field, stride }, i) => {
  const before = rows[i - 1] ?? { field: 1, stride: 1 };
  return height > 1 && (field !== before.field || stride !== before.stride);
});

/** Of a map; a vector has one place. @param {number[]} shape */
const heightOf = (shape) => (shape.length === 3 ? shape[0] ?? 1 : 1);

/**
 * By the page's own arithmetic; undefined where it does not understand the text.
 * @param {string} text @returns {Fields | undefined}
 */
export function fieldsOfText(text) {
  const chain = readChain(text);
  if (!chain) return undefined;
  const rows = chain.layers.map(({ name, shape, field, stride, start }) => (
    { name, height: heightOf(shape), field, stride, start }));
  return { size: chain.input[0] ?? 1, rows: changing(rows) };
}

/** By the engine, along rows; layers that only training computes have no field. @param {Summary} summary @returns {Fields} */
export function fieldsOfSummary(summary) {
  const rows = summary.layers.flatMap(({ name, shape, receptiveField: [field], stride: [stride = 1], start: [start = 0] }) => (
    field === undefined ? [] : [{ name, height: heightOf(shape), field, stride, start }]));
  return { size: summary.input[0] ?? 1, rows: changing(rows) };
}

/** The pixels from and up to (not with) which output `index` looks. @param {FieldRow} row @param {number} index */
export const spanOf = ({ field, stride, start }, index) => (
  { from: start + index * stride, to: start + index * stride + field });

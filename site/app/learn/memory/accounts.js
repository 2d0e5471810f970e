// What a net costs, a layer a row.
import { readChain } from "../chain.js";

/** @import { Summary } from "../../../../js/fovea.d.ts" */

/** @typedef {{ name: string, shape: number[], parameters: number, macs: number }} Layer */
/** `values` are the numbers of one sample's output. @typedef {Layer & { values: number }} CostRow */

/** VGG-16 as the page can read it; the zoo's text, which the engine reads, is the same net. */
export const vgg16 = ["INPUT 224x224x3",
  ...[[64, 2], [128, 2], [256, 3], [512, 3], [512, 3]].map(([f, n]) => `[CONV 3x3x${f} pad 1 -> RELU]*${n} -> POOL 2`),
  "[FC 4096 -> RELU -> DROPOUT 0.5]*2 -> FC 1000"].join(" -> ");

/** Layers that write a map of their own: an activation can write in place, and dropout does nothing in use.
 * @param {CostRow} row */
const counts = ({ name, parameters }) => parameters > 0 || /^(CONV|FC|\w*POOL|GAP|GMP|ADD|CONCAT|LRN|BN|DWCONV)\b/i.test(name);

/** @param {number[]} shape */
const size = (shape) => shape.reduce((a, b) => a * b, 1);

/** @param {number[]} input @param {Layer[]} layers @returns {CostRow[]} */
function rowsOf(input, layers) {
  const first = { name: "INPUT", shape: input, parameters: 0, macs: 0 };
  const rows = [first, ...layers].map(({ name, shape, parameters, macs }) => (
    { name, shape, values: size(shape), parameters, macs }));
  return rows.filter((row, i) => i === 0 || counts(row));
}

/** @param {string} text */
export function costsOfText(text) {
  const chain = readChain(text);
  return chain ? rowsOf(chain.input, chain.layers) : [];
}

/** @param {Summary} summary */
export const costsOfSummary = (summary) => rowsOf(summary.input, summary.layers.filter(({ name }) => !/^INPUT\b/i.test(name)));

/** @param {CostRow[]} rows */
export function totalsOf(rows) {
  const sum = (/** @type {"values" | "parameters" | "macs"} */ what) => rows.reduce((all, row) => all + row[what], 0);
  return { values: sum("values"), parameters: sum("parameters"), macs: sum("macs") };
}

const float = 4; // bytes

/**
 * What training takes by the rule of thumb of CS231n: every map twice, for itself and its gradient, a batch of them; each
 * parameter four times, for itself, its gradient, and Adam's two means.
 * @param {CostRow[]} rows @param {number} batch
 */
export function ruleOfThumb(rows, batch) {
  const { values, parameters } = totalsOf(rows);
  return float * (2 * batch * values + 4 * parameters);
}

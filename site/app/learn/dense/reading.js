// What a map of classes says: the best class of a window, and the figures from left to right.

/** @import { ClassMap } from "../../../../js/fovea.d.ts" */
/** A class and its probability. @typedef {{ label: number, p: number }} Answer */

export const sure = 0.9; // from which probability on an answer counts
const fewInk = 0.06; // share of ink below which a window counts as empty: the net has no class for that

/**
 * What a window is most like; undefined of an empty one.
 * @param {ClassMap} map @param {number} row @param {number} column @returns {Answer | undefined}
 */
export function bestOf(map, row, column) {
  const [, columns = 1, classes = 10] = map.shape;
  if (inkOf(map, row, column) < fewInk) return undefined;
  const from = (row * columns + column) * classes;
  const probabilities = Array.from(map.data.subarray(from, from + classes));
  const p = Math.max(...probabilities);
  return { label: probabilities.indexOf(p), p };
}

/**
 * The share of a window's middle that is ink.
 * @param {Pick<ClassMap, "picture" | "stride" | "window">} map @param {number} row @param {number} column
 */
function inkOf({ picture, stride, window }, row, column) {
  const margin = Math.floor(window[0] / 5);
  let sum = 0, count = 0;
  for (let y = margin; y < window[0] - margin; y++) {
    for (let x = margin; x < window[1] - margin; x++, count++) {
      sum += picture.data[4 * ((row * stride[0] + y) * picture.width + column * stride[1] + x)] ?? 0;
    }
  }
  return sum / count / 255;
}

/** The figures from left to right: of each run of columns that have a sure answer, the class with the most votes.
 * @param {(Answer | undefined)[][]} columns the windows of each column, from left to right */
export function readingOf(columns) {
  const sureOf = columns.map((column) => (
    column.reduce((best, one) => (one && one.p > sure && one.p > (best?.p ?? 0) ? one : best), undefined)));
  /** @type {Record<number, number>[]} */
  const runs = [];
  sureOf.forEach((one, i) => {
    if (!one) return;
    if (!sureOf[i - 1]) runs.push({});
    const votes = /** @type {Record<number, number>} */ (runs.at(-1));
    votes[one.label] = (votes[one.label] ?? 0) + one.p;
  });
  return runs.map((votes) => Number(Object.entries(votes).sort(([, a], [, b]) => b - a)[0]?.[0]));
}

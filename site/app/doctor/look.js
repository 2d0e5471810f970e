// Reads all samples of data sets once, and compares them.
import { equalPairs, isBlank, membersOf, nearPairs, sketch } from "./sketches.js";
import { pacer } from "./pause.js";

/**
 * @import { Dataset } from "../../../js/fovea.d.ts"
 * @import { Opened } from "./subjects.js"
 * @import { Pair, Sketch } from "./sketches.js"
 */

const together = 200; // samples that come from the program at a time

/**
 * @param {Dataset} data @param {AbortSignal} signal @param {(done: number) => void} onProgress
 * @returns {Promise<{ sketches: Sketch[], labels: number[] }>}
 */
async function sketched(data, signal, onProgress) {
  const pause = pacer(signal);
  /** @type {Sketch[]} */
  const sketches = [];
  /** @type {number[]} */
  const labels = [];
  for (let from = 0; from < data.count; from += together) {
    const { pixels, shape, labels: some } = await data.samples(from, Math.min(together, data.count - from));
    const size = shape.reduce((product, n) => product * n, 1);
    for (let i = 0; i < some.length; i++) {
      sketches.push(sketch(pixels.subarray(i * size, (i + 1) * size), shape));
      labels.push(some[i] ?? 0);
      await pause();
    }
    onProgress(sketches.length);
  }
  return { sketches, labels };
}

/** Two samples that are the same, or nearly; `leak` where one is to be learned from and the other to test with.
 * @typedef {Pair & { leak: boolean }} Twins */

/**
 * @param {Opened} opened
 * @param {{ signal: AbortSignal, onLook: (done: number, total: number) => void, onCompare: (done: number, total: number) => void }} options
 * @returns {Promise<{ labels: number[], twins: Twins[], blank: number[], sketches: Sketch[] }>} by index over all parts
 */
export async function lookAt({ parts, test }, { signal, onLook, onCompare }) {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  /** @type {Sketch[]} */
  const sketches = [];
  /** @type {number[]} */
  const labels = [];
  for (const part of parts) {
    const found = await sketched(part, signal, (done) => onLook(sketches.length + done, total));
    for (const one of found.sketches) sketches.push(one);
    for (const label of found.labels) labels.push(label);
  }
  const digests = sketches.map(({ digest }) => digest);
  const inTest = parts.includes(test) ? sketches.map((_, i) => i >= (parts[0]?.count ?? 0))
    : membersOf(digests, (await sketched(test, signal, () => {})).sketches.map(({ digest }) => digest));
  const pairs = [...equalPairs(sketches), ...await nearPairs(sketches, { pause: pacer(signal), onProgress: onCompare })];
  return {
    labels, sketches,
    twins: pairs.map((pair) => ({ ...pair, leak: inTest[pair.a] !== inTest[pair.b] })),
    blank: sketches.flatMap((one, i) => (isBlank(one) ? [i] : [])),
  };
}

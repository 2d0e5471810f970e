// Reads all samples of data sets once, and compares them.
import { equalPairs, isBlank, membersOf, nearPairs, similarity, sketch } from "./sketches.js";
import { pacer } from "./pause.js";

/**
 * @import { Dataset } from "../../../js/fovea.d.ts"
 * @import { Opened } from "./subjects.js"
 * @import { Prints } from "./prints.js"
 * @import { Pair, Sketch } from "./sketches.js"
 */

const together = 200; // samples that come from the program at a time

/** What was seen of all parts, by index. `inTest` is whether a sample is to test with.
 * @typedef {{ sketches: Sketch[], labels: number[], inTest: boolean[], blank: number[] }} Looked */

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

/**
 * @param {Opened} opened
 * @param {{ signal: AbortSignal, onProgress: (done: number, total: number) => void }} options
 * @returns {Promise<Looked>}
 */
export async function lookAt({ parts, test }, { signal, onProgress }) {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  /** @type {Sketch[]} */
  const sketches = [];
  /** @type {number[]} */
  const labels = [];
  for (const part of parts) {
    const found = await sketched(part, signal, (done) => onProgress(sketches.length + done, total));
    for (const one of found.sketches) sketches.push(one);
    for (const label of found.labels) labels.push(label);
  }
  const digests = sketches.map(({ digest }) => digest);
  const inTest = parts.includes(test) ? sketches.map((_, i) => i >= (parts[0]?.count ?? 0))
    : membersOf(digests, (await sketched(test, signal, () => {})).sketches.map(({ digest }) => digest));
  return { sketches, labels, inTest, blank: sketches.flatMap((one, i) => (isBlank(one) ? [i] : [])) };
}

/** Two samples that are the same, or nearly, as pixels say or a network; `leak` where one is to be learned from and the other to
 * test with. @typedef {Pair & { by: "pixels" | "features", leak: boolean }} Twins */

/** Correlation of thumbnails that pictures have at least which a network takes for the same. */
const leastInPixels = 0.4;

/**
 * The pairs among all samples: the equal ones, those alike in pixels, then those alike to a network.
 * @param {Looked} looked
 * @param {Prints | null} prints of a network, where there are some
 * @param {{ signal: AbortSignal, onProgress: (done: number, total: number) => void }} options
 * @returns {Promise<Twins[]>}
 */
export async function twinsOf({ sketches, inTest }, prints, { signal, onProgress }) {
  const pause = pacer(signal);
  const inPixels = [...equalPairs(sketches), ...await nearPairs(sketches, { pause, onProgress })];
  const known = new Set(inPixels.map(({ a, b }) => `${a} ${b}`));
  const agrees = (/** @type {number} */ a, /** @type {number} */ b) => {
    const [x, y] = [sketches[a], sketches[b]];
    return !!x && !!y && x.digest !== y.digest && !known.has(`${a} ${b}`) && similarity(x, y) >= leastInPixels;
  };
  const seen = await prints?.pairs(agrees, { pause, onProgress }) ?? [];
  const leak = (/** @type {Pair} */ { a, b }) => inTest[a] !== inTest[b];
  return [
    ...inPixels.map((pair) => ({ ...pair, by: /** @type {const} */ ("pixels"), leak: leak(pair) })),
    ...seen.map((pair) => ({ ...pair, by: /** @type {const} */ ("features"), leak: leak(pair) })),
  ];
}

// Near duplicates by what a middle layer of a network makes of pictures. Pixels and their hashes do not survive a move by two
// pixels or a turn by some degrees; what a layer sees in a region does. A layer near the end would not do: there all cats are
// alike.
import { random } from "../data/points.js";

/** @import { Net } from "../../../js/fovea.d.ts" */
/** @import { Pair } from "./sketches.js" */

/** Numbers of a print. */
const size = 256;
/**
 * Two pictures count as nearly the same where the cosine of their prints is at least the one, and their distance at most the
 * other times that of either to its second nearest: among drawings on white all are near each other, and only what is much nearer
 * than that is a copy. Three moved copies of a picture hide each other by this. Source of the ratio: Lowe, "Distinctive Image
 * Features from Scale-Invariant Keypoints", IJCV 60, 2004. What it finds: docs/site.md.
 */
const [leastAlike, mostOfSecond] = [0.5, 0.8];
/** So many at most are compared each with all: 12.5 million pairs. */
export const mostPrints = 5000;

/** The layer by which pictures are compared: the last activation that tells more than three places along each side apart; ""
 * where there is none. Of the site's network it is the sixteenth, 160 features at 7x7 places. @param {Net} net */
export function layerToCompare({ summary: { layers } }) {
  const last = layers.findLast(({ name, shape: [height = 0, width = 0] }) => (
    /^\w*ELU$/.test(name) && Math.min(height, width) > 3));
  return last ? String(last.index) : "";
}

/**
 * Prints of pictures, each the values x of a layer folded into few:
 *
 *     y[place(i)] += sign(i) x[i]
 *
 * with pseudo-random places and signs. It keeps the cosines between vectors to within 1/√256, one standard deviation. Source:
 * Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009, arXiv:0902.2206.
 */
export class Prints {
  /** @type {Float32Array[]} */
  #rows = [];
  #places = new Uint16Array(0);
  #signs = new Int8Array(0);

  /** @param {Float32Array} features of the next picture */
  add(features) {
    if (this.#places.length === 0) {
      const next = random(1);
      this.#places = Uint16Array.from(features, () => Math.floor(size * next()));
      this.#signs = Int8Array.from(features, () => (next() < 0.5 ? -1 : 1));
    }
    const row = new Float32Array(size);
    for (let i = 0; i < features.length; i++) {
      const place = this.#places[i] ?? 0;
      row[place] = (row[place] ?? 0) + (this.#signs[i] ?? 0) * (features[i] ?? 0);
    }
    this.#rows.push(row);
  }

  /**
   * Pairs that are nearly the same once the mean of all is subtracted, the most similar first.
   * @param {(a: number, b: number) => boolean} agrees whether a pair that is alike may count
   * @param {{ pause: () => Promise<void>, onProgress: (done: number, total: number) => void }} options `pause` is awaited
   *   after each picture
   * @returns {Promise<Pair[]>}
   */
  async pairs(agrees, { pause, onProgress }) {
    const count = this.#rows.length;
    const unit = await this.#units(pause);
    const second = Array.from({ length: count }, () => [-1, -1]); // the cosines of the two nearest
    /** @type {Pair[]} */
    const alike = [];
    for (let b = 1; b < count; b++) {
      const row = unit.subarray(b * size, (b + 1) * size);
      for (let a = 0; a < b; a++) {
        const cosine = dot(row, unit, a * size);
        nearest(second[a], cosine);
        nearest(second[b], cosine);
        if (cosine >= leastAlike) alike.push({ a, b, similarity: Math.min(cosine, 0.9999) });
      }
      onProgress(b * b, count * count); // work grows with the pictures before it
      await pause();
    }
    const limit = (/** @type {number} */ i) => mostOfSecond * distance(second[i]?.[1] ?? -1);
    const stands = (/** @type {Pair} */ { a, b, similarity }) => (
      distance(similarity) <= Math.min(limit(a), limit(b)) && agrees(a, b));
    return alike.filter(stands).sort((x, y) => y.similarity - x.similarity);
  }

  /** All prints less their mean, of length 1. @param {() => Promise<void>} pause */
  async #units(pause) {
    const mean = new Float32Array(size);
    for (const row of this.#rows) {
      for (let k = 0; k < size; k++) mean[k] = (mean[k] ?? 0) + (row[k] ?? 0) / this.#rows.length;
      await pause();
    }
    const unit = new Float32Array(size * this.#rows.length);
    for (const [i, row] of this.#rows.entries()) {
      let squares = 0;
      for (let k = 0; k < size; k++) squares += ((row[k] ?? 0) - (mean[k] ?? 0)) ** 2;
      const length = Math.sqrt(squares) || 1;
      for (let k = 0; k < size; k++) unit[i * size + k] = ((row[k] ?? 0) - (mean[k] ?? 0)) / length;
      await pause();
    }
    return unit;
  }
}

/** @param {Float32Array} x @param {Float32Array} all @param {number} from where y begins in `all` */
function dot(x, all, from) {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += /** @type {number} */ (x[k]) * /** @type {number} */ (all[from + k]);
  return sum;
}

/** Between unit vectors. @param {number} cosine */
const distance = (cosine) => Math.sqrt(Math.max(0, 2 - 2 * cosine));

/** Keeps the two largest. @param {number[] | undefined} two the larger one first @param {number} cosine */
function nearest(two, cosine) {
  if (!two || cosine <= (two[1] ?? 1)) return;
  two[1] = Math.min(two[0] ?? 1, cosine);
  two[0] = Math.max(two[0] ?? 1, cosine);
}

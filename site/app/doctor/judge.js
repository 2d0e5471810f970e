// How probable each class is for each sample, by nets that have not seen it: k-fold cross-validation with nets that learn for a
// few seconds, from pixels or from what a trained network makes of the pictures (features.js).
import { folds } from "./folds.js";

/** @import { Dataset, Fovea } from "../../../js/fovea.d.ts" */

/** What a fold has come to, to be kept. @typedef {{ probabilities: Float32Array, fold: number }} Judged */

/** A single layer, which has too few weights to learn wrong labels by heart: what is to be seen is in the vectors already. */
const ofVectors = { augment: {}, smoothing: 0 };

/**
 * Smoothed targets, thirty passes and pictures that are moved about keep nets from learning wrong labels by heart: of 40 drawings
 * of rings and crosses with two wrong labels both are in doubt and nothing else, of 200 digits of MNIST with 11 wrong labels 10
 * are, and 9 right ones (with twelve passes 5 and 18). Photographs are too much for such a net; docs/site.md has the figures.
 */
const ofPixels = { augment: /** @type {const} */ ({ shift: 2, rotate: 10, scale: 0.1, border: "edge" }), smoothing: 0.1 };

const layers = "CONV 3x3x16 pad 1 -> RELU -> POOL 2 -> CONV 3x3x32 pad 1 -> RELU -> POOL 2 -> FC 64 -> RELU";

/**
 * How a net learns from a set of vectors [1, 1, size] or of pictures. Few samples need as many of them as can be to learn from,
 * so there are five folds; where nets learn in a moment, in several rounds, each with other folds, whose mean depends less on
 * chance.
 * @param {{ count: number, shape: number[], classes: string[] }} data
 */
export function recipe({ count, shape: [height = 1, width = 1, channels = 1], classes }) {
  const batch = Math.max(4, Math.min(64, Math.round(count / 4)));
  const passes = (/** @type {number} */ n, /** @type {number} */ least, /** @type {number} */ most) => (
    Math.round(Math.max(least, Math.min(most, (n * count) / batch))));
  const k = count < 5000 ? 5 : 3;
  const input = `INPUT ${height}x${width}x${channels}`;
  const last = `FC ${classes.length}`;
  if (height === 1) return { ...ofVectors, text: `${input} -> ${last}`, k, rounds: 3, batch, steps: passes(10, 100, 2000) };
  return { ...ofPixels, text: `${input} -> ${layers} -> ${last}`, k, rounds: 1, batch, steps: passes(30, 100, 400) };
}

/**
 * Probabilities [N, classes] of the samples of all parts, one part after the other. Nets learn from the first part only: its
 * samples are judged by the nets of their folds, one a round, others by the mean of all nets.
 * @param {Fovea} fovea
 * @param {Dataset[]} parts
 * @param {Uint8Array | Int32Array} labels of the first part
 * @param {{ signal: AbortSignal, judged?: Judged, onFold: (judged: Judged) => Promise<void>,
 *   onProgress: (done: number, total: number) => void }} options `judged` is what an earlier run came to
 * @returns {Promise<Float32Array>}
 */
export async function outOfFold(fovea, parts, labels, { signal, judged, onFold, onProgress }) {
  const [first] = parts;
  if (!first) throw new RangeError("no data set");
  const { text, k, rounds, batch, steps, ...rates } = recipe(first);
  const classes = first.classes.length;
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const probabilities = judged?.probabilities ?? new Float32Array(total * classes);
  const add = (/** @type {number} */ at, /** @type {ArrayLike<number>} */ some, /** @type {number} */ share) => {
    for (let i = 0; i < some.length; i++) probabilities[at + i] = (probabilities[at + i] ?? 0) + (some[i] ?? 0) * share;
  };
  const all = k * rounds;
  for (let f = judged?.fold ?? 0; f < all; f++) {
    signal.throwIfAborted();
    const fold = folds(labels, k, 1 + Math.floor(f / k));
    const indices = (/** @type {boolean} */ held) => Array.from(fold.keys()).filter((i) => (fold[i] === f % k) === held);
    const held = indices(true);
    const learn = await first.subset(indices(false));
    const rest = await first.subset(held);
    const net = await fovea.net(text, { classes: first.classes, seed: f + 1 });
    try {
      const how = { steps, batch, learningRate: 0.002, schedule: /** @type {const} */ ("cosine"), ...rates };
      const training = net.train(learn, { ...how, seed: f + 1, signal });
      for await (const { step } of training) onProgress(f + step / steps, all);
      await training.finished;
      signal.throwIfAborted();
      const { data } = await net.predict(rest, { signal });
      held.forEach((i, row) => add(i * classes, data.subarray(row * classes, (row + 1) * classes), 1 / rounds));
      let at = first.count * classes;
      for (const part of parts.slice(1)) {
        const { data: others } = await net.predict(part, { signal });
        add(at, others, 1 / all);
        at += others.length;
      }
    } finally {
      await Promise.all([net.close(), learn.close(), rest.close()]);
    }
    onProgress(f + 1, all);
    await onFold({ probabilities, fold: f + 1 });
  }
  return probabilities;
}

// How probable each class is for each sample, by nets that have not seen it: k-fold cross-validation with a small net that learns
// for a few seconds. It looks at pixels, since it must work without the network and for what no published net has seen.
import { throwIfAborted } from "./pause.js";
import { folds } from "./folds.js";

/** @import { Dataset, Fovea } from "../../../js/fovea.d.ts" */

const augment = /** @type {const} */ ({ shift: 2, rotate: 10, scale: 0.1, border: "edge" });

/** What a fold has come to, to be kept. @typedef {{ probabilities: Float32Array, fold: number }} Judged */

/**
 * Few pictures need as many of them as can be to learn from, so there are five folds. Thirty passes, smoothed targets and pictures that are
 * moved about keep the nets from learning wrong labels by heart: of 40 drawings of rings and crosses with two wrong labels both are in
 * doubt and nothing else, of 200 digits of MNIST with 11 wrong labels 10 are, and 9 right ones (with twelve passes 5 and 18).
 * @param {{ count: number, shape: number[], classes: string[] }} data
 */
export function recipe({ count, shape: [height = 1, width = 1, channels = 1], classes }) {
  const deep = Math.min(height, width) >= 8;
  const layers = deep ? "CONV 3x3x16 pad 1 -> RELU -> POOL 2 -> CONV 3x3x32 pad 1 -> RELU -> POOL 2 -> " : "";
  const batch = Math.max(4, Math.min(64, Math.round(count / 4)));
  return {
    text: `INPUT ${height}x${width}x${channels} -> ${layers}FC 64 -> RELU -> FC ${classes.length}`,
    k: count < 5000 ? 5 : 3,
    batch,
    steps: Math.round(Math.max(100, Math.min(400, (30 * count) / batch))),
  };
}

/**
 * Probabilities [N, classes] of the samples of all parts, one part after the other. Nets learn from the first part only: its samples are
 * judged by the net of their fold, others by the mean of all nets.
 * @param {Fovea} fovea
 * @param {Dataset[]} parts
 * @param {Uint8Array | Int32Array} labels of the first part
 * @param {{ signal: AbortSignal, judged?: Judged, onFold: (judged: Judged) => Promise<void>, onProgress: (done: number, total: number) => void }} options
 *   `judged` is what an earlier run came to
 * @returns {Promise<Float32Array>}
 */
export async function outOfFold(fovea, parts, labels, { signal, judged, onFold, onProgress }) {
  const [first] = parts;
  if (!first) throw new RangeError("no data set");
  const { text, k, batch, steps } = recipe(first);
  const classes = first.classes.length;
  const fold = folds(labels, k);
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const probabilities = judged?.probabilities ?? new Float32Array(total * classes);
  for (let f = judged?.fold ?? 0; f < k; f++) {
    throwIfAborted(signal);
    const indices = (/** @type {boolean} */ held) => Array.from(fold.keys()).filter((i) => (fold[i] === f) === held);
    const held = indices(true);
    const learn = await first.subset(indices(false));
    const rest = await first.subset(held);
    const net = await fovea.net(text, { classes: first.classes, seed: f + 1 });
    try {
      const training = net.train(learn, { steps, batch, learningRate: 0.002, schedule: "cosine", smoothing: 0.1, seed: f + 1, augment, signal });
      for await (const { step } of training) onProgress(f + step / steps, k);
      await training.finished;
      throwIfAborted(signal);
      const { data } = await net.predict(rest, { signal });
      held.forEach((i, row) => probabilities.set(data.subarray(row * classes, (row + 1) * classes), i * classes));
      let at = first.count * classes;
      for (const part of parts.slice(1)) {
        const { data: others } = await net.predict(part, { signal });
        for (let i = 0; i < others.length; i++) probabilities[at + i] = (probabilities[at + i] ?? 0) + (others[i] ?? 0) / k;
        at += others.length;
      }
    } finally {
      await Promise.all([net.close(), learn.close(), rest.close()]);
    }
    onProgress(f + 1, k);
    await onFold({ probabilities, fold: f + 1 });
  }
  return probabilities;
}

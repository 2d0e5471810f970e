// What a trained network makes of each picture: numbers by which pictures can be judged and compared that pixels say little of.
import { pacer } from "./pause.js";

/** @import { Dataset, Fovea, Net } from "../../../js/fovea.d.ts" */

const together = 100; // pictures that go through the network at a time

/** A layer, by default that before the last one with weights, and who gets what it makes of each picture, in their order.
 * @typedef {{ layer?: string, take: (features: Float32Array) => void }} Looker */

/**
 * Shows a network all samples.
 * @param {Net} net @param {Dataset[]} parts of the network's own size @param {Looker[]} lookers
 * @param {{ signal: AbortSignal, onProgress: (done: number, total: number) => void }} options
 */
export async function lookThrough(net, parts, lookers, { signal, onProgress }) {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  for (const part of parts) {
    for (let from = 0; from < part.count; from += together) {
      signal.throwIfAborted();
      const some = await part.subset(Array.from({ length: Math.min(together, part.count - from) }, (_, i) => from + i));
      try {
        for (const { layer, take } of lookers) {
          const { data, shape: [, size = 0] } = await net.features(some, { layer, signal });
          for (let i = 0; i < some.count; i++) take(data.subarray(i * size, (i + 1) * size));
        }
      } finally {
        await some.close();
      }
      onProgress(done += some.count, total);
    }
  }
}

/**
 * Vectors as data sets [1, 1, size] of bytes, which nets learn from as from pictures: 0 is the least of a value over all vectors,
 * and 255 the largest. A net subtracts means and divides by deviations itself.
 * @param {Fovea} fovea
 * @param {Dataset[]} parts whose samples the vectors are of, one part after the other
 * @param {Float32Array[]} vectors
 * @param {ArrayLike<number>} labels
 * @param {AbortSignal} signal
 * @returns {Promise<Dataset[]>}
 */
export async function vectorSets(fovea, parts, vectors, labels, signal) {
  const pause = pacer(signal);
  const size = vectors[0]?.length ?? 0;
  const least = Float32Array.from({ length: size }, () => Infinity);
  const most = Float32Array.from({ length: size }, () => -Infinity);
  for (const vector of vectors) {
    vector.forEach((value, k) => {
      least[k] = Math.min(least[k] ?? value, value);
      most[k] = Math.max(most[k] ?? value, value);
    });
    await pause();
  }
  const scale = least.map((low, k) => 255 / Math.max((most[k] ?? 0) - low, 1e-12));
  const sets = [];
  let from = 0;
  for (const { count, classes } of parts) {
    const images = new Uint8Array(count * size);
    for (let i = 0; i < count; i++) {
      const bytes = (vectors[from + i] ?? least).map((value, k) => Math.round((value - (least[k] ?? 0)) * (scale[k] ?? 0)));
      images.set(bytes, i * size);
      await pause();
    }
    const own = Array.from({ length: count }, (_, i) => labels[from + i] ?? 0);
    sets.push(await fovea.dataset({ images, labels: own, shape: [1, 1, size], classes }, { signal }));
    from += count;
  }
  return sets;
}

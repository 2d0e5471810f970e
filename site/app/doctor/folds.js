// Parts of a set for cross-validation.
import { random } from "../data/points.js";

/**
 * To which of `k` folds each sample belongs: the samples of a class are spread evenly, in an order that `seed` determines.
 * @param {ArrayLike<number>} labels @param {number} k @param {number} [seed]
 * @returns {Uint8Array}
 */
export function folds(labels, k, seed = 1) {
  const next = random(seed);
  const order = Array.from(labels, (_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  const fold = new Uint8Array(labels.length);
  /** @type {Map<number, number>} */
  const seen = new Map();
  for (const i of order) {
    const label = labels[i] ?? 0;
    const n = seen.get(label) ?? label; // classes begin at different folds, so that folds of small sets are of one size
    fold[i] = n % k;
    seen.set(label, n + 1);
  }
  return fold;
}

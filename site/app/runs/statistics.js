// Curves of runs: thinned, put over each other, and several seeds as a mean and a band around it.

/** A curve as columns of the same length; steps rise. @typedef {{ step: number[], loss: number[], accuracy: number[] }} Curve */
/** @typedef {{ step: number[], mean: number[], low: number[], high: number[] }} Band */

/** @param {number[]} values */
export const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Standard deviation of what the values are a sample of, √(Σ(v − mean)² / (n − 1)); 0 of a single one.
 * @param {number[]} values */
export function deviation(values) {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1));
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/** At most `max` points: neighbours become their mean, at the last one's step, but for the first and the last point, which stay.
 * @param {Curve} curve @param {number} max at least 3 @returns {Curve} */
export function thin({ step, loss, accuracy }, max) {
  const count = step.length;
  if (count <= max) return { step: [...step], loss: [...loss], accuracy: [...accuracy] };
  const inner = max - 2;
  const cut = (/** @type {number} */ i) => 1 + Math.floor((i * (count - 2)) / inner);
  const ranges = [[0, 1], ...Array.from({ length: inner }, (_, i) => [cut(i), cut(i + 1)]), [count - 1, count]];
  /** @param {number[]} values */
  const means = (values) => ranges.map(([from, to]) => mean(values.slice(from, to)));
  const last = ranges.map(([, to]) => step[/** @type {number} */ (to) - 1] ?? 0);
  return { step: last, loss: means(loss), accuracy: means(accuracy) };
}

/** The value at `step` on the line between its neighbours, or of the first or last point outside. @param {number[]} steps
 * @param {number[]} values @param {number} step */
export function valueAt(steps, values, step) {
  const after = steps.findIndex((s) => s >= step);
  if (after === -1) return values.at(-1) ?? NaN;
  const [s1, v1] = [steps[after] ?? 0, values[after] ?? NaN];
  if (after === 0 || s1 === step) return v1;
  const [s0, v0] = [steps[after - 1] ?? 0, values[after - 1] ?? NaN];
  return v0 + ((v1 - v0) * (step - s0)) / (s1 - s0);
}

/** The mean of several curves and one standard deviation to both sides, at up to `points` steps that all of them cover.
 * @param {{ step: number[], values: number[] }[]} curves @param {number} [points] @returns {Band} */
export function band(curves, points = 80) {
  const usable = curves.filter(({ step }) => step.length > 0);
  if (usable.length === 0) return { step: [], mean: [], low: [], high: [] };
  const from = Math.max(...usable.map(({ step }) => step[0] ?? 0));
  const to = Math.min(...usable.map(({ step }) => step.at(-1) ?? 0));
  const covered = [...new Set(usable.flatMap(({ step }) => step))].filter((s) => s >= from && s <= to).sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(covered.length / points));
  const step = covered.filter((_, i) => i % every === 0 || i === covered.length - 1);
  const at = step.map((s) => usable.map((curve) => valueAt(curve.step, curve.values, s)));
  const means = at.map(mean);
  const spread = at.map(deviation);
  return { step, mean: means, low: means.map((m, i) => m - (spread[i] ?? 0)), high: means.map((m, i) => m + (spread[i] ?? 0)) };
}

/** Rounded to four significant digits, so that a link stays short. @param {number} value */
export const rounded = (value) => Number(value.toPrecision(4));

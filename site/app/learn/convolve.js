// Convolution, pooling and im2col by plain loops: what the lessons show before the engine is there, and what they compare it
// with.
import { outputSize, pixelsOf } from "./window.js";

/** @import { Window } from "./window.js" */

/**
 * Numbers [height, width, channels], channels fastest.
 * @typedef {{ height: number, width: number, channels: number, data: number[] }} Map
 */
/**
 * Filters in ONNX's order: `weights` [filters, channels, kernel, kernel], and a bias each.
 * @typedef {{ filters: number, channels: number, weights: number[], bias: number[] }} Bank
 */
/** @typedef {"max" | "average" | "l2"} PoolKind */

/**
 * The value at a place; 0 outside, where the padding is.
 * @param {Map} x
 * @param {number} row
 * @param {number} column
 * @param {number} channel
 */
export function at(x, row, column, channel = 0) {
  if (row < 0 || column < 0 || row >= x.height || column >= x.width) return 0;
  return x.data[(row * x.width + column) * x.channels + channel] ?? 0;
}

/**
 * The weights by filter, channel, row and column.
 * @param {Bank} bank
 * @param {Window} window
 * @returns {(filter: number, channel: number, i: number, j: number) => number}
 */
export const weightOf = ({ weights, channels }, { kernel }) => (filter, channel, i, j) => (
  weights[((filter * channels + channel) * kernel + i) * kernel + j] ?? 0);

/** @param {Map} x @param {Window} window */
export const outputOf = (x, window) => ({ height: outputSize(x.height, window), width: outputSize(x.width, window) });

/**
 * A map of a size, each value by its place.
 * @param {number} height
 * @param {number} width
 * @param {number} channels
 * @param {(row: number, column: number, channel: number) => number} value
 * @returns {Map}
 */
export function mapOf(height, width, channels, value) {
  const data = [];
  for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) for (let k = 0; k < channels; k++) data.push(value(r, c, k));
  return { height, width, channels, data };
}

/**
 * y[p,q,f] = b[f] + Σ i,j,c x[p·s − a + i·d, q·s − a + j·d, c] · w[f,c,i,j], the cross-correlation that every library calls
 * convolution.
 * @param {Map} x @param {Bank} bank @param {Window} window
 */
export function convolve(x, bank, window) {
  const { height, width } = outputOf(x, window);
  const w = weightOf(bank, window);
  return mapOf(height, width, bank.filters, (p, q, f) => {
    let sum = bank.bias[f] ?? 0;
    pixelsOf(p, window).forEach((row, i) => pixelsOf(q, window).forEach((column, j) => {
      for (let c = 0; c < x.channels; c++) sum += at(x, row, column, c) * w(f, c, i, j);
    }));
    return sum;
  });
}

/**
 * The patches as columns: rows are the C·K² places of a window, channel by channel as in a bank's weights, columns the P·Q
 * windows. A bank's weights, a filter a row, times this matrix is the convolution.
 * @param {Map} x @param {Window} window
 */
export function im2col(x, window) {
  const { height, width } = outputOf(x, window);
  const rows = x.channels * window.kernel ** 2;
  return mapOf(rows, height * width, 1, (row, column) => {
    const [c, rest] = [Math.floor(row / window.kernel ** 2), row % window.kernel ** 2];
    const [i, j] = [Math.floor(rest / window.kernel), rest % window.kernel];
    const [p, q] = [Math.floor(column / width), column % width];
    return at(x, pixelsOf(p, window)[i] ?? -1, pixelsOf(q, window)[j] ?? -1, c);
  });
}

/**
 * The places of a window that lie inside the picture, in reading order.
 * @param {Map} x @param {number} p @param {number} q @param {Window} window
 */
export function inside(x, p, q, window) {
  const rows = pixelsOf(p, window).filter((r) => r >= 0 && r < x.height);
  const columns = pixelsOf(q, window).filter((c) => c >= 0 && c < x.width);
  return rows.flatMap((row) => columns.map((column) => ({ row, column })));
}

/** The place that a maximum comes from: the first in reading order where several are equal.
 * @param {Map} x @param {number} p @param {number} q @param {Window} window */
export function winner(x, p, q, window) {
  const value = (/** @type {{ row: number, column: number }} */ place) => at(x, place.row, place.column);
  return inside(x, p, q, window).reduce((best, place) => (value(place) > value(best) ? place : best));
}

/**
 * Pooling of a map of one channel; padding takes no part. l2 is √(Σ x²).
 * @param {Map} x @param {PoolKind} kind @param {Window} window
 */
export function pool(x, kind, window) {
  const { height, width } = outputOf(x, window);
  return mapOf(height, width, 1, (p, q) => {
    const values = inside(x, p, q, window).map(({ row, column }) => at(x, row, column));
    if (kind === "max") return Math.max(...values);
    if (kind === "l2") return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
    return values.reduce((sum, v) => sum + v, 0) / values.length;
  });
}

/** The gradient of the sum of a pooling's outputs by its input: how much each pixel counts.
 * max: 1 to each winner; average: 1/n to each of n; l2: x/y. @param {Map} x @param {PoolKind} kind @param {Window} window */
export function poolGradient(x, kind, window) {
  const y = pool(x, kind, window);
  const gradient = mapOf(x.height, x.width, 1, () => 0);
  const add = (/** @type {number} */ row, /** @type {number} */ column, /** @type {number} */ v) => {
    gradient.data[row * x.width + column] = at(gradient, row, column) + v;
  };
  for (let p = 0; p < y.height; p++) {
    for (let q = 0; q < y.width; q++) {
      const places = inside(x, p, q, window);
      if (kind === "max") {
        const { row, column } = winner(x, p, q, window);
        add(row, column, 1);
      }
      const out = at(y, p, q);
      if (kind === "average") for (const { row, column } of places) add(row, column, 1 / places.length);
      if (kind === "l2") for (const { row, column } of places) add(row, column, out ? at(x, row, column) / out : 0);
    }
  }
  return gradient;
}

// Pictures and filters to begin with.
import { mapOf } from "../convolve.js";

/** Pictures of 9x9 pixels from 0 to 9. */
export const pictures = {
  edge: ["000099999", "000099999", "000099999", "000099999", "000099999", "000099999", "000099999", "000099999", "000099999"],
  seven: ["000000000", "077777770", "099999990", "000000970", "000009700", "000097000", "000970000", "009700000", "000000000"],
  cross: ["000080000", "000080000", "000080000", "000080000", "888888888", "000080000", "000080000", "000080000", "000080000"],
  corner: ["000000000", "000000000", "005555555", "005999999", "005999999", "005999999", "005999999", "005999999", "005999999"],
  spot: ["000000000", "000000000", "000000000", "000000000", "000090000", "000000000", "000000000", "000000000", "000000000"],
};

/** @param {keyof typeof pictures} name */
export const pictureOf = (name) => mapOf(9, 9, 1, (r, c) => Number(pictures[name][r]?.[c] ?? 0));

const third = 1 / 9, part = 1 / 25;
const g = [1, 4, 6, 4, 1];

/** Filters of 3x3 and 5x5, row by row. */
export const filters = {
  identity: { 3: [0, 0, 0, 0, 1, 0, 0, 0, 0], 5: middle(1) },
  blur: { 3: Array(9).fill(third), 5: Array(25).fill(part) },
  sharpen: { 3: [0, -1, 0, -1, 5, -1, 0, -1, 0],
    5: g.flatMap((a, i) => g.map((b, j) => (i === 2 && j === 2 ? 2 : 0) - (a * b) / 256)) },
  vertical: { 3: [-1, 0, 1, -2, 0, 2, -1, 0, 1], 5: Array(5).fill([-1, -1, 0, 1, 1]).flat() },
  horizontal: { 3: [-1, -2, -1, 0, 0, 0, 1, 2, 1], 5: [-1, -1, 0, 1, 1].flatMap((v) => Array(5).fill(v)) },
  outline: { 3: [-1, -1, -1, -1, 8, -1, -1, -1, -1], 5: middle(25).map((v) => v - 1) },
};

/** @param {number} value */
function middle(value) {
  return Array.from({ length: 25 }, (_, i) => (i === 12 ? value : 0));
}

export const pictureNames = /** @type {(keyof typeof pictures)[]} */ (Object.keys(pictures));
export const filterNames = /** @type {(keyof typeof filters)[]} */ (Object.keys(filters));

// What a picture looks like, small enough to compare each with all: a fingerprint of its pixels, 128 bits of differences between
// neighbouring regions ("dHash"), and a thumbnail.
// Source: N. Krawetz, "Kind of Like That", 2013, hackerfactor.com: the difference hash, here along both axes.

/**
 * @typedef {object} Sketch
 * @property {number} digest equal for equal pixels
 * @property {Uint16Array} bands the 128 bits, sixteen at a time
 * @property {Uint8Array} thumb [16, 16, C]
 * @property {number} mean of the thumbnail, 0 to 255
 * @property {number} deviation of it
 * @property {number} spread largest minus smallest grey of the picture, 0 to 255
 */

/**
 * Two pictures that look alike. `similarity` is 1 where they are equal.
 * @typedef {{ a: number, b: number, similarity: number }} Pair
 */

const side = 16;
const cells = 8;
const numBands = (2 * cells * cells) / 16;
/** Of 128 bits; copies that were scaled or compressed differ in less. */
const mostDifferent = 16;
/** Correlation of thumbnails from which on two pictures count as nearly the same. */
const leastSimilar = 0.97;
/** A band that so many pictures share, such as an empty border, says nothing of them. */
const mostInBand = 1000;
/** Range of greys below which nothing is to be seen. */
const leastSpread = 12;

/**
 * Bytes as a whole number of 53 bits (cyrb53 of bryc, public domain): for 100,000 pictures the chance of a collision is 10⁻⁶.
 * @param {ArrayLike<number>} bytes
 */
export function digestOf(bytes) {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    high = Math.imul(high ^ byte, 2654435761);
    low = Math.imul(low ^ byte, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

/**
 * Means over regions: [height, width, channels] becomes [rows, columns, channels].
 * @param {ArrayLike<number>} pixels @param {number[]} shape @param {number} rows @param {number} columns
 */
function averaged(pixels, [height = 1, width = 1, channels = 1], rows, columns) {
  const means = new Float32Array(rows * columns * channels);
  for (let r = 0; r < rows; r++) {
    const top = Math.floor((r * height) / rows);
    const bottom = Math.max(top + 1, Math.floor(((r + 1) * height) / rows));
    for (let c = 0; c < columns; c++) {
      const left = Math.floor((c * width) / columns);
      const right = Math.max(left + 1, Math.floor(((c + 1) * width) / columns));
      const at = (r * columns + c) * channels;
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          for (let k = 0; k < channels; k++) means[at + k] = (means[at + k] ?? 0) + (pixels[(y * width + x) * channels + k] ?? 0);
        }
      }
      const count = (bottom - top) * (right - left);
      for (let k = 0; k < channels; k++) means[at + k] = (means[at + k] ?? 0) / count;
    }
  }
  return means;
}

/** The mean of the channels. @param {ArrayLike<number>} pixels @param {number} channels */
function greyOf(pixels, channels) {
  if (channels === 1) return pixels;
  const grey = new Float32Array(pixels.length / channels);
  for (let i = 0; i < grey.length; i++) {
    let sum = 0;
    for (let k = 0; k < channels; k++) sum += pixels[i * channels + k] ?? 0;
    grey[i] = sum / channels;
  }
  return grey;
}

/** Sets the bits of `bands` from `first` on where a region is darker than the next one.
 * @param {Uint16Array} bands @param {number} first @param {Float32Array} means @param {number} columns
 * @param {number} step from a region to the next */
function compareNeighbours(bands, first, means, columns, step) {
  for (let y = 0; y < cells; y++) {
    for (let x = 0; x < cells; x++) {
      const bit = first + y * cells + x;
      const at = y * columns + x;
      if ((means[at] ?? 0) < (means[at + step] ?? 0)) bands[bit >> 4] = (bands[bit >> 4] ?? 0) | (1 << (bit & 15));
    }
  }
}

/** @param {ArrayLike<number>} pixels [H, W, C] @param {number[]} shape @returns {Sketch} */
export function sketch(pixels, shape) {
  const [height = 1, width = 1, channels = 1] = shape;
  const grey = greyOf(pixels, channels);
  const bands = new Uint16Array(numBands);
  compareNeighbours(bands, 0, averaged(grey, [height, width, 1], cells, cells + 1), cells + 1, 1);
  compareNeighbours(bands, cells * cells, averaged(grey, [height, width, 1], cells + 1, cells), cells, cells);
  const thumb = Uint8Array.from(averaged(pixels, shape, side, side), Math.round);
  let [sum, squares, least, most] = [0, 0, 255, 0];
  for (const value of thumb) {
    sum += value;
    squares += value * value;
  }
  for (let i = 0; i < grey.length; i++) {
    const value = grey[i] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const mean = sum / thumb.length;
  const deviation = Math.sqrt(Math.max(0, squares / thumb.length - mean * mean));
  return { digest: digestOf(pixels), bands, thumb, mean, deviation, spread: Math.max(0, most - least) };
}

/** Whether nothing is to be seen on a picture. @param {Sketch} sketch */
export const isBlank = ({ spread }) => spread < leastSpread;

/** Bits that differ. @param {Sketch} a @param {Sketch} b */
export function distance(a, b) {
  let sum = 0;
  for (let i = 0; i < a.bands.length; i++) {
    for (let bits = (a.bands[i] ?? 0) ^ (b.bands[i] ?? 0); bits; bits &= bits - 1) sum++;
  }
  return sum;
}

/** Correlation of two thumbnails, -1 to 1; brightness and contrast do not count. @param {Sketch} a @param {Sketch} b */
export function similarity(a, b) {
  let sum = 0;
  for (let i = 0; i < a.thumb.length; i++) sum += ((a.thumb[i] ?? 0) - a.mean) * ((b.thumb[i] ?? 0) - b.mean);
  return sum / (a.thumb.length * Math.max(a.deviation * b.deviation, 1e-6));
}

/** Pictures equal to the byte: each with the first that it equals. @param {Sketch[]} sketches @returns {Pair[]} */
export function equalPairs(sketches) {
  /** @type {Map<number, number>} */
  const first = new Map();
  return sketches.flatMap(({ digest }, b) => {
    const a = first.get(digest);
    if (a !== undefined) return [{ a, b, similarity: 1 }];
    first.set(digest, b);
    return [];
  });
}

/**
 * Pictures that are nearly the same but not equal, the most similar first. Only those are compared that share at least one band;
 * with less than eight bits between them two must, and most with more do.
 * @param {Sketch[]} sketches
 * @param {{ pause?: () => Promise<void>, onProgress?: (done: number, total: number) => void }} [options] `pause` is awaited every
 * now and then
 * @returns {Promise<Pair[]>}
 */
export async function nearPairs(sketches, { pause = async () => {}, onProgress } = {}) {
  /** @type {Pair[]} */
  const pairs = [];
  for (let band = 0; band < numBands; band++) {
    /** @type {Map<number, number[]>} */
    const groups = new Map();
    sketches.forEach((one, i) => {
      if (isBlank(one)) return;
      const bits = one.bands[band] ?? 0;
      const group = groups.get(bits);
      if (group) group.push(i);
      else groups.set(bits, [i]);
    });
    for (const group of groups.values()) {
      if (group.length > mostInBand) continue;
      for (const [at, a] of group.entries()) {
        for (const b of group.slice(at + 1)) {
          const pair = compared(sketches, a, b, band);
          if (pair) pairs.push(pair);
        }
        await pause();
      }
    }
    onProgress?.(band + 1, numBands);
  }
  return pairs.sort((x, y) => y.similarity - x.similarity);
}

/**
 * @param {Sketch[]} sketches
 * @param {number} i
 * @param {number} j
 * @param {number} band in which they meet
 * @returns {Pair | null}
 */
function compared(sketches, i, j, band) {
  const [a, b] = [sketches[i], sketches[j]];
  if (!a || !b || a.digest === b.digest) return null;
  for (let earlier = 0; earlier < band; earlier++) if (a.bands[earlier] === b.bands[earlier]) return null; // they have met there
  if (distance(a, b) > mostDifferent) return null;
  const like = similarity(a, b);
  return like >= leastSimilar ? { a: i, b: j, similarity: Math.min(like, 0.9999) } : null;
}

/**
 * Which of `all` are those of a part, told by their pixels; of equal ones the first.
 * @param {number[]} all digests
 * @param {number[]} part
 */
export function membersOf(all, part) {
  /** @type {Map<number, number>} */
  const left = new Map();
  for (const digest of part) left.set(digest, (left.get(digest) ?? 0) + 1);
  return all.map((digest) => {
    const count = left.get(digest) ?? 0;
    if (count > 0) left.set(digest, count - 1);
    return count > 0;
  });
}

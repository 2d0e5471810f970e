// Points in a plane that belong to two or three classes, for nets small enough to be looked into.

/** @typedef {"moons" | "circles" | "spiral" | "xor" | "blobs"} Shape */

/** @type {Shape[]} */
export const shapes = ["moons", "circles", "spiral", "xor", "blobs"];

/** Numbers in [0, 1) that a seed determines (mulberry32). @param {number} seed */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number of mean 0 and deviation 1 (Box and Muller). @param {() => number} next */
const normal = (next) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

/**
 * Where a point of class `c` lies without noise, in [-1, 1]².
 * @type {Record<Shape, { classes: number, at: (c: number, next: () => number) => [number, number] }>}
 */
const places = {
  moons: { classes: 2, at: (c, next) => {
    const angle = Math.PI * next();
    const [x, y] = [0.6 * Math.cos(angle), 0.7 * Math.sin(angle)];
    return c === 0 ? [x - 0.3, y - 0.2] : [x + 0.3, 0.2 - y];
  } },
  circles: { classes: 2, at: (c, next) => {
    const angle = 2 * Math.PI * next();
    const radius = c === 0 ? 0.8 : 0.35;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  } },
  spiral: { classes: 3, at: (c, next) => {
    const along = next();
    const angle = 2 * Math.PI * (c / 3 + 0.75 * along);
    return [0.9 * along * Math.cos(angle), 0.9 * along * Math.sin(angle)];
  } },
  xor: { classes: 2, at: (c, next) => {
    const [x, y] = [0.1 + 0.75 * next(), 0.1 + 0.75 * next()];
    const side = next() < 0.5 ? 1 : -1;
    return [side * x, (c === 0 ? side : -side) * y];
  } },
  blobs: { classes: 3, at: (c, next) => {
    const angle = 2 * Math.PI * (c / 3 + 0.08);
    return [0.55 * Math.cos(angle) + 0.14 * normal(next), 0.55 * Math.sin(angle) + 0.14 * normal(next)];
  } },
};

/** @param {Shape} shape */
export const classesOf = (shape) => Array.from({ length: places[shape].classes }, (_, i) => "ABC"[i] ?? String(i));

/** A coordinate in [-1, 1] as a byte of a sample, and back. @param {number} value */
export const toByte = (value) => Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)));
/** @param {number} byte */
export const fromByte = (byte) => byte / 127.5 - 1;

/**
 * `count` points, the classes in turn: bytes x, y of each, and its class.
 * @param {Shape} shape
 * @param {{ count?: number, noise?: number, seed?: number }} [options] `noise` is a standard deviation in units of half the
 * plane's side
 * @returns {{ images: Uint8Array<ArrayBuffer>, labels: Uint8Array<ArrayBuffer>,
 *   shape: [number, number, number], classes: string[] }}
 */
export function points(shape, { count = 600, noise = 0.05, seed = 1 } = {}) {
  const next = random(seed);
  const { classes, at } = places[shape];
  const images = new Uint8Array(2 * count);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % classes;
    at(i % classes, next).forEach((value, axis) => { images[2 * i + axis] = toByte(value + noise * normal(next)); });
  }
  return { images, labels, shape: [1, 1, 2], classes: classesOf(shape) };
}

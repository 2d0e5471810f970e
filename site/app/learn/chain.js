// Nets that are one chain of layers, read from their text as far as a lesson needs before the engine is there: shapes,
// parameters, multiply-adds and receptive fields. The engine knows the whole language; this knows INPUT, CONV, POOL, AVGPOOL,
// GAP, FC and [ … ]*n, and takes other words for layers that change nothing of these.
import { extent, outputSize } from "./window.js";

/**
 * What outputs see, in pixels of the input; `start` is the first that the first output sees, below 0 in the padding.
 * @typedef {{ field: number, stride: number, start: number }} Sight
 */
/**
 * @typedef {Sight & { name: string, word: string, shape: number[], parameters: number, macs: number, kernel: number,
 *   dilation: number }} ChainLayer
 */

/** The layers' texts with repetitions written out. @param {string} text @returns {string[]} */
export function unroll(text) {
  let flat = text.replace(/#.*$/gm, "").replace(/\s+/g, " ").replaceAll("→", "->");
  for (let before = ""; before !== flat;) {
    before = flat;
    flat = flat.replace(/\[([^[\]]*)\]\s*\*\s*(\d+)/, (_, body, times) => Array(Number(times)).fill(body.trim()).join(" -> "));
  }
  return flat.split("->").map((layer) => layer.trim()).filter(Boolean);
}

/** @param {string} name @param {string} option @param {number} usual */
function numberOf(name, option, usual) {
  const found = name.match(new RegExp(`\\b${option} (\\d+)`, "i"));
  return found ? Number(found[1]) : usual;
}

/** The layers of a chain, with sizes of one sample; undefined where this does not understand the text or a size vanishes.
 * @param {string} text @returns {{ input: number[], layers: ChainLayer[] } | undefined} */
export function readChain(text) {
  const [first = "", ...names] = unroll(text);
  const size = first.match(/^INPUT (\d+)x(\d+)x(\d+)$/i)?.slice(1).map(Number);
  if (!size) return undefined;
  /** @type {ChainLayer[]} */
  const layers = [];
  let last = { shape: size, field: 1, stride: 1, start: 0 };
  for (const name of names) {
    const layer = next(name, last, size[0] ?? 1);
    if (!layer) return undefined;
    layers.push(layer);
    last = layer;
  }
  return { input: size, layers };
}

/**
 * @param {string} name
 * @param {Sight & { shape: number[] }} x
 * @param {number} height of the input
 * @returns {ChainLayer | undefined}
 */
function next(name, x, height) {
  const word = name.split(" ")[0]?.toUpperCase() ?? "";
  const [h = 1, w = 1, channels = 1] = x.shape.length === 3 ? x.shape : [1, 1, x.shape[0] ?? 1];
  const everything = { field: height, stride: height, start: 0 };
  const same = { ...x, name, word, parameters: 0, macs: 0, kernel: 1, dilation: 1 };
  if (word === "FC") {
    const units = Number(name.match(/^FC (\d+)/i)?.[1]);
    const inputs = h * w * channels;
    if (!(units > 0)) return undefined;
    return { ...same, ...everything, shape: [units], parameters: units * (inputs + 1), macs: units * inputs };
  }
  if (word === "GAP") return x.shape.length === 3 ? { ...same, ...everything, shape: [channels], kernel: h } : undefined;
  if (!/^(CONV|POOL|AVGPOOL)$/.test(word)) return same;
  const sizes = name.match(/^\w+ (\d+)(?:x(\d+))?(?:x(\d+))?(?: (?:stride|pad|dilation) \d+)*$/i);
  if (!sizes || x.shape.length !== 3) return undefined;
  const conv = word === "CONV";
  const kernel = Number(sizes[1]);
  if (sizes[2] && Number(sizes[2]) !== kernel) return undefined;
  const filters = conv ? Number(sizes[3]) : channels;
  const stride = numberOf(name, "stride", conv ? 1 : kernel);
  const window = { kernel, stride, padding: numberOf(name, "pad", 0), dilation: numberOf(name, "dilation", 1) };
  const shape = [outputSize(h, window), outputSize(w, window), filters];
  if (shape.some((n) => !(n > 0))) return undefined;
  return {
    ...same, shape, kernel, dilation: window.dilation,
    parameters: conv ? filters * (kernel * kernel * channels + 1) : 0,
    macs: conv ? (shape[0] ?? 0) * (shape[1] ?? 0) * filters * kernel * kernel * channels : 0,
    field: x.field + (extent(window) - 1) * x.stride,
    stride: x.stride * window.stride,
    start: x.start - window.padding * x.stride,
  };
}

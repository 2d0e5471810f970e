// The options that each call has: a misspelt one would be left out in silence.

import { FoveaError } from "./errors.js";

/** @import * as api from "./fovea.d.ts" */
/** @import { DownloadOptions } from "./download.d.ts" */

/** A type's fields, each of them: so a field that is here or in fovea.d.ts alone fails the check of types.
 * @template T @typedef {{ [Name in keyof Required<T>]: true }} Fields */

/** The options of a method that is described in fovea.d.ts, its argument at `At`.
 * @template {(...args: any) => any} Method @template {number} [At=1] @typedef {Fields<NonNullable<Parameters<Method>[At]>>} Of */

/** @type {Fields<api.Abortable>} */
const abortable = { signal: true };

/** @type {{
 *   start: Of<typeof api.Fovea.start, 0>, backends: Of<api.Fovea["backends"], 0>, describe: Of<api.Fovea["describe"]>,
 *   zoo: Of<api.Fovea["zoo"], 0>, net: Of<api.Fovea["net"]>, load: Of<api.Fovea["load"]>, dataset: Of<api.Fovea["dataset"]>,
 *   packedDataset: Of<api.Fovea["packedDataset"]>, benchmark: Of<api.Fovea["benchmark"]>, profile: Of<api.Fovea["profile"]>,
 *   classify: Of<api.Net["classify"]>, predict: Of<api.Net["predict"]>, features: Of<api.Net["features"]>,
 *   activations: Of<api.Net["activations"]>, classMap: Of<api.Net["classMap"]>, health: Of<api.Net["health"]>,
 *   watch: Of<api.Net["watch"], 2>, train: Of<api.Net["train"]>, evaluate: Of<api.Net["evaluate"]>,
 *   fineTune: Of<api.Net["fineTune"]>, toBlob: Of<api.Net["toBlob"]>, toStandalone: Of<api.Net["toStandalone"], 0>,
 *   subset: Of<api.Dataset["subset"]>, statistics: Of<api.Dataset["statistics"], 0>, augmented: Of<api.Dataset["augmented"], 2>,
 *   split: Of<api.Dataset["split"]>, augment: Fields<api.Augment>, download: Fields<DownloadOptions>,
 * }} */
const known = {
  start: { ...abortable, backend: true, worker: true, wasm: true, onProgress: true },
  backends: { ...abortable, measure: true },
  describe: { batch: true, memory: true },
  zoo: { classes: true, size: true },
  net: { ...abortable, backend: true, classes: true, seed: true },
  load: {
    ...abortable, backend: true, classes: true, size: true, preprocess: true, zoo: true, integrity: true, cache: true,
    files: true, onProgress: true,
  },
  dataset: { ...abortable, onProgress: true },
  packedDataset: { ...abortable, onProgress: true },
  benchmark: { backend: true, batch: true, steps: true, warmup: true, optimizer: true, threads: true },
  profile: { backend: true, batch: true, runs: true, forward: true, threads: true },

  classify: { ...abortable, top: true, prepare: true },
  predict: { ...abortable, transfer: true },
  features: { ...abortable, layer: true },
  activations: abortable,
  classMap: { ...abortable, shorter: true },
  health: { ...abortable, samples: true },
  watch: { ...abortable, top: true, prepare: true, framesPerSecond: true },
  train: {
    ...abortable, epochs: true, steps: true, batch: true, optimizer: true, learningRate: true, schedule: true, warmup: true,
    momentum: true, weightDecay: true, seed: true, augment: true, smoothing: true, average: true, validation: true,
    keepBest: true, patience: true, resume: true,
  },
  evaluate: abortable,
  fineTune: {
    ...abortable, layers: true, epochs: true, batch: true, learningRate: true, seed: true, validation: true, onProgress: true,
  },
  toBlob: { precision: true },
  toStandalone: { precision: true, title: true },

  subset: { labels: true },
  statistics: abortable,
  augmented: { count: true, seed: true },
  split: { seed: true },

  augment: {
    mirror: true, flip: true, shift: true, rotate: true, scale: true, border: true, brightness: true, contrast: true,
    saturation: true, noise: true, cutout: true, mixup: true,
  },
  download: { ...abortable, onProgress: true, integrity: true, cache: true, fetch: true },
};

/**
 * The options of a call as they were given. One that it does not have is an error, unless it is undefined.
 * @template {object} T @param {keyof typeof known} call @param {T} options @returns {T}
 */
export function checked(call, options) {
  if (typeof options !== "object" || options === null) {
    throw new FoveaError(`${call}: the options are ${String(options)}; give an object, or nothing`, { code: "argument" });
  }
  const names = Object.keys(known[call]);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name)) continue;
    const nearest = names.reduce((best, other) => (distance(name, other) < distance(name, best) ? other : best));
    throw new FoveaError(`${call}: there is no option "${name}"; the nearest is "${nearest}" of ${names.join(", ")}`,
      { code: "argument" });
  }
  return options;
}

/**
 * How many letters must be put in, left out or replaced to make one word the other, capitals being the same as small ones.
 * Source: Wagner, Fischer, "The string-to-string correction problem", Journal of the ACM 21, 1974.
 * @param {string} from @param {string} to
 */
function distance(from, to) {
  const [a, b] = [from.toLowerCase(), to.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

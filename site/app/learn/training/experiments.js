// Pairs of short trainings that differ in one thing.

/** @import { TrainOptions } from "../../../../js/fovea.d.ts" */

/** `samples` train; `watch` is the curve that tells the two apart. A net's `text` is without and with.
 * @typedef {{ samples: number, watch: "validation" | "training", without: Run, with: Run, chance: number }} Experiment */
/** @typedef {{ text: string, options: TrainOptions }} Run */

const adam = { optimizer: /** @type {const} */ ("adam"), learningRate: 0.001, batch: 50 };

const plain = "INPUT 28x28x1 -> FC 256 -> RELU -> FC 256 -> RELU -> FC 10";
const conv = "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 2 -> FC 10";
const deep = "INPUT 28x28x1 -> POOL 2 -> [CONV 3x3x8 pad 1 -> SIGMOID]*3 -> POOL 2 -> FC 10";

/** @type {Record<"dropout" | "batchnorm" | "augment", Experiment>} */
export const experiments = {
  dropout: { samples: 500, watch: "validation", chance: 0.1,
    without: { text: plain, options: { ...adam, epochs: 24 } },
    with: { text: plain.replaceAll("-> RELU", "-> RELU -> DROPOUT 0.5"), options: { ...adam, epochs: 24 } } },
  batchnorm: { samples: 1000, watch: "training", chance: 0.1,
    without: { text: deep, options: { ...adam, epochs: 8, learningRate: 0.01 } },
    with: { text: deep.replace("pad 1 ->", "pad 1 -> BN ->"), options: { ...adam, epochs: 8, learningRate: 0.01 } } },
  augment: { samples: 200, watch: "validation", chance: 0.1,
    without: { text: conv, options: { ...adam, batch: 25, epochs: 30 } },
    with: { text: conv, options: { ...adam, batch: 25, epochs: 30, augment: { shift: 2, rotate: 12, scale: 0.1 } } } },
};

export const experimentNames = /** @type {(keyof typeof experiments)[]} */ (Object.keys(experiments));

/** How many pictures, of the set that nobody trains with, tell how well a net does. */
export const validationSamples = 1000;

/**
 * `count` indices of `total`, others for another seed: steps by a number that has no divisor in common with so many as there
 * are.
 * @param {number} count @param {number} total @param {number} seed
 */
export const picked = (count, total, seed) => (
  Int32Array.from({ length: count }, (_, i) => ((i + (seed - 1) * count) * 7919) % total));

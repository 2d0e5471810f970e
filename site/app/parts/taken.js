// Pictures as a network takes them.

/**
 * @import { Dataset, Fovea, Net } from "../../../js/fovea.d.ts"
 * @import { Collection } from "../data/collection.js"
 */

/**
 * A data set of a collection in the size and the colours that a network takes, whose sample i is items()[i].
 * @param {Net} net
 * @param {Fovea} fovea
 * @param {Collection} collection
 * @param {{ signal?: AbortSignal, onProgress?: (done: number, total: number) => void }} [options]
 * @returns {Promise<Dataset>}
 */
export function takenBy({ summary: { input } }, fovea, collection, options) {
  const [height = 32, width = 32, channels = 3] = input;
  return collection.dataset(fovea, { size: [height, width], channels: channels === 1 ? 1 : 3, ...options });
}

// A data set in the Worker, as the page has it.

import { FoveaError, throwIfAborted } from "./errors.js";
import { checked } from "./options.js";
import { Remote } from "./remote.js";
import { indicesOf, makerOf } from "./samples.js";

/**
 * @import * as api from "./fovea.d.ts"
 * @import { Connection } from "./connection.js"
 */

/** @typedef {api.DatasetSummary & { dataset: number }} Reply */
/** @typedef {{ reply: Reply, skipped?: api.Dataset["skipped"] }} Made */
/** @typedef {(connection: Connection, options: api.DatasetOptions) => Promise<Made>} Maker */

/** @implements {api.Dataset} */
export class StoredDataset extends Remote {
  #make;

  /**
   * @param {Connection} connection
   * @param {Reply} reply
   * @param {api.Dataset["skipped"]} [skipped]
   * @param {Maker} [make] makes it once more, where what it was made of is still there
   */
  constructor(connection, reply, skipped = [], make) {
    super(connection, reply.dataset, { what: "data set", free: "closeDataset" });
    this.count = reply.count;
    this.shape = reply.shape;
    this.classes = reply.classes;
    this.perClass = reply.perClass;
    this.skipped = skipped;
    this.#make = make;
  }

  async remake() { return this.#make ? (await this.#make(this.connection, {})).reply.dataset : super.remake(); }

  /** @param {number} index @returns {Promise<api.Sample>} */
  async sample(index) { return this.connection.call("sample", { id: await this.here(), index }); }

  /**
   * @param {number} from @param {number} count
   * @returns {Promise<{ pixels: Uint8Array, shape: number[], labels: Int32Array }>}
   */
  async samples(from, count) {
    const { labels, ...rest } = await this.connection.call("samples", { id: await this.here(), from, count });
    return { ...rest, labels: new Int32Array(labels.buffer) };
  }

  /** @param {ArrayLike<number>} indices @param {{ labels?: ArrayLike<number> }} [options] @returns {Promise<api.Dataset>} */
  async subset(indices, options = {}) {
    const { labels } = checked("subset", options);
    if (labels && labels.length !== indices.length) {
      throw new FoveaError(`there are ${labels.length} labels for ${indices.length} indices; give one for each`,
        { code: "argument" });
    }
    const args = {
      indices: new Uint8Array(indicesOf(indices, "indices", "sample", "argument").buffer),
      labels: labels && new Uint8Array(indicesOf(labels, "labels", "class", "data").buffer),
    };
    const make = async () => ({ reply: await this.connection.call("subset", { ...args, id: await this.here() }) });
    return new StoredDataset(this.connection, (await make()).reply, [], make);
  }

  /**
   * @param {api.Abortable} [options]
   * @returns {Promise<{ mean: Float32Array, deviation: Float32Array, perClass: Float32Array[] }>}
   */
  async statistics(options = {}) {
    const { signal } = checked("statistics", options);
    throwIfAborted(signal);
    const bytes = await this.connection.call("statistics", { id: await this.here() }, { signal });
    const rows = new Float32Array(bytes.buffer);
    const each = rows.length / (2 + this.classes.length);
    const parts = Array.from({ length: 2 + this.classes.length }, (_, i) => rows.slice(i * each, (i + 1) * each));
    const [mean, deviation, ...perClass] = parts;
    return { mean, deviation, perClass };
  }

  /**
   * @param {number} index
   * @param {api.Augment} augment
   * @param {{ count?: number, seed?: number }} [options]
   * @returns {Promise<Uint8Array>}
   */
  async augmented(index, augment, options = {}) {
    const { count = 1, seed = 1 } = checked("augmented", options);
    return this.connection.call("augmented", { id: await this.here(), index, augment: checked("augment", augment), count, seed });
  }

  /** @returns {Promise<string>} */
  async digest() { return this.connection.call("datasetDigest", { id: await this.here() }); }

  /** @param {number} fraction @param {{ seed?: number }} [options] @returns {Promise<[api.Dataset, api.Dataset]>} */
  async split(fraction, options = {}) {
    const { seed = 1 } = checked("split", options);
    const parts = await this.connection.call("split", { id: await this.here(), fraction, seed });
    /** @param {"first" | "second"} name */
    const part = (name) => new StoredDataset(this.connection, parts[name], [], async () => (
      { reply: (await this.connection.call("split", { id: await this.here(), fraction, seed }))[name] }));
    return [part("first"), part("second")];
  }
}

/** @param {api.Dataset} data @returns {Promise<number>} */
export async function datasetId(data) {
  if (data instanceof StoredDataset) return data.here();
  throw new FoveaError("this is not a data set of Fovea: make one with fovea.dataset(...)", { code: "argument" });
}

/**
 * @param {Connection} connection @param {api.DatasetSource} source @param {api.DatasetOptions} options
 * @returns {Promise<api.Dataset>}
 */
export async function makeDataset(connection, source, options) {
  throwIfAborted(options.signal);
  const { make, again } = makerOf(source);
  const { reply, skipped } = await make(connection, options);
  return new StoredDataset(connection, reply, skipped, again ? make : undefined);
}

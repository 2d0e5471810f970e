// Data sets: what the page has, on its way into the Worker.

import { FoveaError, throwIfAborted } from "./errors.js";
import { bytesOf, pictureArgs } from "./picture.js";
import { smallBitmap } from "./shrink.js";
import { Remote } from "./remote.js";
import { bytesOfFile, unzipped } from "./source.js";

/**
 * @import * as api from "./fovea.d.ts"
 * @import { Connection } from "./connection.js"
 */

/** @typedef {api.DatasetSummary & { dataset: number }} Reply */
/** @typedef {(connection: Connection, options: api.DatasetOptions) => Promise<{ reply: Reply, skipped?: api.Dataset["skipped"] }>} Maker */

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

  /** @param {number} from @param {number} count @returns {Promise<{ pixels: Uint8Array, shape: number[], labels: Int32Array }>} */
  async samples(from, count) {
    const { labels, ...rest } = await this.connection.call("samples", { id: await this.here(), from, count });
    return { ...rest, labels: new Int32Array(labels.buffer) };
  }

  /** @param {ArrayLike<number>} indices @param {{ labels?: ArrayLike<number> }} [options] @returns {Promise<api.Dataset>} */
  async subset(indices, { labels } = {}) {
    if (labels && labels.length !== indices.length) {
      throw new FoveaError(`there are ${labels.length} labels for ${indices.length} indices; give one for each`, { code: "argument" });
    }
    const args = {
      indices: new Uint8Array(indicesOf(indices, "indices", "sample", "argument").buffer),
      labels: labels && new Uint8Array(indicesOf(labels, "labels", "class", "data").buffer),
    };
    const make = async () => ({ reply: await this.connection.call("subset", { ...args, id: await this.here() }) });
    return new StoredDataset(this.connection, (await make()).reply, [], make);
  }

  /** @param {api.Abortable} [options] @returns {Promise<{ mean: Float32Array, deviation: Float32Array, perClass: Float32Array[] }>} */
  async statistics({ signal } = {}) {
    throwIfAborted(signal);
    const bytes = await this.connection.call("statistics", { id: await this.here() }, { signal });
    const rows = new Float32Array(bytes.buffer);
    const each = rows.length / (2 + this.classes.length);
    const [mean, deviation, ...perClass] = Array.from({ length: 2 + this.classes.length }, (_, i) => rows.slice(i * each, (i + 1) * each));
    return { mean, deviation, perClass };
  }

  /** @param {number} index @param {api.Augment} augment @param {{ count?: number, seed?: number }} [options] @returns {Promise<Uint8Array>} */
  async augmented(index, augment, { count = 1, seed = 1 } = {}) {
    return this.connection.call("augmented", { id: await this.here(), index, augment, count, seed });
  }

  /** @returns {Promise<string>} */
  async digest() { return this.connection.call("datasetDigest", { id: await this.here() }); }

  /** @param {number} fraction @param {{ seed?: number }} [options] @returns {Promise<[api.Dataset, api.Dataset]>} */
  async split(fraction, { seed = 1 } = {}) {
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

/** @param {Connection} connection @param {api.DatasetSource} source @param {api.DatasetOptions} options @returns {Promise<api.Dataset>} */
export async function makeDataset(connection, source, options) {
  throwIfAborted(options.signal);
  const { make, again } = makerOf(source);
  const { reply, skipped } = await make(connection, options);
  return new StoredDataset(connection, reply, skipped, again ? make : undefined);
}

/** How a source becomes a data set, and whether it can a second time. @param {any} source @returns {{ make: Maker, again: boolean }} */
function makerOf(source) {
  if (source?.images && source.labels) return { make: fromArrays(source), again: false };
  if (source?.pictures) return { make: fromPictures(source), again: true };
  if (source?.idx) return { make: fromIDX(source), again: true };
  if (source?.cifar10) return { make: fromCIFAR(source), again: true };
  if (source?.samples) return { make: fromSamples(source), again: Array.isArray(source.samples) };
  throw new FoveaError("a data set is made of { images, labels }, { pictures }, { idx }, { cifar10 } or { samples }; see DatasetSource", { code: "argument" });
}

/** @param {api.ArraysSource} source @returns {Maker} */
const fromArrays = ({ images, labels, shape, classes }) => async (connection, { signal }) => {
  const bytes = bytesOf(images, "images");
  const numbers = indicesOf(labels, "labels", "class", "data");
  const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  const args = {
    images: bytes,
    labels: new Uint8Array(numbers.buffer),
    shape: shape ?? shapeOf(bytes.length / numbers.length),
    classes: classes ?? Array.from({ length: numbers.reduce((most, label) => Math.max(most, label + 1), 0) }, (_, i) => String(i)),
  };
  return { reply: await connection.call("dataset", args, { transfer: whole ? [/** @type {ArrayBuffer} */ (bytes.buffer)] : [], signal }) };
};

/** A copy of indices. @param {ArrayLike<number>} values @param {string} what @param {string} of @param {string} code of the error */
function indicesOf(values, what, of, code) {
  const numbers = Int32Array.from(values);
  const wrong = numbers.findIndex((number, i) => number < 0 || number !== values[i]);
  if (wrong >= 0) throw new FoveaError(`${what}[${wrong}] is ${values[wrong]}; want the index of a ${of}, a whole number from 0 on`, { code });
  return numbers;
}

/** Of square pictures. @param {number} bytes of a sample @returns {[number, number, number]} */
function shapeOf(bytes) {
  for (const channels of /** @type {const} */ ([1, 3])) {
    const side = Math.sqrt(bytes / channels);
    if (side > 0 && Number.isInteger(side)) return [side, side, channels];
  }
  throw new FoveaError(`a sample has ${bytes} bytes, which is no square picture of 1 or 3 channels; give its shape: [height, width, channels]`, { code: "data" });
}

/** @param {api.PicturesSource} source @returns {Maker} */
const fromPictures = ({ pictures, size = [32, 32], channels = 3 }) => (connection, options) => {
  const classes = Object.keys(pictures);
  const samples = classes.flatMap((name, label) => Array.from(pictures[name], (image) => ({ image, label })));
  return collect(connection, { samples, shape: [size[0], size[1], channels], classes }, options);
};

/** @param {api.SamplesSource} source @returns {Maker} */
const fromSamples = (source) => (connection, options) => collect(connection, source, options);

/** @param {api.IDXSource} source @returns {Maker} */
const fromIDX = ({ idx, classes }) => async (connection, { signal }) => {
  const [images, labels] = await Promise.all([idx.images, idx.labels].map(async (file) => unzipped(await bytesOfFile(file, signal))));
  return { reply: await connection.call("datasetIDX", { images, labels, classes: classes ?? [] }, { signal }) };
};

/** @param {api.CIFARSource} source @returns {Maker} */
const fromCIFAR = ({ cifar10 }) => async (connection, { signal, onProgress }) => {
  const files = [];
  for (const file of cifar10) {
    files.push(await bytesOfFile(file, signal));
    onProgress?.(files.length, cifar10.length);
  }
  return { reply: await connection.call("datasetCIFAR", { files }, { signal }) };
};

/** How many pictures go to the Worker at a time. */
const together = 16;

/**
 * Sends samples one after the other, some at a time, so that thousands of pictures never lie in memory decoded.
 * @param {Connection} connection
 * @param {api.SamplesSource} source
 * @param {api.DatasetOptions} options
 */
async function collect(connection, { samples, shape, classes }, { signal, onProgress }) {
  const names = classes.map(String);
  const total = Array.isArray(samples) ? samples.length : 0;
  const { collection } = await connection.call("collect", { shape, classes: names }, { signal });
  /** @type {api.Dataset["skipped"]} */
  const skipped = [];
  const seen = names.map(() => 0);
  try {
    let batch = [];
    let done = 0;
    for await (const { image, label } of samples) {
      throwIfAborted(signal);
      const of = typeof label === "number" ? label : names.indexOf(label);
      if (!(of in names)) throw new FoveaError(`sample ${done + batch.length} has the label ${JSON.stringify(label)}; the classes are ${names.join(", ")}`, { code: "data" });
      batch.push({ image, label: of, index: seen[of]++ });
      if (batch.length < together) continue;
      await send(batch);
      onProgress?.(done += batch.length, total);
      batch = [];
    }
    await send(batch);
    onProgress?.(done + batch.length, total);
    return { reply: await connection.call("collected", { collection }, { signal }), skipped };
  } catch (error) {
    await connection.call("dropCollection", { collection }).catch(() => {});
    throw error;
  }

  /** @param {{ image: api.Picture, label: number, index: number }[]} batch */
  async function send(batch) {
    if (batch.length === 0) return;
    const prepared = await Promise.all(batch.map(({ image }) => prepare(image, shape).catch((error) => ({ error }))));
    /** @type {Transferable[]} */
    const transfer = [];
    const pictures = prepared.map((one) => {
      if ("error" in one) return { failure: one.error.message };
      transfer.push(...one.transfer);
      return one.args;
    });
    const { failures } = await connection.call("add", { collection, pictures, labels: batch.map(({ label }) => label) }, { transfer, signal });
    for (const { at, reason } of failures) {
      const { image, label, index } = batch[at];
      skipped.push({ class: names[label], index, name: /** @type {any} */ (image)?.name ?? "", reason });
    }
  }
}

/** @param {api.Picture} image @param {[number, number, number]} shape */
async function prepare(image, [height, width, channels]) {
  if (ArrayBuffer.isView(image) && image.byteLength === height * width * channels) return { args: { raw: image }, transfer: [] };
  if (image instanceof Blob) {
    const bitmap = await smallBitmap(image, height, width);
    if (bitmap) return { args: { bitmap }, transfer: [bitmap] };
  }
  return pictureArgs(image);
}

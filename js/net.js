// A net in the Worker, as the page has it.

import { throwIfAborted } from "./errors.js";
import { StoredDataset, datasetId } from "./dataset.js";
import { checked } from "./options.js";
import { pictureArgs } from "./picture.js";
import { bytesOfFile } from "./source.js";
import { Remote } from "./remote.js";
import { floatsOf, imageOf, sampleArgs, tensorArgs, tensorOf } from "./tensor.js";
import { RunningTraining } from "./training.js";
import { Turns } from "./turns.js";
import { Watching } from "./watch.js";
import * as saved from "./saved.js";

/**
 * @import * as api from "./fovea.d.ts"
 * @import { Connection } from "./connection.js"
 */

/** What the Worker says of a net that it has made.
 * @typedef {{ net: number, summary: api.Summary, classes: string[], backend: api.BackendInfo, saved?: api.SavedInfo }} Reply */

/** Leaves out what was not given, so that the Worker fills in its defaults. @template {object} T @param {T} args @returns {T} */
export function given(args) {
  return /** @type {T} */ (Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)));
}

/** @implements {api.Net} */
export class LiveNet extends Remote {
  #turns = new Turns();
  #make;
  /** As it was last copied from the Worker, which may be lost. @type {Blob | undefined} */
  #copy;

  /**
   * @param {Connection} connection
   * @param {Reply} reply
   * @param {(copy?: Blob) => Promise<Reply>} make makes it once more, of a copy if there is one
   */
  constructor(connection, reply, make) {
    super(connection, reply.net, { what: "net", free: "closeNet" });
    this.summary = reply.summary;
    this.classes = reply.classes;
    this.backend = reply.backend;
    this.saved = reply.saved;
    this.#make = make;
  }

  async remake() {
    const reply = await this.#make(this.#copy);
    this.backend = reply.backend;
    return reply.net;
  }

  /**
   * Calls a method about this net when those asked for before have been answered.
   * @param {string} method
   * @param {() => Promise<{ args: object, transfer?: Transferable[] }>} prepare made while others are at it
   * @param {{ signal?: AbortSignal, onProgress?: (done: number, total: number, stage: string) => void }} options
   */
  async #ask(method, prepare, options) {
    throwIfAborted(options.signal);
    const prepared = prepare();
    prepared.catch(() => {}); // it is waited for below
    return this.#turns.take(async () => {
      const { args, transfer } = await prepared;
      return this.connection.call(method, { ...args, id: await this.here() }, { ...options, transfer });
    }, options.signal);
  }

  /** @param {api.Picture} picture @param {api.ClassifyOptions} [options] @returns {Promise<api.Classification>} */
  async classify(picture, options = {}) {
    const { top, prepare, signal } = checked("classify", options);
    const { predictions, ...rest } = await this.#ask("classify", async () => {
      const { args, transfer } = await pictureArgs(picture);
      return { args: given({ ...args, top, prepare }), transfer };
    }, { signal });
    return Object.assign(predictions, rest);
  }

  /**
   * @param {api.Tensor | Uint8Array | Float32Array | api.Dataset} input
   * @param {api.PredictOptions} [options]
   * @returns {Promise<api.TensorResult>}
   */
  async predict(input, options = {}) {
    const { transfer = false, signal } = checked("predict", options);
    if (input instanceof StoredDataset) return this.#ofEach("predictSet", input, {}, signal);
    return tensorOf(await this.#ask("predict", async () => {
      const args = tensorArgs(/** @type {any} */ (input));
      return { args, transfer: transfer ? [/** @type {ArrayBuffer} */ (args.numbers.buffer)] : [] };
    }, { signal }));
  }

  /**
   * @overload
   * @param {api.Picture | api.Tensor | Float32Array} input
   * @param {api.Abortable & { layer?: string }} [options]
   * @returns {Promise<Float32Array>}
   */
  /**
   * @overload
   * @param {api.Dataset} input
   * @param {api.Abortable & { layer?: string }} [options]
   * @returns {Promise<api.TensorResult>}
   */
  /**
   * @param {any} input
   * @param {api.Abortable & { layer?: string }} [options]
   * @returns {Promise<any>}
   */
  async features(input, options = {}) {
    const { layer = "", signal } = checked("features", options);
    if (input instanceof StoredDataset) return this.#ofEach("featuresOfSet", input, { layer }, signal);
    return floatsOf(await this.#ask("features", async () => {
      const { args, transfer } = await sampleArgs(input);
      return { args: { ...args, layer }, transfer };
    }, { signal }));
  }

  /**
   * @param {string} method
   * @param {StoredDataset} data
   * @param {object} args
   * @param {AbortSignal} [signal]
   * @returns {Promise<api.TensorResult>}
   */
  async #ofEach(method, data, args, signal) {
    return tensorOf(await this.#ask(method, async () => ({ args: { ...args, dataset: await data.here() } }), { signal }));
  }

  /**
   * @param {api.Picture | api.Tensor | Float32Array} input @param {api.Abortable} [options]
   * @returns {Promise<api.Activation[]>}
   */
  async activations(input, options = {}) {
    const { signal } = checked("activations", options);
    const { layers, numbers } = await this.#ask("activations", () => sampleArgs(input), { signal });
    return layers.map((/** @type {Omit<api.Activation, "data">} */ one, /** @type {number} */ i) => (
      { ...one, data: floatsOf(numbers[i]) }));
  }

  /** @param {api.Picture} picture @param {api.Abortable & { shorter?: number }} [options] @returns {Promise<api.ClassMap>} */
  async classMap(picture, options = {}) {
    const { shorter = 384, signal } = checked("classMap", options);
    const { bytes, pixels, width, height, ...rest } = await this.#ask("classMap", async () => {
      const { args, transfer } = await pictureArgs(picture);
      return { args: { ...args, shorter }, transfer };
    }, { signal });
    return { ...rest, data: floatsOf(bytes), picture: imageOf(pixels, width, height) };
  }

  /** @param {string[]} [names] @returns {Promise<Record<string, api.TensorResult>>} */
  async weights(names) {
    const values = await this.#ask("weights", async () => ({ args: given({ names }) }), {});
    return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, tensorOf(value)]));
  }

  /** @param {api.Dataset} data @param {api.Abortable & { samples?: number }} [options] @returns {Promise<api.LayerHealth[]>} */
  async health(data, options = {}) {
    const { samples = 64, signal } = checked("health", options);
    return this.#ask("health", async () => ({ args: { dataset: await datasetId(data), samples } }), { signal });
  }

  /** @returns {Promise<string>} */
  digest() { return this.#ask("digest", async () => ({ args: {} }), {}); }

  /**
   * @param {HTMLVideoElement} video
   * @param {(result: api.Classification) => void} callback
   * @param {api.WatchOptions} [options]
   */
  watch(video, callback, options = {}) {
    const classify = async (/** @type {api.Picture} */ picture) => {
      const { framesPerSecond, ...rest } = checked("watch", options);
      return this.classify(picture, rest);
    };
    return new Watching(video, classify, callback, options);
  }

  /** @param {api.Dataset} data @param {api.TrainOptions} [options] @returns {api.Training} */
  train(data, options = {}) {
    return new RunningTraining(this.connection, {
      moved: (backend) => { this.backend = backend; },
      copy: async () => { this.#copy = await this.#file({}); },
    }, this.#started(data, options), options.signal);
  }

  /** @param {api.Dataset} data @param {api.TrainOptions} options */
  async #started(data, options) {
    const { validation, signal, ...rest } = checked("train", options);
    if (rest.augment) checked("augment", rest.augment);
    throwIfAborted(signal);
    const id = await this.here();
    const sets = { dataset: await datasetId(data), validation: validation ? await datasetId(validation) : 0 };
    return this.connection.call("train", given({ ...rest, id, ...sets }));
  }

  /** @param {api.Dataset} data @param {api.Abortable} [options] @returns {Promise<api.Evaluation>} */
  async evaluate(data, options = {}) {
    const { signal } = checked("evaluate", options);
    return this.#ask("evaluate", async () => ({ args: { dataset: await datasetId(data) } }), { signal });
  }

  /**
   * @param {api.Dataset} data @param {api.FineTuneOptions} [options]
   * @returns {Promise<{ net: api.Net, validation?: api.Evaluation }>}
   */
  async fineTune(data, options = {}) {
    const { validation, signal, onProgress, ...rest } = checked("fineTune", options);
    const prepare = async () => {
      const sets = { dataset: await datasetId(data), validation: validation ? await datasetId(validation) : 0 };
      return { args: given({ ...rest, ...sets }) };
    };
    const tell = onProgress && ((/** @type {number} */ done, /** @type {number} */ total, /** @type {string} */ stage) => (
      onProgress({ stage: /** @type {api.FineTuneProgress["stage"]} */ (stage), done, total })));
    const { evaluation, ...reply } = await this.#ask("fineTune", prepare, { signal, onProgress: tell });
    const net = new LiveNet(this.connection, reply, async (copy) => (
      this.connection.call("open", { file: copy, files: {}, backend: net.backend.name })));
    net.#copy = await net.#file({});
    return { net, validation: evaluation };
  }

  /** @param {api.BackendName} name @returns {Promise<api.BackendInfo>} */
  async setBackend(name) {
    this.backend = await this.connection.call("setBackend", { id: await this.here(), name });
    return this.backend;
  }

  /** @param {string} name */
  async save(name) { await saved.save(name, await this.#file({})); }

  /** @param {"safetensors" | "onnx"} [format] @param {{ precision?: api.Precision }} [options] */
  async toBlob(format = "safetensors", options = {}) { return this.#file({ format, ...checked("toBlob", options) }); }

  /** @param {{ format?: string, precision?: string }} how */
  async #file(how) {
    const bytes = await this.connection.call("save", given({ ...how, id: await this.here() }));
    return new Blob([bytes], { type: "application/octet-stream" });
  }

  /** @param {{ precision?: api.Precision, title?: string }} [options] @returns {Promise<api.Standalone>} */
  async toStandalone(options = {}) {
    const { precision, title } = checked("toStandalone", options);
    const { files, html } = await this.connection.call("standalone", given({ precision, title, id: await this.here() }));
    const types = /** @type {Record<string, string>} */ ({ wasm: "application/wasm", js: "text/javascript", html: "text/html" });
    const blob = (/** @type {string} */ name, /** @type {BlobPart} */ bytes) => (
      new Blob([bytes], { type: types[name.split(".").at(-1) ?? ""] ?? "application/octet-stream" }));
    const named = Object.entries(files).map(([name, bytes]) => [name, blob(name, bytes)]);
    return { files: Object.fromEntries(named), html: blob("index.html", html) };
  }

  /** @param {Blob | ArrayBuffer | Uint8Array} file @returns {Promise<api.SavedInfo>} */
  async restore(file) {
    const bytes = await bytesOfFile(file);
    const kept = new Blob([/** @type {BlobPart} */ (bytes)]);
    const info = await this.connection.call("restore", { id: await this.here(), bytes });
    this.#copy = kept;
    return info;
  }
}

// Fovea for pages: what is called in the page, while a Worker computes. The API is described in fovea.d.ts.

import { FoveaError, throwIfAborted } from "./errors.js";
import { Connection } from "./connection.js";
import { StoredDataset, makeDataset } from "./dataset.js";
import { LiveNet, given } from "./net.js";
import { openModel } from "./load.js";
import { checked } from "./options.js";
import { platform } from "./platform.js";
import { bytesOfFile } from "./source.js";
import * as saved from "./saved.js";

/**
 * @import * as api from "./fovea.d.ts"
 * @import { Reply } from "./net.js"
 */

export { FoveaError };

/** @implements {api.Fovea} */
export class Fovea {
  #connection;
  #backend;

  /** @param {Connection} connection @param {api.BackendName | "auto"} backend */
  constructor(connection, backend) {
    this.#connection = connection;
    this.#backend = backend;
  }

  /** @param {api.StartOptions} [options] @returns {Promise<Fovea>} */
  static async start(options = {}) {
    const { backend = "auto", worker, wasm, onProgress, signal } = checked("start", options);
    throwIfAborted(signal);
    const program = wasm ? new URL(wasm, platform.base()).href : platform.program(worker);
    const connection = new Connection(() => platform.worker(worker), program, onProgress);
    const giveUp = () => connection.close();
    signal?.addEventListener("abort", giveUp);
    try {
      await connection.started();
    } catch (error) {
      throwIfAborted(signal);
      throw error;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
    return new Fovea(connection, backend);
  }

  /** @param {api.Abortable & { measure?: boolean }} [options] @returns {Promise<api.BackendInfo[]>} */
  async backends(options = {}) {
    const { measure = false, signal } = checked("backends", options);
    return this.#connection.call("backends", { measure }, { signal });
  }

  /** @param {string} text @param {{ batch?: number, memory?: number }} [options] @returns {Promise<api.Summary>} */
  async describe(text, options = {}) {
    return this.#connection.call("describe", given({ text, ...checked("describe", options) }));
  }

  /** @param {{ classes?: number, size?: number }} [options] @returns {Promise<api.ZooEntry[]>} */
  async zoo(options = {}) { return this.#connection.call("zoo", given(checked("zoo", options))); }

  /** @param {string} text @param {api.NetOptions} [options] @returns {Promise<api.Net>} */
  async net(text, options = {}) {
    const { backend = this.#backend, classes, seed, signal } = checked("net", options);
    /** @returns {Promise<Reply>} */
    const make = (/** @type {Blob | undefined} */ copy) => (copy
      ? this.#connection.call("open", { file: copy, files: {}, backend })
      : this.#connection.call("net", given({ text, backend, classes, seed }), { signal }));
    return new LiveNet(this.#connection, await make(undefined), make);
  }

  /** @param {api.ModelSource} source @param {api.LoadOptions} [options] @returns {Promise<api.Net>} */
  async load(source, options = {}) {
    const { reply, again } = await openModel(this.#connection, source, { backend: this.#backend, ...checked("load", options) });
    return new LiveNet(this.#connection, reply, again);
  }

  /** @param {Blob | ArrayBuffer | Uint8Array} file @returns {Promise<api.SavedInfo>} */
  async inspect(file) { return this.#connection.call("inspect", { bytes: await bytesOfFile(file) }); }

  /** @param {api.DatasetSource} source @param {api.DatasetOptions} [options] @returns {Promise<api.Dataset>} */
  async dataset(source, options = {}) { return makeDataset(this.#connection, source, checked("dataset", options)); }

  /**
   * @param {Uint8Array} bytes @param {api.DatasetOptions} [options]
   * @returns {Promise<{ train: api.Dataset, test: api.Dataset }>}
   */
  async packedDataset(bytes, options = {}) {
    const { onProgress = () => {}, signal } = checked("packedDataset", options);
    const blob = new Blob([/** @type {BlobPart} */ (bytes)]);
    const unpack = async () => this.#connection.call("packedDataset", { bytes: await bytesOfFile(blob) }, { onProgress, signal });
    const parts = await unpack();
    /** @param {"train" | "test"} name */
    const part = (name) => new StoredDataset(this.#connection, parts[name], [], async () => ({ reply: (await unpack())[name] }));
    return { train: part("train"), test: part("test") };
  }

  saved() { return saved.list(); }

  /** @param {string} name */
  deleteSaved(name) { return saved.remove(name); }

  /** @returns {Promise<api.MemoryInfo>} */
  memory() { return this.#connection.call("memory"); }

  /**
   * @param {string} text
   * @param {{ backend: api.BackendName, batch: number, steps: number, warmup: number, optimizer?: string,
   *   threads?: number }} options
   * @returns {Promise<number[]>}
   */
  async benchmark(text, options) {
    return this.#connection.call("benchmark", given({ text, ...checked("benchmark", options) }));
  }

  /**
   * @param {string} text
   * @param {{ backend: api.BackendName, batch: number, runs?: number, forward?: boolean, threads?: number }} options
   * @returns {Promise<api.Profile>}
   */
  async profile(text, options) {
    return this.#connection.call("profile", given({ text, runs: 20, ...checked("profile", options) }));
  }

  async destroyDevice() { await this.#connection.call("destroyDevice"); }

  async close() { this.#connection.close(); }
  [Symbol.dispose]() { this.#connection.close(); }
  async [Symbol.asyncDispose]() { this.#connection.close(); }
}

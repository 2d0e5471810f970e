// Fovea for pages: what is called in the page, while a Worker computes. The API is described in fovea.d.ts.

import { FoveaError, throwIfAborted } from "./errors.js";
import { Connection } from "./connection.js";
import { StoredDataset, makeDataset } from "./dataset.js";
import { LiveNet, given } from "./net.js";
import { openModel } from "./load.js";
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
  static async start({ backend = "auto", worker, wasm, onProgress, signal } = {}) {
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
  backends({ measure = false, signal } = {}) { return this.#connection.call("backends", { measure }, { signal }); }

  /** @param {string} text @param {{ batch?: number, memory?: number }} [options] @returns {Promise<api.Summary>} */
  describe(text, { batch, memory } = {}) { return this.#connection.call("describe", given({ text, batch, memory })); }

  /** @param {{ classes?: number, size?: number }} [options] @returns {Promise<api.ZooEntry[]>} */
  zoo({ classes, size } = {}) { return this.#connection.call("zoo", given({ classes, size })); }

  /** @param {string} text @param {api.NetOptions} [options] @returns {Promise<api.Net>} */
  async net(text, { backend = this.#backend, classes, seed, signal } = {}) {
    /** @returns {Promise<Reply>} */
    const make = (/** @type {Blob | undefined} */ copy) => (copy ? this.#connection.call("open", { file: copy, files: {}, backend })
      : this.#connection.call("net", given({ text, backend, classes, seed }), { signal }));
    return new LiveNet(this.#connection, await make(undefined), make);
  }

  /** @param {api.ModelSource} source @param {api.LoadOptions} [options] @returns {Promise<api.Net>} */
  async load(source, options = {}) {
    const { reply, again } = await openModel(this.#connection, source, { backend: this.#backend, ...options });
    return new LiveNet(this.#connection, reply, again);
  }

  /** @param {Blob | ArrayBuffer | Uint8Array} file @returns {Promise<api.SavedInfo>} */
  async inspect(file) { return this.#connection.call("inspect", { bytes: await bytesOfFile(file) }); }

  /** @param {api.DatasetSource} source @param {api.DatasetOptions} [options] @returns {Promise<api.Dataset>} */
  dataset(source, options = {}) { return makeDataset(this.#connection, source, options); }

  /** @param {Uint8Array} bytes @param {api.DatasetOptions} [options] @returns {Promise<{ train: api.Dataset, test: api.Dataset }>} */
  async packedDataset(bytes, { onProgress = () => {}, signal } = {}) {
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
  benchmark(text, options) { return this.#connection.call("benchmark", given({ text, ...options })); }

  /**
   * @param {string} text
   * @param {{ backend: api.BackendName, batch: number, runs?: number, forward?: boolean, threads?: number }} options
   * @returns {Promise<api.Profile>}
   */
  profile(text, options) { return this.#connection.call("profile", given({ text, runs: 20, ...options })); }

  async destroyDevice() { await this.#connection.call("destroyDevice"); }

  async close() { this.#connection.close(); }
  [Symbol.dispose]() { this.#connection.close(); }
  async [Symbol.asyncDispose]() { this.#connection.close(); }
}

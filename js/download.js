// Downloads large files. The API is described in download.d.ts; download-transfer.js talks to the server, and download-store.js
// and download-memory.js keep the bytes.

import { FoveaError } from "./errors.js";
import { chunksOf } from "./chunks.js";
import { MemoryStore } from "./download-memory.js";
import { FolderStore, drop, keyOf, list, openFolder, withLock } from "./download-store.js";
import { transfer } from "./download-transfer.js";
import { checked } from "./options.js";
import { Sha256 } from "./sha256.js";

/**
 * @import * as api from "./download.d.ts"
 * @import { Info, Store } from "./download-store.js"
 * @import { Order } from "./download-transfer.js"
 */

const reportEvery = 100; // milliseconds

/** Counts bytes and tells of them. */
class Meter {
  /** @type {(progress: api.DownloadProgress) => void} */
  #report;
  /** What was told in the last three seconds. @type {{ time: number, loaded: number }[]} */
  #told = [];

  /** @param {(progress: api.DownloadProgress) => void} report */
  constructor(report) { this.#report = report; }

  /** @param {Store} store */
  update(store) {
    const time = performance.now();
    if (time - (this.#told.at(-1)?.time ?? -Infinity) >= reportEvery) this.#tell(store, time);
  }

  /** @param {Store} store @param {boolean} stored */
  end(store, stored) { this.#tell(store, performance.now(), stored); }

  /** @param {Store} store @param {number} time */
  #tell(store, time, stored = false) {
    const { size: loaded, info } = store;
    if (loaded < (this.#told.at(-1)?.loaded ?? 0)) this.#told = []; // it began again
    this.#told = this.#told.filter((told) => time - told.time < 3000);
    this.#told.push({ time, loaded });
    const [first] = this.#told;
    const bytesPerSecond = time > first.time ? (1000 * (loaded - first.loaded)) / (time - first.time) : 0;
    this.#report({ loaded, total: info?.total, bytesPerSecond, cached: stored });
  }
}

/** One download and all who wait for it; it is cancelled when the last of them leaves. */
class Job {
  #controller = new AbortController();
  /** @type {Set<(progress: api.DownloadProgress) => void>} */
  #callers = new Set();
  #id;
  #result;

  /** @param {string} id @param {Order} order @param {boolean} stored whether it may be */
  constructor(id, order, stored) {
    this.#id = id;
    const meter = new Meter((progress) => this.#callers.forEach((tell) => tell(progress)));
    this.#result = (stored ? obtainStored : obtainInMemory)(order, this.#controller.signal, meter).finally(() => this.#forget());
    this.#result.catch(() => {}); // all callers may have left
    jobs.set(id, this);
  }

  #forget() {
    if (jobs.get(this.#id) === this) jobs.delete(this.#id);
  }

  /** @param {AbortSignal | undefined} signal @param {api.DownloadOptions["onProgress"]} onProgress @returns {Promise<File>} */
  join(signal, onProgress) {
    return new Promise((resolve, reject) => {
      const caller = (/** @type {api.DownloadProgress} */ progress) => {
        try {
          onProgress?.({ ...progress });
        } catch (error) {
          reportError(error); // it is the page's, and others may wait for the same file
        }
      };
      const leave = () => {
        this.#callers.delete(caller);
        signal?.removeEventListener("abort", cancel);
      };
      const cancel = () => {
        leave();
        reject(signal?.reason);
        if (this.#callers.size > 0) return;
        this.#forget();
        this.#controller.abort(signal?.reason);
      };
      this.#callers.add(caller);
      signal?.addEventListener("abort", cancel);
      this.#result.finally(leave).then(resolve, reject);
    });
  }
}

/** @type {Map<string, Job>} */
const jobs = new Map();

/** @param {string | URL} url @param {api.DownloadOptions} [options] @returns {Promise<File>} */
export async function download(url, options = {}) {
  const { signal, onProgress, integrity, cache = true } = checked("download", options);
  const address = absolute(url);
  if (integrity !== undefined && !/^sha256-[A-Za-z0-9+/]{43}=$/.test(integrity)) {
    throw new FoveaError(`integrity is "${integrity}"; it must be "sha256-" and the 44 characters of a SHA-256 in base64`,
      { code: "argument" });
  }
  signal?.throwIfAborted();
  const stored = Boolean(cache) && address.startsWith("http");
  const id = JSON.stringify([address, integrity, stored]);
  const order = {
    url: address,
    integrity,
    fetch: options.fetch ?? ((/** @type {string} */ at, /** @type {RequestInit} */ init) => fetch(at, init)),
    maximum: (typeof cache === "object" ? cache.maximum : undefined) ?? 2 ** 30,
  };
  return (jobs.get(id) ?? new Job(id, order, stored)).join(signal, onProgress);
}

/** @param {string | URL} url */
export async function forget(url) {
  const folder = await openFolder();
  const key = keyOf(absolute(url));
  if (folder) await withLock(key, {}, () => drop(folder, key));
}

/** @returns {Promise<api.StoredDownload[]>} */
export async function cached() {
  const folder = await openFolder();
  return (folder ? await list(folder) : []).map(({ info, size }) => (
    { url: info.url, size, total: info.total, complete: info.complete, used: new Date(info.used), integrity: info.integrity }));
}

/** @param {string | URL} url */
function absolute(url) {
  try {
    const whole = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
    whole.hash = "";
    return whole.href;
  } catch {
    throw new FoveaError(`"${url}" is not an address; give a URL, absolute or relative to the page`, { code: "argument" });
  }
}

/** @param {Order} order @param {AbortSignal} signal @param {Meter} meter */
async function obtainStored(order, signal, meter) {
  const folder = await openFolder();
  if (!folder) return obtainInMemory(order, signal, meter);
  const key = keyOf(order.url);
  return withLock(key, { signal }, async () => {
    try {
      return await obtain(await new FolderStore(folder, key, order.maximum).load(), order, signal, meter);
    } catch (error) {
      if (!(error instanceof DOMException) || signal.aborted) throw error;
      throw new FoveaError(`${order.url} cannot be stored (${error.message}). Free space, or download it with cache: false, `
        + "which keeps it in memory", { code: "storage" });
    }
  });
}

/** @param {Order} order @param {AbortSignal} signal @param {Meter} meter */
const obtainInMemory = (order, signal, meter) => obtain(new MemoryStore(), order, signal, meter);

/** @param {Store} store @param {Order} order @param {AbortSignal} signal @param {Meter} meter */
async function obtain(store, order, signal, meter) {
  const { integrity } = order;
  const was = store.info?.complete ? store.info : undefined;
  const known = was && integrity && (was.integrity === integrity || await digestOf(store, signal) === integrity);
  if (was && integrity && !known) await store.remove(); // it is not the file that is asked for
  if (!known) await transfer(store, order, signal, () => meter.update(store));
  const stored = was !== undefined && store.info === was;
  if (integrity && !stored) await verify(store, integrity, order, signal);
  const info = /** @type {Info} */ (store.info);
  const file = new File(await store.pieces(), nameOf(order.url), { type: info.type });
  if (file.size !== store.size) {
    throw new FoveaError(`${order.url}: some of it was deleted while it was downloaded; try again`, { code: "storage" });
  }
  await store.describe({ ...info, complete: true, total: store.size, integrity: integrity ?? info.integrity, used: Date.now() });
  await store.makeRoom(store.size, 0);
  meter.end(store, stored);
  return file;
}

/** @param {Store} store @param {AbortSignal} signal */
async function digestOf(store, signal) {
  const hash = new Sha256();
  for (const piece of await store.pieces()) {
    const chunks = chunksOf(piece.stream());
    for (let bytes = await chunks.read(); bytes; bytes = await chunks.read()) {
      signal.throwIfAborted();
      hash.update(bytes);
    }
  }
  return `sha256-${btoa(String.fromCharCode(...hash.digest()))}`;
}

/** @param {Store} store @param {string} integrity @param {Order} order @param {AbortSignal} signal */
async function verify(store, integrity, { url }, signal) {
  const digest = await digestOf(store, signal);
  if (digest === integrity) return;
  const { size } = store;
  await store.remove();
  throw new FoveaError(`${url} is not the file that was expected: its ${size} bytes have ${digest}, not ${integrity}; they were `
    + "deleted. Correct the integrity if the file was replaced on purpose, or else do not trust its source",
    { code: "integrity" });
}

/** @param {string} url */
function nameOf(url) {
  const last = new URL(url).pathname.split("/").at(-1) || "download";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

// A thread of Node.js as a browser's Worker, and fetch() of files, which Node.js does not have.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/** @import { WorkerLike } from "./connection.js" */

/** Runs a script of browsers in a thread, where worker-node.js supplies what it expects. @implements {WorkerLike} */
export class Thread {
  /** @type {WorkerLike["onmessage"]} */
  onmessage = null;
  /** @type {WorkerLike["onerror"]} */
  onerror = null;
  /** @type {WorkerLike["onmessageerror"]} */
  onmessageerror = null;
  #thread;

  /** @param {string | URL} script @param {{ name: string }} options */
  constructor(script, { name }) {
    // The command line's options are the main thread's: --input-type, for one, would forbid a file.
    const options = { workerData: { script: String(script), name }, name, execArgv: [] };
    this.#thread = new Worker(new URL("./worker-node.js", import.meta.url), options);
    this.#thread.on("message", (data) => this.onmessage?.(/** @type {MessageEvent} */ ({ data })));
    this.#thread.on("messageerror", (error) => this.onmessageerror?.(error));
    this.#thread.on("error", (error) => this.onerror?.(error));
    this.#thread.on("exit", (code) => this.onerror?.({ message: `its thread ended with code ${code}` }));
  }

  /** @param {any} message @param {any[]} [transfer] */
  postMessage(message, transfer) { this.#thread.postMessage(message, transfer); }
  terminate() { void this.#thread.terminate(); }

  /** Whether it keeps the process alive. @param {boolean} busy */
  hold(busy) { this.#thread[busy ? "ref" : "unref"](); }
}

/**
 * fetch(), which also reads what a file: URL names. A file that is not there is answered by 404, as a server would.
 * @param {string | URL} url @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
export async function fetchAnywhere(url, init) {
  const address = new URL(url);
  if (address.protocol !== "file:") return fetch(address, init);
  const path = fileURLToPath(address);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return new Response(null, { status: 404 });
  const body = /** @type {ReadableStream} */ (Readable.toWeb(createReadStream(path, { signal: init?.signal ?? undefined })));
  const type = extname(path) === ".wasm" ? "application/wasm" : "application/octet-stream";
  return new Response(body, { headers: { "Content-Length": String(found.size), "Content-Type": type } });
}

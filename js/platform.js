// What differs between a page and Node.js, which puts its own in (node.js).

/** @import { WorkerLike } from "./connection.js" */

/**
 * @typedef {object} Platform
 * @property {(url?: string | URL) => WorkerLike} worker makes the Worker
 * @property {(worker?: string | URL) => string} program the address of the program that belongs to a Worker's script
 * @property {() => string | undefined} base what relative addresses start from
 * @property {(url: string | URL, init?: RequestInit) => Promise<Response>} fetch
 */

/** @type {Platform} */
export const platform = {
  // Both addresses are written as bundlers know them: they put the files that they name beside the bundle.
  worker: (url) => (url ? new Worker(url, { name: "fovea" })
    : new Worker(new URL("./worker.js", import.meta.url), { name: "fovea" })),
  program: (worker) => (worker ? new URL("fovea.wasm", new URL(worker, platform.base()))
    : new URL("./fovea.wasm", import.meta.url)).href,
  base: () => globalThis.document?.baseURI ?? globalThis.location?.href,
  fetch: (url, init) => fetch(url, init),
};

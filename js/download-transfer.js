// The conversation with the server: what is asked for, what an answer means for the bytes that are there, and when to try again.
//
// To another origin go only requests that need no preflight: Range does not, If-Range and If-None-Match do. Nothing is lost but a
// round trip, for every answer's ETag or Last-Modified is compared with what the bytes came with.

import { FoveaError } from "./errors.js";
import { chunksOf } from "./chunks.js";

/**
 * @import * as api from "./download.d.ts"
 * @import { Info, Store } from "./download-store.js"
 * @typedef {ReturnType<typeof chunksOf>} Chunks
 */

/**
 * What is asked for.
 * @typedef {object} Order
 * @property {string} url
 * @property {string} [integrity]
 * @property {NonNullable<api.DownloadOptions["fetch"]>} fetch
 * @property {number} maximum bytes that all stored files may take
 */

/** How long to wait before each new try, in milliseconds; it begins anew when bytes have come. */
const pauses = [1000, 2000, 4000];
/** After how many milliseconds without a byte a connection counts as broken. */
const patience = 30_000;
const checkConnection = "Check the connection and try again";
/** How much room is made for a file of unknown length. */
const someBytes = 16 << 20;

/** An attempt that failed and may be made again. */
class Broken extends Error {
  /** @param {string} message @param {string} remedy */
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

/**
 * Brings the store up to the server's file.
 * @param {Store} store @param {Order} order @param {AbortSignal} signal @param {() => void} onBytes
 */
export async function transfer(store, order, signal, onBytes) {
  let furthest = store.size;
  for (let failures = 0; ;) {
    try {
      if (await attempt(store, order, signal, onBytes)) return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Broken)) throw error;
      if (store.info?.complete) return; // it could not be revalidated: the best there is is what is there
      if (store.size > furthest) failures = 0;
      furthest = Math.max(furthest, store.size);
      if (failures === pauses.length) throw failure(store, order, error);
      await pause(pauses[failures++], signal);
    }
  }
}

/** @param {Store} store @param {Order} order @param {Broken} error */
function failure({ size, info, fleeting }, { url }, { message, remedy }) {
  const kept = size === 0 || fleeting ? ""
    : `; ${size} of ${info?.total ?? "?"} bytes are kept, and the next call goes on from there`;
  const attempts = pauses.length + 1;
  return new FoveaError(`${url} could not be downloaded in ${attempts} attempts: ${message}${kept}. ${remedy}`,
    { code: "network" });
}

/** @param {number} milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop);
  });
}

/**
 * One request. True if the store has the whole file then, false if another one is to follow at once.
 * @param {Store} store @param {Order} order @param {AbortSignal} signal @param {() => void} onBytes
 */
async function attempt(store, order, signal, onBytes) {
  const { response, conditional } = await ask(store, order, signal);
  const use = judge(store, response, conditional);
  if (use === "whole" || use === "rest") return take(store, order, response, use, onBytes);
  await response.body?.cancel().catch(() => {});
  if (use === "refused") throw refusal(order, response);
  if (use === "again") await store.remove();
  return use === "have";
}

/** @param {string | null | undefined} etag Weak ones say nothing of bytes. */
const strong = (etag) => (etag && !etag.startsWith("W/") ? etag : undefined);

/** @param {Store} store @param {Order} order @param {AbortSignal} signal */
async function ask({ info, size }, order, signal) {
  const headers = new Headers();
  const conditional = new URL(order.url).origin === globalThis.location?.origin;
  if (info?.complete) {
    if (conditional && info.etag) headers.set("If-None-Match", info.etag);
    else if (conditional && info.modified) headers.set("If-Modified-Since", info.modified);
  } else if (info && size > 0) {
    const version = info.compressed || size > (info.total ?? Infinity) ? undefined : strong(info.etag) ?? info.modified;
    if (version) headers.set("Range", `bytes=${size}-`);
    if (version && conditional) headers.set("If-Range", version);
  }
  try {
    return { response: await order.fetch(order.url, { headers, signal, cache: "no-store" }), conditional };
  } catch (error) {
    throw new Broken(`the server could not be reached (${/** @type {Error} */ (error).message})`, "Check the connection and the "
      + "address, that the server allows this page to read it (CORS), and that the page's Content-Security-Policy allows the "
      + "request (connect-src)");
  }
}

/**
 * What an answer is good for: the store's bytes are the file, the answer is all of it or the rest, it does not fit to what is
 * there, or it is none.
 * @param {Store} store @param {Response} response @param {boolean} conditional
 * @returns {"have" | "whole" | "rest" | "again" | "refused"}
 */
function judge({ info, size }, response, conditional) {
  const { status, headers } = response;
  if (info?.complete) {
    if (status === 304) return "have";
    if (status === 200) return sameVersion(info.etag, info, headers.get("ETag"), headers, false) ? "have" : "whole";
    return "refused";
  }
  if (status === 200) return "whole";
  if (!info || size === 0) return "refused";
  const total = totalOf(response);
  const [, from] = /^bytes (\d+)-/.exec(headers.get("Content-Range") ?? "") ?? [];
  if (status === 206) {
    const fits = Number(from) === size && !headers.get("Content-Encoding") && (info.total ?? total) === total;
    return fits && sameVersion(strong(info.etag), info, strong(headers.get("ETag")), headers, conditional) ? "rest" : "again";
  }
  if (status === 416) return (total ?? info.total) === size && (info.total ?? total) === size ? "have" : "again";
  return "refused";
}

/**
 * Compares an answer's version with the store's: by ETag, or else by date, or else as `otherwise` says.
 * @param {string | undefined} known @param {Info} info @param {string | null | undefined} etag @param {Headers} headers
 * @param {boolean} otherwise
 */
function sameVersion(known, info, etag, headers, otherwise) {
  if (known && etag) return known === etag;
  const modified = headers.get("Last-Modified");
  return info.modified && modified ? info.modified === modified : otherwise;
}

/** Bytes of the whole file. What is compressed does not tell. @param {Response} response */
function totalOf({ status, headers }) {
  const [, total] = (status === 200 ? /^(\d+)$/.exec(headers.get("Content-Length") ?? "")
    : /\/(\d+)$/.exec(headers.get("Content-Range") ?? "")) ?? [];
  return total && !headers.get("Content-Encoding") ? Number(total) : undefined;
}

/** @param {Order} order @param {Response} response */
function refusal({ url }, { status }) {
  const answer = `the server answered ${status}`;
  if (status >= 500 || status === 408 || status === 425 || status === 429) return new Broken(answer, "Try again later");
  return new FoveaError(`${url} could not be downloaded: ${answer}. Check the address, and whether it may be read without `
    + "signing in", { code: "network" });
}

/**
 * Stores what an answer brings. False where some is missing, for which room was made meanwhile.
 * @param {Store} store @param {Order} order @param {Response} response @param {"whole" | "rest"} use @param {() => void} onBytes
 */
async function take(store, order, response, use, onBytes) {
  const { headers } = response;
  const total = totalOf(response);
  const chunks = chunksOf(/** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body ?? new Blob().stream()));
  try {
    if (use === "rest") {
      await store.describe({ .../** @type {Info} */ (store.info), total, used: Date.now() });
    } else {
      await store.begin({
        url: order.url, type: headers.get("Content-Type") ?? "", etag: headers.get("ETag") ?? undefined,
        modified: headers.get("Last-Modified") ?? undefined, total, compressed: headers.has("Content-Encoding"),
        complete: false, used: Date.now(),
      });
    }
    if (total !== undefined && !(await store.makeRoom(total, total - store.size))) throw full(order, total);
    await receive(store, chunks, onBytes);
  } catch (error) {
    await chunks.cancel().catch(() => {});
    if (/** @type {Error} */ (error).name !== "QuotaExceededError") throw error;
    if (!(await store.dropOthers(total === undefined ? someBytes : total - store.size))) throw full(order, total);
    return false;
  }
  // More than was announced means a compression of which another origin does not tell.
  if (store.size < (total ?? 0)) throw new Broken(`the answer ended after ${store.size} of ${total} bytes`, checkConnection);
  return true;
}

/**
 * Stores the bytes of a stream; what came before an error is kept.
 * @param {Store} store @param {Chunks} chunks @param {() => void} onBytes
 */
async function receive(store, chunks, onBytes) {
  try {
    for (let bytes = await next(chunks); bytes; bytes = await next(chunks)) {
      await store.append(bytes);
      onBytes();
    }
  } finally {
    await store.flush();
  }
}

/** @param {Chunks} chunks */
async function next(chunks) {
  let timer = 0;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${patience / 1000} seconds`)), patience);
  });
  try {
    return await Promise.race([chunks.read(), late]);
  } catch (error) {
    throw new Broken(`the connection broke (${/** @type {Error} */ (error).message})`, checkConnection);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Order} order @param {number} [total] */
function full({ url }, total) {
  const what = total === undefined ? "it" : `its ${total} bytes`;
  return new FoveaError(`${url} cannot be stored: there is no space for ${what}. Free space on this device or clear this `
    + "site's data, or download it with cache: false, which keeps it in memory", { code: "storage" });
}

// Opening model files: fetching what has an address, and what lies beside it.

import { FoveaError, translated } from "./errors.js";
import { bytesOf, nameOf } from "./picture.js";
import { platform } from "./platform.js";
import { blobOf } from "./source.js";
import { given } from "./net.js";
import * as saved from "./saved.js";

/**
 * @import * as api from "./fovea.d.ts"
 * @import { Connection } from "./connection.js"
 * @import { Reply } from "./net.js"
 */

/**
 * Opens a model, and says how it is opened again.
 * @param {Connection} connection
 * @param {api.ModelSource} source
 * @param {api.LoadOptions} options
 * @returns {Promise<{ reply: Reply, again: (copy?: Blob) => Promise<Reply> }>}
 */
export async function openModel(connection, source, options) {
  const { signal, onProgress, integrity, cache, files: beside = {}, ...rest } = options;
  /** @param {string | URL} url @returns {Promise<Blob>} */
  const fetched = async (url) => {
    const { download } = await import("./download.js"); // pages that load no address do without
    const address = URL.canParse(url, platform.base()) ? new URL(url, platform.base()) : url; // download() says what is wrong
    return download(address, { signal, cache, fetch: platform.fetch, integrity: url === source ? integrity : undefined,
      onProgress: ({ loaded, total }) => onProgress?.({ phase: "download", loadedBytes: loaded, totalBytes: total }) });
  };
  try {
    const file = await fileOf(source, fetched);
    const base = typeof source === "string" || source instanceof URL ? new URL(source, platform.base()) : undefined;
    /** @type {Record<string, Blob>} */
    const files = {};
    for (const [path, part] of Object.entries(beside)) files[path] = asBlob(part, path);
    const open = (/** @type {Blob} */ model, /** @type {AbortSignal | undefined} */ until) => (
      connection.call("open", given({ ...rest, file: model, files }), { signal: until }));
    onProgress?.({ phase: "open", loadedBytes: 0, totalBytes: file.size });
    for (;;) {
      try {
        const reply = await open(file, signal);
        onProgress?.({ phase: "open", loadedBytes: file.size, totalBytes: file.size });
        return { reply, again: (copy) => open(copy ?? file, undefined) };
      } catch (error) {
        const path = missing(error);
        if (!path || path in files) throw error;
        if (!base) {
          throw new FoveaError(`the model has a part in the file "${path}": give it too, as files: { "${path}": file }`,
            { code: "file", cause: error });
        }
        files[path] = await fetched(new URL(path, base));
      }
    }
  } catch (error) {
    throw translated(error, signal);
  }
}

/** The file that a model wants beside it. @param {any} error */
const missing = (error) => (
  error instanceof FoveaError && /** @type {string} */ (error.code) === "needs-file" ? error.message : "");

/** @param {api.ModelSource} source @param {(url: string | URL) => Promise<Blob>} fetched @returns {Promise<Blob>} */
async function fileOf(source, fetched) {
  if (typeof source === "string" || source instanceof URL) return fetched(source);
  if (globalThis.Response && source instanceof Response) return blobOf(source);
  if (source && typeof source === "object" && "saved" in source) return saved.open(source.saved);
  return asBlob(source, "the model");
}

/** @param {any} value @param {string} what @returns {Blob} */
function asBlob(value, what) {
  if (value instanceof Blob) return value;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return new Blob([/** @type {BlobPart} */ (bytesOf(value, what))]);
  }
  throw new FoveaError(`${what} is ${nameOf(value)}; give an address, a Blob, a Response, an ArrayBuffer, a Uint8Array or `
    + "{ saved: name }", { code: "argument" });
}

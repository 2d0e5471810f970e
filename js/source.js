// Files, wherever they are: in memory, on the disk, or behind an address.

import { FoveaError, throwIfAborted, translated } from "./errors.js";
import { bufferOf, bytesOf, nameOf } from "./picture.js";
import { platform } from "./platform.js";

/** @import * as api from "./fovea.d.ts" */

/**
 * The file's bytes; those of a view are not copied.
 * @param {api.FileSource} file @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array>}
 */
export async function bytesOfFile(file, signal) {
  if (typeof file === "string" || file instanceof URL) return new Uint8Array(await bufferOf(await fetched(file, signal)));
  if (file instanceof Blob) return new Uint8Array(await bufferOf(file));
  if (file instanceof ArrayBuffer || ArrayBuffer.isView(file)) return bytesOf(file, "the file");
  throw new FoveaError(`${nameOf(file)} is no file; give its address, a Blob, an ArrayBuffer or a Uint8Array`,
    { code: "argument" });
}

/** @param {string | URL} url @param {AbortSignal} [signal] */
async function fetched(url, signal) {
  throwIfAborted(signal);
  try {
    return await blobOf(await platform.fetch(new URL(url, platform.base()), { signal }));
  } catch (error) {
    if (error instanceof FoveaError) throw error;
    const message = `${url} could not be loaded: ${/** @type {Error} */ (error).message}`;
    throw translated(new FoveaError(message, { code: "network", cause: error }), signal);
  }
}

/** @param {Response} response @returns {Promise<Blob>} */
export async function blobOf(response) {
  if (!response.ok) {
    throw new FoveaError(`${response.url || "the address"} could not be loaded: the server answered ${response.status}`,
      { code: "network" });
  }
  if (response.bodyUsed) {
    throw new FoveaError("the response was read before; fetch it again, or clone() it first", { code: "argument" });
  }
  return response.blob();
}

/** What a file compressed by gzip holds, or the file. @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export async function unzipped(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const stream = new Blob([/** @type {BlobPart} */ (bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw new FoveaError(`the file is compressed by gzip and damaged: ${/** @type {Error} */ (error).message}`,
      { code: "file", cause: error });
  }
}

// Pictures on their way to the Worker.

import { FoveaError } from "./errors.js";

/** @import * as api from "./fovea.d.ts" */

/** What can be drawn on a canvas; a Worker and Node do not have all of them. */
const drawn = ["ImageBitmap", "HTMLCanvasElement", "OffscreenCanvas", "HTMLVideoElement", "VideoFrame", "HTMLImageElement",
  "SVGImageElement"];

/** @param {any} value @param {string[]} names of classes that this place may not have */
const isOne = (value, names) => names.some((name) => name in globalThis && value instanceof Reflect.get(globalThis, name));

/**
 * The arguments for a picture, and what is handed over with them.
 * @param {api.Picture} picture
 * @returns {Promise<{ args: object, transfer: Transferable[] }>}
 */
export async function pictureArgs(picture) {
  if (isOne(picture, ["ImageData"])) {
    const { data: pixels, width, height } = /** @type {ImageData} */ (picture);
    return { args: { pixels, width, height }, transfer: [] };
  }
  if (picture instanceof Blob) {
    const bytes = new Uint8Array(await bufferOf(picture));
    return { args: { bytes }, transfer: [bytes.buffer] };
  }
  if (picture instanceof ArrayBuffer || ArrayBuffer.isView(picture)) {
    return { args: { bytes: bytesOf(picture, "the picture") }, transfer: [] };
  }
  if (isOne(picture, drawn)) {
    const bitmap = await bitmapOf(/** @type {ImageBitmapSource} */ (picture));
    return { args: { bitmap }, transfer: [bitmap] };
  }
  throw new FoveaError(`${nameOf(picture)} is no picture; give a Blob, an ArrayBuffer, a Uint8Array, an ImageData, or something `
    + "that can be drawn: a canvas, a video or one of its frames, an image or an ImageBitmap", { code: "argument" });
}

/** @param {any} value */
export const nameOf = (value) => (
  value === null || typeof value !== "object" ? String(value) : value.constructor?.name ?? "an object");

/** A copy, so that the caller's stays where it is. @param {ImageBitmapSource} source */
async function bitmapOf(source) {
  try {
    if (isOne(source, ["HTMLImageElement"])) await /** @type {HTMLImageElement} */ (source).decode();
    return await createImageBitmap(source);
  } catch (error) {
    throw new FoveaError(`there is no picture to take (${/** @type {Error} */ (error).message}): wait until it has loaded`,
      { code: "file", cause: error });
  }
}

/** @param {Blob} blob @returns {Promise<ArrayBuffer>} */
export async function bufferOf(blob) {
  try {
    return await blob.arrayBuffer();
  } catch (error) {
    throw new FoveaError(`the file cannot be read: ${/** @type {Error} */ (error).message}`, { code: "file", cause: error });
  }
}

/** The bytes of a buffer or a view, which is not a copy. @param {ArrayBuffer | ArrayBufferView} value @param {string} what */
export function bytesOf(value, what) {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (/** @type {any} */ (buffer).detached) {
    throw new FoveaError(`${what} is empty: its buffer was transferred before; keep a copy by slice()`, { code: "argument" });
  }
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
}

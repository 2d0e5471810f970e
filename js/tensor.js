// Numbers on their way to the Worker and back.

import { FoveaError } from "./errors.js";
import { bytesOf, nameOf, pictureArgs } from "./picture.js";

/** @import * as api from "./fovea.d.ts" */

/** @param {Uint8Array} bytes as the Worker gives them, at the beginning of a buffer */
export const floatsOf = (bytes) => new Float32Array(bytes.buffer, 0, bytes.byteLength / 4);

/** @param {{ bytes: Uint8Array, shape: number[] }} reply @returns {api.TensorResult} */
export const tensorOf = ({ bytes, shape }) => ({ data: floatsOf(bytes), shape });

/**
 * Node.js has no ImageData, and gets what is in one.
 * @param {Uint8Array} pixels @param {number} width @param {number} height @returns {ImageData}
 */
export function imageOf(pixels, width, height) {
  const data = new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer), 0, pixels.length);
  if (globalThis.ImageData) return new ImageData(data, width, height);
  return /** @type {ImageData} */ ({ data, width, height, colorSpace: "srgb" });
}

/** The arguments for one sample: numbers, or a picture. @param {api.Picture | api.Tensor | Float32Array} input */
export async function sampleArgs(input) {
  if (input instanceof Float32Array || /** @type {any} */ (input)?.data && !("width" in input)) {
    return { args: tensorArgs(/** @type {any} */ (input)), transfer: [] };
  }
  return pictureArgs(/** @type {api.Picture} */ (input));
}

/** @param {api.Tensor | Uint8Array | Uint8ClampedArray | Float32Array} input */
export function tensorArgs(input) {
  const tensor = /** @type {api.Tensor} */ (ArrayBuffer.isView(input) ? { data: input } : input ?? {});
  const { data, shape = [], layout = "NHWC" } = tensor;
  const pixels = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!pixels && !(data instanceof Float32Array)) {
    throw new FoveaError(`the input is ${nameOf(data)}; give a Uint8Array of pixels or a Float32Array, or `
      + "{ data, shape, layout }", { code: "argument" });
  }
  if (layout !== "NHWC" && layout !== "NCHW") {
    throw new FoveaError(`the layout is ${JSON.stringify(layout)}; it is "NHWC" or "NCHW"`, { code: "argument" });
  }
  return { numbers: bytesOf(data, "the input"), pixels, shape: [...shape], layout };
}

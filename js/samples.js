// How data sets are made of what the page has: arrays, pictures, files, samples as they come.

import { FoveaError, throwIfAborted } from "./errors.js";
import { bytesOf, pictureArgs } from "./picture.js";
import { smallBitmap } from "./shrink.js";
import { bytesOfFile, unzipped } from "./source.js";

/**
 * @import * as api from "./fovea.d.ts"
 * @import { Connection } from "./connection.js"
 * @import { Maker } from "./dataset.js"
 */

/**
 * How a source becomes a data set, and whether it can a second time.
 * @param {any} source @returns {{ make: Maker, again: boolean }}
 */
export function makerOf(source) {
  if (source?.images && source.labels) return { make: fromArrays(source), again: false };
  if (source?.pictures) return { make: fromPictures(source), again: true };
  if (source?.idx) return { make: fromIDX(source), again: true };
  if (source?.cifar10) return { make: fromCIFAR(source), again: true };
  if (source?.samples) return { make: fromSamples(source), again: Array.isArray(source.samples) };
  throw new FoveaError("a data set is made of { images, labels }, { pictures }, { idx }, { cifar10 } or { samples }; see "
    + "DatasetSource", { code: "argument" });
}

/** @param {api.ArraysSource} source @returns {Maker} */
const fromArrays = ({ images, labels, shape, classes }) => async (connection, { signal }) => {
  const bytes = bytesOf(images, "images");
  const numbers = indicesOf(labels, "labels", "class", "data");
  const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  const length = numbers.reduce((most, label) => Math.max(most, label + 1), 0);
  const args = {
    images: bytes,
    labels: new Uint8Array(numbers.buffer),
    shape: shape ?? shapeOf(bytes.length / numbers.length),
    classes: classes ?? Array.from({ length }, (_, i) => String(i)),
  };
  const transfer = whole ? [/** @type {ArrayBuffer} */ (bytes.buffer)] : [];
  return { reply: await connection.call("dataset", args, { transfer, signal }) };
};

/**
 * A copy of indices.
 * @param {ArrayLike<number>} values @param {string} what @param {string} of @param {string} code of the error
 */
export function indicesOf(values, what, of, code) {
  const numbers = Int32Array.from(values);
  const wrong = numbers.findIndex((number, i) => number < 0 || number !== values[i]);
  if (wrong >= 0) {
    throw new FoveaError(`${what}[${wrong}] is ${values[wrong]}; want the index of a ${of}, a whole number from 0 on`, { code });
  }
  return numbers;
}

/** Of square pictures. @param {number} bytes of a sample @returns {[number, number, number]} */
function shapeOf(bytes) {
  for (const channels of /** @type {const} */ ([1, 3])) {
    const side = Math.sqrt(bytes / channels);
    if (side > 0 && Number.isInteger(side)) return [side, side, channels];
  }
  throw new FoveaError(`a sample has ${bytes} bytes, which is no square picture of 1 or 3 channels; give its shape: `
    + "[height, width, channels]", { code: "data" });
}

/** @param {api.PicturesSource} source @returns {Maker} */
const fromPictures = ({ pictures, size = [32, 32], channels = 3 }) => (connection, options) => {
  const classes = Object.keys(pictures);
  const samples = classes.flatMap((name, label) => Array.from(pictures[name], (image) => ({ image, label })));
  return collect(connection, { samples, shape: [size[0], size[1], channels], classes }, options);
};

/** @param {api.SamplesSource} source @returns {Maker} */
const fromSamples = (source) => (connection, options) => collect(connection, source, options);

/** @param {api.IDXSource} source @returns {Maker} */
const fromIDX = ({ idx, classes }) => async (connection, { signal }) => {
  const files = [idx.images, idx.labels].map(async (file) => unzipped(await bytesOfFile(file, signal)));
  const [images, labels] = await Promise.all(files);
  return { reply: await connection.call("datasetIDX", { images, labels, classes: classes ?? [] }, { signal }) };
};

/** @param {api.CIFARSource} source @returns {Maker} */
const fromCIFAR = ({ cifar10 }) => async (connection, { signal, onProgress }) => {
  const files = [];
  for (const file of cifar10) {
    files.push(await bytesOfFile(file, signal));
    onProgress?.(files.length, cifar10.length);
  }
  return { reply: await connection.call("datasetCIFAR", { files }, { signal }) };
};

/** How many pictures go to the Worker at a time. */
const together = 16;

/**
 * Sends samples one after the other, some at a time, so that thousands of pictures never lie in memory decoded.
 * @param {Connection} connection
 * @param {api.SamplesSource} source
 * @param {api.DatasetOptions} options
 */
async function collect(connection, { samples, shape, classes }, { signal, onProgress }) {
  const names = classes.map(String);
  const total = Array.isArray(samples) ? samples.length : 0;
  const { collection } = await connection.call("collect", { shape, classes: names }, { signal });
  /** @type {api.Dataset["skipped"]} */
  const skipped = [];
  const seen = names.map(() => 0);
  try {
    let batch = [];
    let done = 0;
    for await (const { image, label } of samples) {
      throwIfAborted(signal);
      const of = typeof label === "number" ? label : names.indexOf(label);
      if (!(of in names)) {
        const place = `sample ${done + batch.length} has the label ${JSON.stringify(label)}`;
        throw new FoveaError(`${place}; the classes are ${names.join(", ")}`, { code: "data" });
      }
      batch.push({ image, label: of, index: seen[of]++ });
      if (batch.length < together) continue;
      await send(batch);
      onProgress?.(done += batch.length, total);
      batch = [];
    }
    await send(batch);
    onProgress?.(done + batch.length, total);
    return { reply: await connection.call("collected", { collection }, { signal }), skipped };
  } catch (error) {
    await connection.call("dropCollection", { collection }).catch(() => {});
    throw error;
  }

  /** @param {{ image: api.Picture, label: number, index: number }[]} batch */
  async function send(batch) {
    if (batch.length === 0) return;
    const prepared = await Promise.all(batch.map(({ image }) => prepare(image, shape).catch((error) => ({ error }))));
    /** @type {Transferable[]} */
    const transfer = [];
    const pictures = prepared.map((one) => {
      if ("error" in one) return { failure: one.error.message };
      transfer.push(...one.transfer);
      return one.args;
    });
    const args = { collection, pictures, labels: batch.map(({ label }) => label) };
    const { failures } = await connection.call("add", args, { transfer, signal });
    for (const { at, reason } of failures) {
      const { image, label, index } = batch[at];
      skipped.push({ class: names[label], index, name: /** @type {any} */ (image)?.name ?? "", reason });
    }
  }
}

/** @param {api.Picture} image @param {[number, number, number]} shape */
async function prepare(image, [height, width, channels]) {
  if (ArrayBuffer.isView(image) && image.byteLength === height * width * channels) return { args: { raw: image }, transfer: [] };
  if (image instanceof Blob) {
    const bitmap = await smallBitmap(image, height, width);
    if (bitmap) return { args: { bitmap }, transfer: [bitmap] };
  }
  return pictureArgs(image);
}

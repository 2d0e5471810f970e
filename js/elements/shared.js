// The one Fovea of all elements of a page.
import { Fovea, FoveaError } from "../fovea.js";

/** @type {Promise<Fovea> | null} */
let started = null;
/** Who hears how much of the program is there. @type {Set<(loadedBytes: number, totalBytes: number) => void>} */
const listeners = new Set();

/**
 * Gives all elements this Fovea from now on, or with null one of their own again.
 * @param {Fovea | Promise<Fovea> | null} fovea
 */
export function setFovea(fovea) {
  started = fovea && Promise.resolve(fovea);
}

/**
 * The page's Fovea, started when it is first needed; after a failed start the next call tries again. `signal` ends the waiting,
 * not the start, which others may wait for.
 * @param {{ signal: AbortSignal, onProgress?: (loadedBytes: number, totalBytes: number) => void }} options
 */
export async function sharedFovea({ signal, onProgress = () => {} }) {
  const starting = started ??= Fovea.start({
    onProgress: (...progress) => listeners.forEach((listener) => listener(...progress)) });
  listeners.add(onProgress);
  try {
    return await unlessAborted(starting, signal);
  } catch (error) {
    if (!signal.aborted && started === starting) started = null;
    throw error;
  } finally {
    listeners.delete(onProgress);
  }
}

/** @template T @param {Promise<T>} promise @param {AbortSignal} signal @returns {Promise<T>} */
export function unlessAborted(promise, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted(signal));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** @param {AbortSignal} signal */
export function aborted(signal) {
  return new FoveaError("the call was given up", { code: "aborted", cause: signal.reason });
}

/** Any error as one of Fovea's. @param {unknown} error @returns {FoveaError} */
export function asFoveaError(error) {
  if (error instanceof FoveaError) return error;
  return new FoveaError(error instanceof Error ? error.message : String(error), { code: "internal", cause: error });
}

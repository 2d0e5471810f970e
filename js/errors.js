// The errors of Fovea. Codes are described in fovea.d.ts.

/** @import * as api from "./fovea.d.ts" */

/** @implements {api.FoveaError} */
export class FoveaError extends Error {
  /**
   * @param {string} message
   * @param {{ code?: string, line?: number, column?: number, length?: number, cause?: unknown }} [details]
   */
  constructor(message, details = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = /** @type {api.FoveaErrorCode} */ (details.code || "internal");
    this.name = this.code === "aborted" ? "AbortError" : "FoveaError"; // as code that handles fetch's expects it
    this.line = details.line ?? 0;
    this.column = details.column ?? 0;
    this.length = Math.max(1, details.length ?? 1);
  }
}

/** @param {AbortSignal} signal */
export function abortedBy(signal) {
  return new FoveaError("the call was given up by its signal", { code: "aborted", cause: signal.reason });
}

/** @param {AbortSignal} [signal] */
export function throwIfAborted(signal) {
  if (signal?.aborted) throw abortedBy(signal);
}

/** Turns what a signal makes fetch and streams throw into an error of Fovea. @param {unknown} error @param {AbortSignal} [signal] */
export function translated(error, signal) {
  return signal?.aborted && !(error instanceof FoveaError) ? abortedBy(signal) : error;
}

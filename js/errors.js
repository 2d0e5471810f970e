// The errors of Fovea. Codes are described in fovea.d.ts.

/** @import * as api from "./fovea.d.ts" */

/** What to do, by code, where the message does not say it better. @type {Record<string, string>} */
const remedies = {
  net: "correct the text where line and column point",
  file: "give another file, or save this one again from where it came",
  unsupported: "take another model, or export it with the operators that the message asks for",
  data: "make the data set fit the sizes that the message names",
  diverged: "train with a smaller learningRate; the net has its last good weights",
  backend: 'choose "auto", which takes a backend that starts',
  memory: "take a smaller batch, picture or net, or close what is not needed",
  blocked: "allow 'wasm-unsafe-eval' in the Content-Security-Policy of the page and of worker.js",
  "device-lost": "call again; the net computes elsewhere where it can",
  "worker-lost": "call again; another Worker starts, with the nets as they were saved last",
  aborted: "nothing: the call was given up on purpose",
  closed: "use what is open, or open it again",
  argument: "correct the call as the message says",
  "cross-origin": "have the picture's server allow it by CORS, and ask for that with the attribute crossorigin",
  storage: "free space or leave private mode, or keep the net as a file by toBlob()",
  network: "call again; what has arrived is kept",
  integrity: "correct the integrity if the file was replaced on purpose, or do not trust its source",
  internal: "please report it, with the message",
};

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
    this.remedy = remedies[this.code] ?? "";
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

/**
 * Turns what a signal makes fetch and streams throw into an error of Fovea.
 * @param {unknown} error @param {AbortSignal} [signal]
 */
export function translated(error, signal) {
  return signal?.aborted && !(error instanceof FoveaError) ? abortedBy(signal) : error;
}

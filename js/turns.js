// Jobs that wait for each other: what is asked of a net is answered in that order.

import { abortedBy } from "./errors.js";

export class Turns {
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /**
   * Does a job when those before it are done. One that is given up meanwhile is left out.
   * @template T
   * @param {() => Promise<T>} job
   * @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  take(job, signal) {
    const before = this.#last;
    const result = new Promise((resolve, reject) => {
      const giveUp = () => reject(abortedBy(/** @type {AbortSignal} */ (signal)));
      if (signal?.aborted) return giveUp();
      signal?.addEventListener("abort", giveUp);
      before.then(() => {
        signal?.removeEventListener("abort", giveUp);
        if (!signal?.aborted) return job().then(resolve, reject);
      });
    });
    this.#last = result.then(() => {}, () => before); // who gives up does not let the next overtake those before
    return /** @type {Promise<T>} */ (result);
  }
}

// Looking at a camera: one picture after the other, as fast as they are classified.

/**
 * @import * as api from "./fovea.d.ts"
 */

/** @implements {api.Watch} */
export class Watching {
  #stopped = false;
  /** When the last pictures were answered, in ms. @type {number[]} */
  #times = [];
  /** @type {Promise<void>} */
  finished;

  /**
   * @param {HTMLVideoElement} video
   * @param {(picture: api.Picture) => Promise<api.Classification>} classify
   * @param {(result: api.Classification) => void} callback
   * @param {api.WatchOptions} options
   */
  constructor(video, classify, callback, { framesPerSecond = Infinity, signal }) {
    const stop = () => this.stop();
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) this.stop();
    const over = () => signal?.removeEventListener("abort", stop);
    this.finished = this.#loop(video, classify, callback, 1000 / framesPerSecond).finally(over);
    this.finished.catch(() => {}); // who does not ask is not to see an unhandled rejection
  }

  /**
   * @param {HTMLVideoElement} video
   * @param {(picture: api.Picture) => Promise<api.Classification>} classify
   * @param {(result: api.Classification) => void} callback
   * @param {number} gap at least so many ms from one picture to the next
   */
  async #loop(video, classify, callback, gap) {
    for (let last = -Infinity; ; ) {
      await nextFrame(video);
      if (this.#stopped) return;
      const now = performance.now();
      if (now - last < gap || video.readyState < 2) continue;
      last = now;
      const result = await classify(video);
      if (this.#stopped) return;
      this.#times.push(performance.now());
      callback(result);
    }
  }

  get framesPerSecond() {
    const now = performance.now();
    this.#times = this.#times.filter((time) => now - time < 2000);
    const [first] = this.#times;
    return this.#times.length < 2 ? 0 : (1000 * (this.#times.length - 1)) / (/** @type {number} */ (this.#times.at(-1)) - first);
  }

  stop() { this.#stopped = true; }
}

/**
 * Waits for the video's next picture, or a while where it stands still: it may have been stopped meanwhile.
 * @param {HTMLVideoElement} video
 */
function nextFrame(video) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 250);
    const arrived = () => {
      clearTimeout(timer);
      resolve(undefined);
    };
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(arrived);
    else requestAnimationFrame(arrived);
  });
}

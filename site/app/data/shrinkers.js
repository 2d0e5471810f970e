// Workers that decode and scale pictures, started when the first picture comes.
import { BrokenPicture } from "./shrink.js";

/** @import { Kept } from "./shrink.js" */

/** How many pictures are decoded at a time: one of a camera takes 50 MB. */
const most = Math.max(1, Math.min(3, (globalThis.navigator?.hardwareConcurrency || 2) - 1));

/** @type {Worker[]} */
let workers = [];
/** @type {Map<number, { resolve: (kept: Kept) => void, reject: (error: Error) => void }>} */
const waiting = new Map();
let last = 0;

function start() {
  return Array.from({ length: most }, () => {
    const worker = new Worker(new URL("app/shrinker.js", document.baseURI), { type: "module" });
    worker.addEventListener("message", ({ data: { number, kept, reason } }) => {
      const one = waiting.get(number);
      waiting.delete(number);
      if (kept) one?.resolve(kept);
      else one?.reject(new BrokenPicture(reason));
    });
    worker.addEventListener("error", () => { // it does not load, or died of memory
      workers.forEach((w) => w.terminate());
      workers = [];
      for (const { reject } of waiting.values()) reject(new BrokenPicture("memory"));
      waiting.clear();
    });
    return worker;
  });
}

/** How many pictures it is worth while to have under way. */
export const shrinkersBusy = most * 2;

/** The picture that is kept of a file, or a BrokenPicture. @param {Blob} file @returns {Promise<Kept>} */
export function shrinkElsewhere(file) {
  if (workers.length === 0) workers = start();
  const number = ++last;
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject });
    workers[number % workers.length]?.postMessage({ number, file });
  });
}

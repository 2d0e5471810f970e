// Makes files into pictures of a collection, several at a time, and writes them as they come.
import { BrokenPicture } from "./shrink.js";
import { shrinkElsewhere, shrinkersBusy } from "./shrinkers.js";

/** @import { Broken } from "./shelf.js" */

/** A file on its way into a collection: its class is an index, or a name, which is added if it is new. `test` is whether it is to
 * test with, and never to be learned from.
 * @typedef {{ class: number | string, name: string, blob: Blob, test?: boolean }} Entry */

/** A picture that was made of one. @typedef {{ entry: Entry, blob: Blob, width: number, height: number }} Ready */

const together = 32; // pictures written at a time, so that a killed tab loses no more

/**
 * Takes files in, in their order: what is written stays, also where `signal` or an error ends the rest.
 * @param {Iterable<Entry> | AsyncIterable<Entry>} entries
 * @param {(pictures: Ready[], broken: Broken[]) => Promise<void>} write
 * @param {{ onProgress?: (done: number, total: number) => void, signal?: AbortSignal, total: number }} options
 * @returns {Promise<{ added: number, broken: Broken[] }>}
 */
export async function takeIn(entries, write, { onProgress, signal, total }) {
  /** @type {{ added: number, broken: Broken[] }} */
  const result = { added: 0, broken: [] };
  /** @type {{ entry: Entry, kept: ReturnType<typeof shrinkElsewhere> }[]} */
  const under = [];
  /** @type {Ready[]} */
  let ready = [];
  let written = 0; // of the broken ones
  let done = 0;
  const writeReady = async () => {
    const [pictures, broken] = [ready, result.broken.slice(written)];
    [ready, written] = [[], result.broken.length];
    if (pictures.length + broken.length > 0) await write(pictures, broken);
    result.added += pictures.length;
  };
  const finishOne = async () => {
    const one = under.shift();
    if (!one) return;
    try {
      ready.push({ entry: one.entry, ...await one.kept });
    } catch (error) {
      if (!(error instanceof BrokenPicture)) throw error;
      result.broken.push({ name: one.entry.name, reason: error.reason });
    }
    onProgress?.(++done, Math.max(total, done));
    if (ready.length >= together) await writeReady();
  };
  try {
    for await (const entry of entries) {
      if (signal?.aborted) break;
      const kept = shrinkElsewhere(entry.blob);
      kept.catch(() => {}); // finishOne says it
      under.push({ entry, kept });
      if (under.length >= shrinkersBusy) await finishOne();
    }
    while (under.length > 0 && !signal?.aborted) await finishOne();
  } finally {
    await writeReady();
  }
  return result;
}

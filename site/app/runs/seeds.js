// A run made again with other seeds, one after the other, so that one sees how much of a result is luck.
import { family } from "./record.js";
import { runs } from "./store.js";
import { Trial } from "./trial.js";

/** @import { RunRecord } from "./record.js" */

/** Fires "change". */
class Seeds extends EventTarget {
  /** @type {Trial | null} The one that runs. */
  trial = null;
  done = 0;
  count = 0;
  /** @type {unknown} */
  error = null;
  #stopped = false;

  get busy() { return this.trial !== null; }

  /** Resolves with what came out, in the order of the seeds. @param {RunRecord} run @param {number} count
   * @returns {Promise<RunRecord[]>} */
  async start(run, count) {
    const used = (await runs.list()).filter((other) => family(other) === family(run)).map(({ settings }) => settings.seed);
    const next = Array.from({ length: count + used.length + 1 }, (_, i) => (run.settings.seed + i + 1) % 2 ** 32);
    const seeds = next.filter((seed) => !used.includes(seed)).slice(0, count);
    this.#stopped = false;
    Object.assign(this, { done: 0, count, error: null });
    /** @type {RunRecord[]} */
    const made = [];
    for (const seed of seeds) {
      const trial = (this.trial = new Trial(run, { seed }));
      trial.addEventListener("change", () => this.#changed());
      await trial.start();
      const { record, error } = trial.state;
      if (record) {
        const named = { ...record, name: run.name };
        await runs.put(named);
        made.push(named);
      }
      this.done++;
      this.error = error;
      if (this.#stopped || !record) break;
    }
    this.trial = null;
    this.#changed();
    return made;
  }

  stop() {
    this.#stopped = true;
    this.trial?.stop();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

export const seeds = new Seeds();

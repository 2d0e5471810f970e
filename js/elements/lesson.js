// One training of a net on a user's pictures: data, training, and how well it does on pictures that are held out.
import { FoveaError } from "../fovea.js";
import { aborted } from "./shared.js";

/** @import { BackendName, Evaluation, FineTuneProgress, Fovea, Net, Training, TrainingEvent } from "../fovea.js" */

/** Share of the pictures that is held out. */
export const heldOut = 0.2;
/** A class needs as many, so that one of them is held out. */
export const fewestPictures = Math.ceil(1 / heldOut);
/** A training from scratch takes about as many steps, where the number of passes is not given: small sets need more passes. */
const usualSteps = 400;
const mostEpochs = 60;
const mostBatch = 16;

/**
 * @typedef {object} Task
 * @property {Record<string, Blob[]>} pictures by class
 * @property {string} text of the net, in which {classes} stands for their number
 * @property {Net} [base] learns a new last layer instead
 * @property {BackendName | "auto"} [backend]
 * @property {number} [epochs]
 */

/**
 * @typedef {object} Listener
 * @property {(done: number, total: number) => void} onReading pictures
 * @property {(event: TrainingEvent) => void} onEvent
 * @property {(progress: FineTuneProgress) => void} onTuning
 */

/** @typedef {{ net: Net, evaluation: Evaluation, skipped: number, stopped: boolean }} Learned */

export class Lesson {
  #abort = new AbortController();
  /** @type {Training | null} */
  #training = null;
  #stopped = false;

  /** Ends training with what is learned so far; what has not begun to train is given up. */
  stop() {
    this.#stopped = true;
    if (this.#training) void this.#training.stop().catch(() => {}); // its end tells why
    else this.#abort.abort();
  }

  /**
   * @param {Fovea} fovea
   * @param {Task} task
   * @param {Listener} listener
   * @returns {Promise<Learned>}
   */
  async give(fovea, { pictures, text, base, backend, epochs }, listener) {
    const { signal } = this.#abort;
    const classes = Object.keys(pictures);
    const written = text.replaceAll("{classes}", String(classes.length));
    const fresh = base ? null : await fovea.net(written, { classes, signal, ...(backend && { backend }) });
    /** @type {{ close(): Promise<void> }[]} */
    const temporary = [];
    try {
      if (fresh && fresh.summary.classes !== classes.length) {
        throw new FoveaError(`the net tells ${fresh.summary.classes} classes apart, and there are ${classes.length}; `
          + 'end its text with "FC {classes}"', { code: "net" });
      }
      const [height = 32, width = 32, channels = 3] = (fresh ?? base)?.summary.input ?? [];
      const all = await fovea.dataset({ pictures, size: [height, width], channels: channels === 1 ? 1 : 3 },
        { signal, onProgress: listener.onReading });
      temporary.push(all);
      const [data, validation] = await all.split(heldOut);
      temporary.push(data, validation);
      if (signal.aborted) throw aborted(signal);
      const tuned = base && await base.fineTune(data, { validation, signal, epochs, onProgress: listener.onTuning });
      if (fresh) {
        const batch = Math.min(mostBatch, Math.max(1, Math.ceil(data.count / 4)));
        const passes = epochs ?? Math.min(mostEpochs, Math.ceil(usualSteps / Math.ceil(data.count / batch)));
        await this.#train(fresh.train(data, { batch, epochs: passes, validation, schedule: "cosine" }), listener);
      }
      const net = /** @type {Net} */ (tuned?.net ?? fresh);
      const evaluation = tuned?.validation ?? await net.evaluate(validation);
      return { net, evaluation, skipped: all.skipped.length, stopped: this.#stopped };
    } catch (error) {
      await fresh?.close();
      throw error;
    } finally {
      for (const data of temporary) void data.close();
    }
  }

  /** @param {Training} training @param {Listener} listener */
  async #train(training, { onEvent }) {
    this.#training = training;
    for await (const event of training.events()) onEvent(event);
    await training.finished;
  }
}

// How the laboratory's net does on the samples that do not train: the newest examination, and what it says of each sample.
import { lab } from "../train/lab.js";
import { greatest } from "./verdicts.js";

/**
 * @import { Dataset, Evaluation, Net } from "../../../js/fovea.d.ts"
 */

/** A sample that was taken for another: its index, the class it was taken for, and how sure the net was.
 * @typedef {{ index: number, label: number, predicted: number, probability: number }} Answer */

const together = 256; // samples read at a time

/** Fires "change" when there is a newer one. */
class Examination extends EventTarget {
  /** @type {Evaluation | null} */
  latest = null;
  /** Whether one is being made. */
  busy = false;

  /** @type {Net | null} */
  #net = null;
  /** @type {Evaluation | null} */
  #heard = null;
  /** @type {{ of: Evaluation | null, answers: Promise<Answer[]> } | null} */
  #answers = null;

  constructor() {
    super();
    lab.addEventListener("change", () => this.#look());
  }

  /** What it is examined on: what was held back to choose by, or else the test set. */
  async set() {
    const { validation, test } = await lab.loadData(lab.state.netSettings?.holdout);
    return validation ?? test;
  }

  #look() {
    const { net, lastValidation } = lab.state;
    if (net === this.#net && (!lastValidation || lastValidation === this.#heard)) return;
    this.#heard = lastValidation ?? null;
    this.latest = lastValidation ?? null;
    this.#net = net;
    this.dispatchEvent(new Event("change"));
  }

  /** Examines the net now, where it was not yet since the page was opened. */
  async run() {
    const { net } = lab.state;
    if (!net || this.busy) return;
    this.busy = true;
    this.dispatchEvent(new Event("change"));
    try {
      const found = await net.evaluate(await this.set());
      if (net === lab.state.net) this.latest = found;
    } finally {
      this.busy = false;
      this.dispatchEvent(new Event("change"));
    }
  }

  /** What the net says of each sample, asked once for each examination. @returns {Promise<Answer[]>} */
  answers() {
    if (this.#answers?.of !== this.latest || !this.#answers) {
      const answers = this.#ask();
      this.#answers = { of: this.latest, answers };
      answers.catch(() => { this.#answers = null; });
    }
    return this.#answers.answers;
  }

  async #ask() {
    const { net } = lab.state;
    if (!net) return [];
    const set = await this.set();
    const { data, shape } = await net.predict(set);
    const classes = shape.at(-1) ?? 1;
    const labels = await labelsOf(set);
    return Array.from(labels, (label, index) => {
      const predicted = greatest(data, index * classes, classes);
      return { index, label, predicted, probability: data[index * classes + predicted] ?? 0 };
    });
  }
}

/** @param {Dataset} data */
async function labelsOf(data) {
  const labels = new Int32Array(data.count);
  for (let from = 0; from < data.count; from += together) labels.set((await data.samples(from, together)).labels, from);
  return labels;
}

export const examination = new Examination();

// What records of runs are made of, wherever they were made.
import { version } from "../../../js/package.json";

/** @import { Dataset } from "../../../js/fovea.d.ts" */

/** Points that a record keeps of a curve. */
export const maxPoints = 400;
export const programVersion = version;

/** An id that no other run has. */
export const newId = () => `${Date.now().toString(36)}-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;

/** @type {WeakMap<Dataset, Promise<string>>} */
const digests = new WeakMap();

/** The digest of a data set, computed once; "" where it cannot be had. @param {Dataset} data */
export function digestOf(data) {
  const known = digests.get(data) ?? data.digest().catch(() => "");
  digests.set(data, known);
  return known;
}

/** What a record says of its data. @param {{ train: Dataset, validation: Dataset | null, test: Dataset, title: string }} sets */
export const described = ({ train, validation, test, title }) => ({
  title, count: train.count, validationCount: validation?.count ?? 0, testCount: test.count, shape: [...train.shape],
  classes: [...train.classes],
});

/** The learning rates of a run, a step each; long ones keep every second. */
export class Rates {
  /** @type {number[]} */
  step = [];
  /** @type {number[]} */
  rate = [];

  /** @param {{ step: number, learningRate: number }} progress */
  add({ step, learningRate }) {
    while (this.step.length > 0 && (this.step.at(-1) ?? 0) >= step) { // back to an earlier save
      this.step.pop();
      this.rate.pop();
    }
    this.step.push(step);
    this.rate.push(learningRate);
    if (this.step.length <= maxPoints) return;
    this.step = this.step.filter((_, i) => i % 2 === 0);
    this.rate = this.rate.filter((_, i) => i % 2 === 0);
  }

  /** @param {{ step: number[], rate: number[] }} kept */
  static from({ step, rate }) {
    return Object.assign(new Rates(), { step: [...step], rate: [...rate] });
  }
}

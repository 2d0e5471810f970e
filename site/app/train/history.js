// The curve of a training: points thinned so that a long training stays small.

/** @typedef {{ step: number, loss: number, accuracy: number }} Point */

const maxPoints = 1200;

export class History {
  /** @type {Point[]} */
  training = [];
  /** @type {Point[]} */
  validation = [];

  /** @param {Point} point */
  add({ step, loss, accuracy }) {
    // After going back to an earlier save, the curve goes on from there.
    while (this.training.length && (this.training.at(-1)?.step ?? 0) >= step) this.training.pop();
    this.training.push({ step, loss, accuracy });
    if (this.training.length > maxPoints) this.#halve();
  }

  /** @param {Point} point */
  addValidation({ step, loss, accuracy }) {
    while (this.validation.length && (this.validation.at(-1)?.step ?? 0) >= step) this.validation.pop();
    this.validation.push({ step, loss, accuracy });
  }

  /** Two neighbours become their mean, but for the last point, which stays as it is. */
  #halve() {
    const last = /** @type {Point} */ (this.training.pop());
    /** @type {Point[]} */
    const half = [];
    for (let i = 0; i + 1 < this.training.length; i += 2) {
      const a = /** @type {Point} */ (this.training[i]);
      const b = /** @type {Point} */ (this.training[i + 1]);
      half.push({ step: b.step, loss: (a.loss + b.loss) / 2, accuracy: (a.accuracy + b.accuracy) / 2 });
    }
    this.training = [...half, last];
  }

  /** Drops what lies after `step`. @param {number} step */
  rewind(step) {
    this.training = this.training.filter((p) => p.step <= step);
    this.validation = this.validation.filter((p) => p.step <= step);
  }

  toJSON() {
    return { training: this.training, validation: this.validation };
  }

  /** @param {{ training?: Point[], validation?: Point[] }} [saved] */
  static from(saved = {}) {
    const history = new History();
    history.training = Array.isArray(saved.training) ? saved.training : [];
    history.validation = Array.isArray(saved.validation) ? saved.validation : [];
    return history;
  }
}

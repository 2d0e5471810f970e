// The curves of the two trainings: by uPlot, which is asked for when there will be something to draw.
import { percent } from "../../shell/i18n.js";

/** @import { Curve, Plot } from "../../parts/plot.js" */

const height = 280; // pixels
const fewest = 10; // steps that the axis shows, at least
const x = { range: (/** @type {number} */ _, /** @type {number} */ most) => upTo(Math.max(most, fewest)) };
const y = { range: () => upTo(1), format: (/** @type {number} */ v) => percent(v, 0) };

/** @param {number} end @returns {[number, number]} */
const upTo = (end) => [0, end];

/** Of a training: on new samples with dots, on its own dashed. @param {string} colour */
const pair = (colour) => [{ colour, width: 2.5, dots: true }, { colour, width: 1.5, dash: [5, 4], alpha: 0.7 }];

export class Curves {
  #box;
  /** @type {Plot | null} */
  #plot = null;

  /** @param {HTMLElement} box */
  constructor(box) { this.#box = box; }

  async open() {
    const { Plot } = await import("../../parts/plot.js");
    this.#plot ??= new Plot(this.#box, { height, x, y, series: [...pair("--long"), ...pair("--short")] });
  }

  /** Without the remedy and with it, each on new samples and on its own. @param {Curve[]} curves */
  draw(curves) {
    this.#plot?.draw(curves.map((curve) => (curve.x.length ? curve : { x: [0], y: [null] })));
  }
}

// What the lesson of convolution is about at the moment: picture, filter, window, and where the window stands.
import { convolve, outputOf } from "../convolve.js";
import { filterNames, filters, pictureNames, pictureOf } from "./presets.js";

/** @import { Bank, Map } from "../convolve.js" */
/** @import { Window } from "../window.js" */

const playEvery = 450; // ms a window

class Desk extends EventTarget {
  x = pictureOf("seven");
  /** @type {Bank} */
  bank = { filters: 1, channels: 1, weights: filters.vertical[3], bias: [0] };
  /** @type {Window} */
  window = { kernel: 3, stride: 1, padding: 0, dilation: 1 };
  place = { row: 1, column: 2 };
  y = convolve(this.x, this.bank, this.window);
  #timer = 0;

  get playing() { return this.#timer !== 0; }

  /** Which presets these are; undefined where they were changed. */
  get picture() { return pictureNames.find((name) => pictureOf(name).data.every((v, i) => v === this.x.data[i])); }
  get filter() { return filterNames.find((name) => filters[name][this.#kernel].every((v, i) => v === this.bank.weights[i])); }

  get #kernel() { return /** @type {3 | 5} */ (this.window.kernel); }

  /** @param {Partial<{ x: Map, weights: number[], window: Partial<Window> }>} changes */
  change({ x = this.x, weights = this.bank.weights, window = {} }) {
    const filter = this.filter;
    const resized = window.kernel !== undefined && window.kernel !== this.window.kernel;
    this.window = { ...this.window, ...window };
    this.bank = { ...this.bank, weights: resized ? filters[filter ?? "identity"][this.#kernel] : weights };
    this.x = x;
    this.y = convolve(x, this.bank, this.window);
    this.move(this.place.row, this.place.column);
  }

  /** Whether a window of this kind has room. @param {Partial<Window>} window */
  fits(window) { return outputOf(this.x, { ...this.window, ...window }).height > 0; }

  /** Paints a pixel. @param {number} row @param {number} column @param {number} value */
  paint(row, column, value) {
    const data = [...this.x.data];
    data[row * this.x.width + column] = value;
    this.change({ x: { ...this.x, data } });
  }

  /** Takes over what the engine makes of the same. @param {Map} y */
  take(y) {
    this.y = y;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {number} row @param {number} column */
  move(row, column) {
    this.place = { row: Math.min(row, this.y.height - 1), column: Math.min(column, this.y.width - 1) };
    this.dispatchEvent(new Event("change"));
  }

  /** The window so many places further on, in reading order; behind the last comes the first. @param {number} by */
  step(by) {
    const count = this.y.height * this.y.width;
    const index = (this.place.row * this.y.width + this.place.column + by + count) % count;
    this.move(Math.floor(index / this.y.width), index % this.y.width);
  }

  play(on = true) {
    clearInterval(this.#timer);
    this.#timer = on ? window.setInterval(() => this.step(1), playEvery) : 0;
    this.dispatchEvent(new Event("change"));
  }
}

export const desk = new Desk();

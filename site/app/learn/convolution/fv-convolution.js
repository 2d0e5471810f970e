// The window that moves: picture, filter, products, sum, and the output grid.
import { FvElement, define, find, make, setText } from "../../shell/dom.js";
import { number, parseNumber, t } from "../../shell/i18n.js";
import { button, Segments, worded } from "../controls.js";
import { at, weightOf } from "../convolve.js";
import { engineConvolve } from "../engine-maps.js";
import { FvCheck } from "../fv-check.js";
import { figure, Grid } from "../grid.js";
import { pixelsOf } from "../window.js";
import { desk } from "./desk.js";
import { filterNames, filters, pictureNames, pictureOf } from "./presets.js";

/** A number as it has room in a cell. @param {number} v */
export function cellText(v) {
  const size = Math.abs(v);
  return number(size < 0.005 ? 0 : v, { maximumFractionDigits: size < 1 ? 2 : size < 100 ? 1 : 0, useGrouping: false });
}

/** How a number with a sign looks. @param {number} v @param {number} most */
export const signed = (v, most) => ({ text: cellText(v), shade: most ? Math.abs(v) / most : 0, marks: v < 0 ? "minus" : "plus" });

/** @param {number[]} values */
export const largest = (values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

class FvConvolution extends FvElement {
  #ink = 9;
  /** @type {HTMLInputElement[]} */
  #weights = [];
  #asked = "";

  get sources() { return [desk]; }

  build() {
    const sizes = (/** @type {keyof typeof desk.window} */ name, /** @type {number[]} */ values) => new Segments(name, values, {
      legend: `lesson.${name}`, choose: (value) => desk.change({ window: { [name]: value } }) });
    this.choices = {
      picture: new Segments("picture", pictureNames, {
        legend: "learn-convolution.picture", key: "learn-convolution.picture.",
        choose: (name) => desk.change({ x: pictureOf(name) }) }),
      filter: new Segments("filter", filterNames, {
        legend: "learn-convolution.filter", key: "learn-convolution.filter.",
        choose: (name) => desk.change({ weights: filters[name][/** @type {3 | 5} */ (desk.window.kernel)] }) }),
      kernel: sizes("kernel", [3, 5]), stride: sizes("stride", [1, 2, 3]), padding: sizes("padding", [0, 1, 2]),
      dilation: sizes("dilation", [1, 2]),
    };
    this.input = new Grid("input", {
      paint: (row, column, first) => this.#paint(row, column, first),
      key: (row, column, key) => this.#type(row, column, key),
    });
    this.products = new Grid("products");
    this.output = new Grid("output", { point: (row, column) => {
      if (!desk.playing) desk.move(row, column);
    } });
    this.figures = {
      input: figure(this.input.element, "learn-convolution.input"),
      products: figure(this.products.element, "learn-convolution.products"),
      output: figure(this.output.element, "learn-convolution.output"),
    };
    this.weights = make("div", "numbers weights");
    const { box: filterBox } = figure(this.weights, "learn-convolution.weights");
    const sum = make("p", "formula");
    sum.dataset.testid = "sum";
    this.check = new FvCheck();
    this.check.addEventListener("answer", (event) => desk.take(/** @type {CustomEvent} */ (event).detail));
    const { picture, filter, kernel, stride, padding, dilation } = this.choices;
    const { input, products, output } = this.figures;
    const player = make("div", "row player",
      button("step-back", "lesson.back", () => desk.step(-1)),
      button("play", "lesson.play", () => desk.play(!desk.playing), "small primary"),
      button("step-on", "lesson.on", () => desk.step(1)), worded("span", "learn-convolution.hint", "hint"));
    this.append(
      make("div", "row", picture.element, filter.element),
      make("div", "row", kernel.element, stride.element, padding.element, dilation.element), player,
      make("div", "stage", input.box, make("div", "middle", filterBox, products.box), output.box), sum, this.check);
  }

  /**
   * A stroke makes all pixels that it touches dark, or light where it began on a dark one.
   * @param {number} row @param {number} column @param {boolean} first
   */
  #paint(row, column, first) {
    const [r, c] = [row - desk.window.padding, column - desk.window.padding];
    if (r < 0 || c < 0 || r >= desk.x.height || c >= desk.x.width) return;
    if (first) this.#ink = at(desk.x, r, c) < 5 ? 9 : 0;
    desk.paint(r, c, this.#ink);
  }

  /** @param {number} row @param {number} column @param {string} key */
  #type(row, column, key) {
    if (key === " " || key === "Enter") {
      this.#paint(row, column, true);
      return true;
    }
    const digit = key.length === 1 ? parseNumber(key) : NaN;
    const [r, c] = [row - desk.window.padding, column - desk.window.padding];
    if (!Number.isInteger(digit) || r < 0 || c < 0 || r >= desk.x.height || c >= desk.x.width) return false;
    desk.paint(r, c, digit);
    return true;
  }

  update() {
    const { x, y, window, place, bank } = desk;
    const { choices } = this;
    if (!choices || !this.input || !this.output || !this.products || !this.figures) return;
    choices.picture.show(desk.picture);
    choices.filter.show(desk.filter);
    choices.kernel.show(window.kernel, (kernel) => desk.fits({ kernel }));
    choices.stride.show(window.stride);
    choices.padding.show(window.padding);
    choices.dilation.show(window.dilation, (dilation) => desk.fits({ dilation }));
    const rows = pixelsOf(place.row, window), columns = pixelsOf(place.column, window);
    const pad = window.padding;
    this.input.show(x.height + 2 * pad, x.width + 2 * pad, (r, c) => {
      const [row, column] = [r - pad, c - pad];
      const outside = row < 0 || column < 0 || row >= x.height || column >= x.width;
      const seen = rows.includes(row) && columns.includes(column);
      const value = at(x, row, column);
      return { text: cellText(value), shade: value / 9, marks: `${outside ? "pad " : ""}${seen ? "window" : ""}` };
    });
    const w = weightOf(bank, window);
    const products = rows.map((row, i) => columns.map((column, j) => at(x, row, column) * w(0, 0, i, j)));
    const most = Math.max(9 * largest(bank.weights), 1e-9);
    this.products.show(window.kernel, window.kernel, (i, j) => signed(products[i]?.[j] ?? 0, most));
    const top = largest(y.data);
    this.output.show(y.height, y.width, (p, q) => {
      const cell = signed(at(y, p, q), top);
      return p === place.row && q === place.column ? { ...cell, marks: `${cell.marks} chosen` } : cell;
    });
    this.output.tabTo(place.row, place.column);
    this.#showWeights();
    this.#sum(rows, columns);
    this.#words();
    const key = JSON.stringify([x.data, bank.weights, window]);
    if (key === this.#asked) return;
    this.#asked = key;
    const { x: now, bank: filter, window: by } = desk;
    this.check?.ask((fovea) => engineConvolve(fovea, now, filter, by), y);
  }

  #words() {
    const { x, y } = desk;
    if (!this.figures) return;
    setText(this.figures.input.note, `${number(x.height)}×${number(x.width)}`);
    setText(this.figures.output.note, `${number(y.height)}×${number(y.width)}`);
    for (const name of /** @type {const} */ (["input", "products", "output"])) {
      const grid = this[name];
      if (grid) grid.label = t(`learn-convolution.${name}`);
    }
    const play = find(this, "play", HTMLElement);
    play.dataset.i18n = desk.playing ? "lesson.stop" : "lesson.play";
    setText(play, t(play.dataset.i18n));
  }

  /** x·w + x·w + … = y, without the products that are 0. @param {number[]} rows @param {number[]} columns */
  #sum(rows, columns) {
    const { x, y, place, bank, window } = desk;
    const w = weightOf(bank, window);
    const terms = rows.flatMap((row, i) => columns.map((column, j) => [at(x, row, column), w(0, 0, i, j)]))
      .filter(([a, b]) => a && b);
    const parts = terms.flatMap(([a = 0, b = 0], i) => {
      const weight = cellText(Math.abs(b));
      return [i === 0 ? (b < 0 ? "−" : "") : b < 0 ? " − " : " + ", `${cellText(a)}·`, make("b", b < 0 ? "neg" : "", weight)];
    });
    find(this, "sum", HTMLElement).replaceChildren(
      `y[${number(place.row)},${number(place.column)}] = `, ...(parts.length ? parts : [cellText(0)]),
      " = ", make("b", "result", cellText(at(y, place.row, place.column))));
  }

  #showWeights() {
    const { weights } = desk.bank;
    const { kernel } = desk.window;
    if (!this.weights) return;
    if (this.#weights.length !== weights.length) {
      this.#weights = weights.map((_, i) => this.#weightInput(i));
      this.weights.replaceChildren(...this.#weights);
      this.weights.style.setProperty("--columns", String(kernel));
      this.weights.setAttribute("role", "group");
    }
    this.weights.setAttribute("aria-label", t("learn-convolution.weights"));
    const most = largest(weights);
    weights.forEach((v, i) => {
      const input = /** @type {HTMLInputElement} */ (this.#weights[i]);
      if (document.activeElement !== input) input.value = cellText(v);
      input.className = `cell ${v < 0 ? "minus" : "plus"}`;
      input.style.setProperty("--shade", String(most ? Math.abs(v) / most : 0));
      const place = { row: Math.floor(i / kernel) + 1, column: (i % kernel) + 1 };
      input.setAttribute("aria-label", t("learn-convolution.weight", place));
    });
  }

  /** @param {number} index */
  #weightInput(index) {
    const input = make("input");
    Object.assign(input, { type: "text", inputMode: "decimal", autocomplete: "off" });
    input.dataset.testid = `weight-${index}`;
    input.addEventListener("input", () => {
      const value = parseNumber(input.value.replace(/[\u200e\u200f]/g, "").replace("−", "-"));
      input.setAttribute("aria-invalid", String(!Number.isFinite(value)));
      if (!Number.isFinite(value) || Math.abs(value) > 99) return;
      const weights = [...desk.bank.weights];
      weights[index] = value;
      desk.change({ weights });
    });
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => {
      input.value = cellText(desk.bank.weights[index] ?? 0);
      input.setAttribute("aria-invalid", "false");
    });
    return input;
  }
}

define("fv-convolution", FvConvolution);

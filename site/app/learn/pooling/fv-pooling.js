// Pooling: a window, one number for it; where its gradient goes; and what a shift of the picture changes.
import { FvElement, define, find, make, setText } from "../../shell/dom.js";
import { number, parseNumber, t } from "../../shell/i18n.js";
import { button, Segments, toggle } from "../controls.js";
import { at, inside, mapOf, pool, poolGradient, winner } from "../convolve.js";
import { pictureNames, pictureOf } from "../convolution/presets.js";
import { enginePool } from "../engine-maps.js";
import { FvCheck } from "../fv-check.js";
import { figure, Grid } from "../grid.js";

/** @import { Map, PoolKind } from "../convolve.js" */

const side = 8;
const kinds = /** @type {const} */ (["max", "average", "l2"]);

/** @param {typeof pictureNames[number]} name */
const cropped = (name) => mapOf(side, side, 1, (r, c) => at(pictureOf(name), r, c));

/** @param {Map} x */
const shifted = (x) => mapOf(side, side, 1, (r, c) => at(x, r, c - 1));

/** How many numbers of two maps differ. @param {Map} a @param {Map} b */
const changes = (a, b) => a.data.filter((v, i) => Math.abs(v - (b.data[i] ?? 0)) > 1e-6).length;

/** @param {number} v */
const short = (v) => number(v, { maximumFractionDigits: Number.isInteger(v) ? 0 : Math.abs(v) < 10 ? 2 : 1 });

class FvPooling extends FvElement {
  #x = cropped("seven");
  /** The picture before it was shifted. @type {Map | null} */
  #before = null;
  #kind = /** @type {PoolKind} */ ("max");
  #window = { kernel: 2, stride: 2, padding: 0, dilation: 1 };
  #place = { row: 1, column: 2 };
  #y = pool(this.#x, "max", this.#window);
  #gradient = false;

  build() {
    this.picture = new Segments("picture", pictureNames, {
      legend: "learn-pooling.picture", key: "learn-pooling.picture.", choose: (name) => this.#change({ x: cropped(name) }) });
    this.kind = new Segments("kind", kinds, {
      legend: "learn-pooling.kind", key: "learn-pooling.kind.", choose: (kind) => this.#change({ kind }) });
    this.kernel = new Segments("kernel", [2, 3, 4, side], {
      legend: "lesson.kernel", choose: (kernel) => this.#change({ window: { kernel } }) });
    this.stride = new Segments("stride", [1, 2, 3, 4], {
      legend: "lesson.stride", choose: (stride) => this.#change({ window: { stride } }) });
    this.gradient = toggle("gradient", "learn-pooling.gradient", (on) => { this.#gradient = on; this.update(); });
    this.input = new Grid("input", {
      paint: (row, column) => this.#set(row, column, at(this.#x, row, column) < 5 ? 9 : 0),
      key: (row, column, key) => {
        const digit = key.length === 1 ? parseNumber(key) : NaN;
        if (!Number.isInteger(digit)) return false;
        this.#set(row, column, digit);
        return true;
      },
    });
    this.output = new Grid("output", { point: (row, column) => { this.#place = { row, column }; this.update(); } });
    this.figures = {
      input: figure(this.input.element, "learn-pooling.input"), output: figure(this.output.element, "learn-pooling.output") };
    const result = make("p", "formula");
    result.dataset.testid = "result";
    const note = make("p", "hint");
    note.dataset.testid = "shift-note";
    note.setAttribute("role", "status");
    this.check = new FvCheck();
    this.check.addEventListener("answer", (event) => { this.#y = /** @type {CustomEvent} */ (event).detail; this.update(); });
    this.append(
      make("div", "row", this.picture.element, this.kind.element),
      make("div", "row", this.kernel.element, this.stride.element, this.gradient.element),
      make("div", "stage", this.figures.input.box, this.figures.output.box),
      result, make("div", "row player", button("shift", "learn-pooling.shift", () => this.#shift()), note), this.check);
    this.#change({});
  }

  /** @param {{ x?: Map, kind?: PoolKind, window?: Partial<{ kernel: number, stride: number }>, before?: Map | null }} changes */
  #change({ x = this.#x, kind = this.#kind, window = {}, before = null }) {
    this.#before = before;
    [this.#x, this.#kind, this.#window] = [x, kind, { ...this.#window, ...window }];
    this.#y = pool(x, kind, this.#window);
    this.#place = { row: Math.min(this.#place.row, this.#y.height - 1), column: Math.min(this.#place.column, this.#y.width - 1) };
    const [now, by] = [this.#x, this.#window];
    this.check?.ask((fovea) => enginePool(fovea, now, kind, by), this.#y);
    this.update();
  }

  /** @param {number} row @param {number} column @param {number} value */
  #set(row, column, value) {
    this.#change({ x: mapOf(side, side, 1, (r, c) => (r === row && c === column ? value : at(this.#x, r, c))) });
  }

  #shift() {
    this.#change({ x: shifted(this.#x), before: this.#x });
  }

  update() {
    const [x, y, kind, window, place] = [this.#x, this.#y, this.#kind, this.#window, this.#place];
    if (!this.input || !this.output || !this.figures || !this.picture || !this.kind || !this.kernel || !this.stride) return;
    this.picture.show(pictureNames.find((name) => cropped(name).data.every((v, i) => v === x.data[i])));
    this.kind.show(kind);
    this.kernel.show(window.kernel);
    this.stride.show(window.stride);
    this.gradient?.show(this.#gradient);
    const seen = inside(x, place.row, place.column, window);
    const best = winner(x, place.row, place.column, window);
    const gradient = poolGradient(x, kind, window);
    const most = Math.max(...gradient.data, 1e-9);
    this.input.show(side, side, (r, c) => {
      const here = seen.some((s) => s.row === r && s.column === c);
      const first = kind === "max" && best.row === r && best.column === c;
      const mark = here ? (first ? "winner" : "window") : "";
      const share = at(gradient, r, c);
      if (this.#gradient) return { text: share ? short(share) : "·", shade: share / most, marks: `plus ${mark}` };
      return { text: number(at(x, r, c)), shade: at(x, r, c) / 9, marks: mark };
    });
    const top = Math.max(...y.data, 1e-9);
    this.output.show(y.height, y.width, (p, q) => {
      const chosen = p === place.row && q === place.column;
      return { text: short(at(y, p, q)), shade: at(y, p, q) / top, marks: chosen ? "plus chosen" : "plus" };
    });
    this.output.tabTo(place.row, place.column);
    this.input.label = t(this.#gradient ? "learn-pooling.gradient-of" : "learn-pooling.input");
    this.output.label = t("learn-pooling.output");
    setText(this.figures.input.note, this.#gradient ? t("learn-pooling.gradient-of") : `${number(side)}×${number(side)}`);
    setText(this.figures.output.note, `${number(y.height)}×${number(y.width)}`);
    this.#result(seen.map(({ row, column }) => at(x, row, column)));
    const before = this.#before;
    setText(find(this, "shift-note", HTMLElement), before ? t("learn-pooling.shift-note", {
      pixels: changes(before, x), all: side * side, outputs: changes(pool(before, kind, window), y), maps: y.data.length }) : "");
  }

  /** @param {number[]} values */
  #result(values) {
    const few = values.length > 16 ? [...values.slice(0, 15).map((v) => number(v)), "…"] : values.map((v) => number(v));
    const words = {
      max: `max(${few.join(", ")})`, average: `(${few.join(" + ")}) / ${number(values.length)}`,
      l2: `√(${few.map((v) => `${v}²`).join(" + ")})` };
    const value = at(this.#y, this.#place.row, this.#place.column);
    find(this, "result", HTMLElement).replaceChildren(`${words[this.#kind]} = `, make("b", "result", short(value)));
  }
}

define("fv-pooling", FvPooling);

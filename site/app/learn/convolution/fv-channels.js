// Several channels in, several filters: each output is the sum over all channels of its window, and a bias.
import { FvElement, define, find, make } from "../../shell/dom.js";
import { number, t } from "../../shell/i18n.js";
import { worded } from "../controls.js";
import { at, convolve, mapOf, weightOf } from "../convolve.js";
import { engineConvolve } from "../engine-maps.js";
import { FvCheck } from "../fv-check.js";
import { Grid } from "../grid.js";
import { pixelsOf } from "../window.js";
import { cellText, largest, signed } from "./fv-convolution.js";

const side = 5;
const channels = /** @type {const} */ (["red", "green", "blue"]);
const frame = { kernel: 3, stride: 2, padding: 1, dilation: 1 };

/** Colours of a small picture, from 0 to 2. */
const planes = [
  ["01210", "12221", "12021", "12221", "01210"],
  ["00122", "00122", "11222", "00122", "00122"],
  ["22000", "21000", "20100", "10010", "00001"],
];
const picture = mapOf(side, side, 3, (r, c, k) => Number(planes[k]?.[r]?.[c]));

/** @type {import("../convolve.js").Bank} */
const bank = { filters: 2, channels: 3, bias: [1, 0], weights: [
  [0, 1, 0, 1, -1, 1, 0, 1, 0], [-1, 0, 1, -1, 0, 1, -1, 0, 1], [0, 0, 0, 0, 1, 0, 0, 0, -1],
  [1, 1, 1, 0, 0, 0, -1, -1, -1], [0, 0, 0, 1, 1, 1, 0, 0, 0], [-1, 0, 0, 0, 1, 0, 0, 0, 1]].flat() };

class FvChannels extends FvElement {
  #place = { filter: 0, row: 1, column: 1 };
  #y = convolve(picture, bank, frame);

  build() {
    const grid = (/** @type {string} */ name) => {
      const made = new Grid(name);
      made.element.classList.add("fine");
      return made;
    };
    const inputs = channels.map((name) => grid(`channel-${name}`));
    this.inputs = inputs;
    this.slices = [0, 1].map((f) => channels.map((name) => grid(`filter-${f}-${name}`)));
    this.outputs = [0, 1].map((filter) => {
      const made = new Grid(`map-${filter}`, { point: (row, column) => this.#choose({ filter, row, column }) });
      made.place = { row: 1, column: 1 };
      return made;
    });
    const heads = Object.entries({ "channels-in": "in", "filter-1": "f0", "filter-2": "f1", "channels-out": "out" });
    const table = make("div", "channels",
      ...heads.map(([key, name]) => worded("span", `learn-convolution.${key}`, `head ${name}`)),
      ...channels.flatMap((name, c) => [
        make("div", `in ${name}`, worded("span", `learn-convolution.${name}`, "channel"), inputs[c]?.element ?? ""),
        ...[0, 1].map((f) => make("div", `f${f}`, this.slices?.[f]?.[c]?.element ?? ""))]),
      make("div", "out maps", ...this.outputs.map(({ element }) => element)));
    const sum = make("p", "formula");
    sum.dataset.testid = "channels-sum";
    this.check = new FvCheck();
    this.append(table, sum, this.check);
    this.check.dataset.testid = "channels-check";
    this.check.addEventListener("answer", (event) => {
      this.#y = /** @type {CustomEvent} */ (event).detail;
      this.update();
    });
    this.check.ask((fovea) => engineConvolve(fovea, picture, bank, frame), this.#y);
  }

  /** @param {{ filter: number, row: number, column: number }} place */
  #choose(place) {
    this.#place = place;
    this.update();
  }

  update() {
    const { filter, row, column } = this.#place;
    const rows = pixelsOf(row, frame), columns = pixelsOf(column, frame);
    const w = weightOf(bank, frame);
    const pad = frame.padding;
    this.inputs?.forEach((grid, c) => {
      grid.label = t(`learn-convolution.${channels[c]}`);
      grid.show(side + 2 * pad, side + 2 * pad, (r, k) => {
        const [py, px] = [r - pad, k - pad];
        const outside = py < 0 || px < 0 || py >= side || px >= side;
        const seen = rows.includes(py) && columns.includes(px);
        const value = at(picture, py, px, c);
        return { text: cellText(value), shade: value / 2, marks: `${outside ? "pad " : ""}${seen ? "window" : ""}` };
      });
    });
    this.slices?.forEach((grids, f) => grids.forEach((grid, c) => {
      grid.label = t("learn-convolution.slice", { filter: f + 1, channel: t(`learn-convolution.${channels[c]}`) });
      grid.show(3, 3, (i, j) => {
        const cell = signed(w(f, c, i, j), 1);
        return f === filter ? { ...cell, marks: `${cell.marks} window` } : cell;
      });
    }));
    const most = largest(this.#y.data);
    this.outputs?.forEach((grid, f) => {
      grid.label = t("learn-convolution.map", { filter: f + 1 });
      grid.show(this.#y.height, this.#y.width, (p, q) => {
        const cell = signed(at(this.#y, p, q, f), most);
        return f === filter && p === row && q === column ? { ...cell, marks: `${cell.marks} chosen` } : cell;
      });
    });
    const products = (/** @type {number} */ c) => rows.flatMap((py, i) => (
      columns.map((px, j) => at(picture, py, px, c) * w(filter, c, i, j))));
    const sumOf = (/** @type {number} */ c) => number(products(c).reduce((a, b) => a + b));
    const words = channels.map((name, c) => `${t(`learn-convolution.${name}`)} ${sumOf(c)}`).join(" + ");
    find(this, "channels-sum", HTMLElement).replaceChildren(
      `${words} + ${t("learn-convolution.bias")} ${number(bank.bias[filter] ?? 0)} = `,
      make("b", "result", cellText(at(this.#y, row, column, filter))));
  }
}

define("fv-channels", FvChannels);

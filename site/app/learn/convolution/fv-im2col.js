// The same convolution as one product of matrices: each window is a column, the filter a row.
import { FvElement, make, svg } from "../../shell/dom.js";
import { number, t } from "../../shell/i18n.js";
import { at, im2col } from "../convolve.js";
import { desk } from "./desk.js";
import { largest } from "./fv-convolution.js";

const cell = 18, gap = 28; // pixels of a cell, and between the parts

class FvIm2col extends FvElement {
  #drawn = "";
  #picture = svg("svg", { role: "img" });
  #frame = make("div", "scroll");
  #words = make("p", "formula");
  #marks = svg("g", {});

  get sources() { return [desk]; }

  build() {
    this.#words.dataset.testid = "im2col-words";
    /** @type {SVGElement} */ (this.#picture).dataset.testid = "im2col";
    this.#frame.append(this.#picture);
    this.#frame.tabIndex = 0; // what scrolls can be reached by keyboard
    this.#frame.setAttribute("role", "group");
    this.append(this.#frame, this.#words);
    const point = (/** @type {Event} */ event) => {
      const column = Number(/** @type {SVGElement} */ (event.target).dataset?.column ?? -1);
      if (column >= 0 && !desk.playing) desk.move(Math.floor(column / desk.y.width), column % desk.y.width);
    };
    this.#picture.addEventListener("pointermove", point);
    this.#picture.addEventListener("pointerdown", point);
  }

  update() {
    const { x, y, bank, window, place } = desk;
    const key = JSON.stringify([x.data, bank.weights, window]);
    const size = window.kernel ** 2;
    const left = size * cell + gap;
    if (key !== this.#drawn) {
      this.#drawn = key;
      this.#draw(size, left);
    }
    const column = place.row * y.width + place.column;
    const columns = im2col(x, window);
    this.#marks.replaceChildren(
      svg("rect", { class: "mark", x: left + column * cell, y: 0, width: cell, height: size * cell }),
      svg("rect", { class: "mark", x: left + column * cell, y: size * cell + gap, width: cell, height: cell }));
    const values = Array.from({ length: size }, (_, row) => number(at(columns, row, column)));
    this.#words.textContent = t("learn-convolution.im2col-words", {
      column: column + 1, columns: y.height * y.width, rows: size, values: values.join(" "), result: number(at(y, place.row, place.column), { maximumFractionDigits: 2 }) });
    const label = t("learn-convolution.im2col-label", { rows: size, columns: y.height * y.width });
    this.#picture.setAttribute("aria-label", label);
    this.#frame.setAttribute("aria-label", label);
  }

  /** @param {number} size @param {number} left */
  #draw(size, left) {
    const { x, y, bank, window } = desk;
    const columns = im2col(x, window);
    const middle = Math.floor(size / 2) * cell;
    const [width, height] = [left + columns.width * cell, size * cell + gap + cell];
    const top = Math.max(largest(bank.weights), 1e-9), most = Math.max(largest(y.data), 1e-9);
    const square = (/** @type {number} */ px, /** @type {number} */ py, /** @type {string} */ kind, /** @type {number} */ share, /** @type {number} */ column) => {
      const rect = svg("rect", { class: kind, x: px, y: py, width: cell - 1, height: cell - 1, "fill-opacity": (0.08 + 0.92 * share).toFixed(2) });
      if (column >= 0) rect.dataset.column = String(column);
      return rect;
    };
    const signOf = (/** @type {number} */ v) => (v < 0 ? "minus" : "plus");
    this.#picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#picture.setAttribute("width", String(width));
    this.#picture.setAttribute("height", String(height));
    this.#picture.replaceChildren(
      ...bank.weights.map((v, i) => square(i * cell, middle, signOf(v), Math.abs(v) / top, -1)),
      svg("text", { x: left - gap / 2, y: middle + cell * 0.8, "text-anchor": "middle" }, document.createTextNode("·")),
      ...columns.data.map((v, i) => square(left + (i % columns.width) * cell, Math.floor(i / columns.width) * cell, "ink", v / 9, i % columns.width)),
      svg("text", { x: left - gap / 2, y: size * cell + gap + cell * 0.8, "text-anchor": "middle" }, document.createTextNode("=")),
      ...y.data.map((v, i) => square(left + i * cell, size * cell + gap, signOf(v), Math.abs(v) / most, i)),
      this.#marks);
  }
}

customElements.define("fv-im2col", FvIm2col);

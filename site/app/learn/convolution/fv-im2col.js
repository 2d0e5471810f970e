// The same convolution as one product of matrices: each window is a column, the filter a row.
import { FvElement, define, make, svg } from "../../shell/dom.js";
import { number, t } from "../../shell/i18n.js";
import { at, im2col } from "../convolve.js";
import { desk } from "./desk.js";
import { largest } from "./fv-convolution.js";

const cell = 18, gap = 28; // pixels of a cell, and between the parts

/** Where things are drawn, in pixels; `size` is the number of a window's places. @param {number} size */
const layoutOf = (size) => ({ left: size * cell + gap, below: size * cell + gap, middle: Math.floor(size / 2) * cell });

/**
 * A number of a matrix, the darker the larger its share of the largest.
 * @param {number} x @param {number} y @param {string} kind @param {number} share
 */
const square = (x, y, kind, share) => (
  svg("rect", { class: kind, x, y, width: cell - 1, height: cell - 1, "fill-opacity": (0.08 + 0.92 * share).toFixed(2) }));

/** @param {number} x @param {number} y @param {string} text */
const sign = (x, y, text) => svg("text", { x, y: y + cell * 0.8, "text-anchor": "middle" }, document.createTextNode(text));

/** @param {number} v */
const kindOf = (v) => (v < 0 ? "minus" : "plus");

class FvIm2col extends FvElement {
  #drawn = "";
  #picture = svg("svg", { role: "img" });
  #frame = make("div", "scroll");
  #words = make("p", "formula");
  #marks = svg("g", {});

  get sources() { return [desk]; }

  build() {
    this.#words.dataset.testid = "im2col-words";
    this.#picture.dataset.testid = "im2col";
    this.#frame.append(this.#picture);
    this.#frame.dir = "ltr";
    this.#frame.tabIndex = 0; // what scrolls can be reached by keyboard
    this.#frame.setAttribute("role", "group");
    this.append(this.#frame, this.#words);
    for (const name of ["pointermove", "pointerdown"]) {
      this.#picture.addEventListener(name, (event) => this.#point(/** @type {PointerEvent} */ (event)));
    }
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const matrix = /** @type {SVGSVGElement} */ (this.#picture).getScreenCTM();
    if (!matrix || desk.playing) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const column = Math.floor((at.x - layoutOf(desk.window.kernel ** 2).left) / cell);
    const { height, width } = desk.y;
    if (column >= 0 && column < height * width) desk.move(Math.floor(column / width), column % width);
  }

  update() {
    const { x, y, bank, window, place } = desk;
    const size = window.kernel ** 2;
    const columns = im2col(x, window);
    const key = JSON.stringify([x.data, bank.weights, window]);
    if (key !== this.#drawn) {
      this.#drawn = key;
      this.#draw(columns);
    }
    const column = place.row * y.width + place.column;
    this.#mark(column, size);
    const values = Array.from({ length: size }, (_, row) => number(at(columns, row, column)));
    this.#words.textContent = t("learn-convolution.im2col-words", {
      column: column + 1, columns: columns.width, rows: size, values: values.join(" "),
      result: number(at(y, place.row, place.column), { maximumFractionDigits: 2 }) });
    const label = t("learn-convolution.im2col-label", { rows: size, columns: columns.width });
    this.#picture.setAttribute("aria-label", label);
    this.#frame.setAttribute("aria-label", label);
  }

  /** Frames a column and what it gives, and has them seen. @param {number} column @param {number} size */
  #mark(column, size) {
    const { left, below } = layoutOf(size);
    const x = left + column * cell;
    this.#marks.replaceChildren(
      svg("rect", { class: "mark", x, y: 0, width: cell, height: size * cell }),
      svg("rect", { class: "mark", x, y: below, width: cell, height: cell }));
    requestAnimationFrame(() => { // the page has its layout then, for the frame to be measured
      const { scrollLeft, clientWidth } = this.#frame;
      if (x < scrollLeft || x + cell > scrollLeft + clientWidth) this.#frame.scrollLeft = x - clientWidth / 2;
    });
  }

  /** @param {import("../convolve.js").Map} columns */
  #draw(columns) {
    const { y, bank, window } = desk;
    const { left, below, middle } = layoutOf(window.kernel ** 2);
    const [width, height] = [left + columns.width * cell, below + cell];
    const top = Math.max(largest(bank.weights), 1e-9), most = Math.max(largest(y.data), 1e-9);
    this.#picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#picture.setAttribute("width", String(width));
    this.#picture.setAttribute("height", String(height));
    this.#picture.replaceChildren(
      ...bank.weights.map((v, i) => square(i * cell, middle, kindOf(v), Math.abs(v) / top)),
      sign(left - gap / 2, middle, "·"),
      ...columns.data.map((v, i) => (
        square(left + (i % columns.width) * cell, Math.floor(i / columns.width) * cell, "ink", v / 9))),
      sign(left - gap / 2, below, "="),
      ...y.data.map((v, i) => square(left + i * cell, below, kindOf(v), Math.abs(v) / most)),
      this.#marks);
  }
}

define("fv-im2col", FvIm2col);

// A fully connected layer as a convolution: the same weights, on maps of any size.
import { FvElement, define, find, make, setText, svg } from "../../shell/dom.js";
import { number, t } from "../../shell/i18n.js";
import { Slider } from "../controls.js";

const kernel = 7, channels = 16, classes = 10;
const weights = kernel * kernel * channels * classes + classes;

/** A square of n×n cells. @param {number} n @param {(row: number, column: number) => boolean} on which of them stand out */
const cells = (n, on) => Array.from({ length: n * n }, (_, i) => {
  const [row, column] = [Math.floor(i / n), i % n];
  const look = on(row, column) ? "cell on" : "cell";
  return svg("rect", { class: look, x: column + 0.05, y: row + 0.05, width: 0.9, height: 0.9, rx: 0.12 });
});

class FvDenseShape extends FvElement {
  #size = 10;
  #place = { row: 0, column: 1 };

  build() {
    this.slider = new Slider("map-size", { label: "learn-dense.map-size", min: kernel, max: 20, change: (size) => {
      this.#size = size;
      this.update();
    } });
    this.input = svg("svg", { role: "img", class: "map" });
    this.output = svg("svg", { role: "img", class: "map answers" });
    this.input.setAttribute("data-testid", "dense-map");
    this.output.setAttribute("data-testid", "dense-answers");
    for (const [picture, shift] of /** @type {const} */ ([[this.input, -kernel / 2 + 0.5], [this.output, 0]])) {
      picture.addEventListener("pointermove", (event) => this.#point(/** @type {PointerEvent} */ (event), picture, shift));
    }
    const words = make("p", "formula");
    words.dataset.testid = "dense-words";
    const verdict = make("p", "sees");
    verdict.dataset.testid = "dense-verdict";
    const maps = make("div", "maps", this.input, make("span", "arrow", "→"), this.output);
    this.append(make("div", "row", this.slider.element), maps, words, verdict);
  }

  /** @param {PointerEvent} event @param {SVGElement} picture @param {number} shift */
  #point(event, picture, shift) {
    const matrix = /** @type {SVGSVGElement} */ (picture).getScreenCTM();
    if (!matrix) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const index = (/** @type {number} */ v) => Math.max(0, Math.min(this.#size - kernel, Math.floor(v + shift)));
    this.#place = { row: index(at.y), column: index(at.x) };
    this.update();
  }

  update() {
    const size = this.#size, answers = size - kernel + 1;
    const { row, column } = { row: Math.min(this.#place.row, answers - 1), column: Math.min(this.#place.column, answers - 1) };
    this.slider?.show(size, `${number(size)}×${number(size)}×${number(channels)}`);
    const covered = (/** @type {number} */ r, /** @type {number} */ c) => (
      r >= row && r < row + kernel && c >= column && c < column + kernel);
    this.input?.setAttribute("viewBox", `0 0 ${size} ${size}`);
    this.input?.replaceChildren(...cells(size, covered));
    this.output?.setAttribute("viewBox", `0 0 ${answers} ${answers}`);
    this.output?.style.setProperty("--answers", String(answers / size));
    this.output?.replaceChildren(...cells(answers, (r, c) => r === row && c === column));
    const label = t("learn-dense.answers", { size, answers });
    this.input?.setAttribute("aria-label", t("learn-dense.map", { size }));
    this.output?.setAttribute("aria-label", label);
    const [k, c, f] = [kernel, channels, classes].map((n) => number(n));
    find(this, "dense-words", HTMLElement).replaceChildren(
      `FC ${classes} = CONV ${kernel}x${kernel}x${classes}: ${k}·${k}·${c}·${f} + ${f} = `, make("b", "result", number(weights)));
    setText(find(this, "dense-verdict", HTMLElement), size === kernel ? t("learn-dense.one") : label);
  }
}

define("fv-dense-shape", FvDenseShape);

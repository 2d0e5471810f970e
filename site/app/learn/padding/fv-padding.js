// Kernel, stride, padding and dilation: where the windows lie, how many there are, and which pixels none of them sees.
import { FvElement, define, english, find, make, setText, svg } from "../../shell/dom.js";
import { engine } from "../../shell/engine.js";
import { number, t } from "../../shell/i18n.js";
import { button, Slider } from "../controls.js";
import { enginePhase } from "../engine-phase.js";
import { startSoon } from "../fv-check.js";
import { extent, leftOver, outputSize, samePadding, timesSeen } from "../window.js";
import { axisOf, squareOf } from "./drawings.js";

const examples = {
  same: { size: 12, kernel: 3, stride: 1, padding: 1, dilation: 1 },
  halved: { size: 12, kernel: 3, stride: 2, padding: 1, dilation: 1 },
  misses: { size: 13, kernel: 3, stride: 4, padding: 0, dilation: 1 },
  dilated: { size: 16, kernel: 3, stride: 1, padding: 2, dilation: 2 },
  alexnet: { size: 27, kernel: 5, stride: 1, padding: 2, dilation: 1 },
};

/** @typedef {typeof examples.same} Sizes */
/** @typedef {keyof Sizes} Size */

/** What each slider goes to and from. @type {Record<Size, [number, number]>} */
const ranges = { size: [3, 32], kernel: [1, 7], stride: [1, 5], padding: [0, 4], dilation: [1, 3] };
const names = /** @type {Size[]} */ (Object.keys(ranges));

class FvPadding extends FvElement {
  #state = { ...examples.halved };
  #timer = 0;
  #described = "";
  /** What the engine says of the layer; null where it has not said anything yet. @type {string[] | null} */
  #said = null;

  get sources() { return [enginePhase]; }

  build() {
    this.sliders = names.map((name) => new Slider(name, {
      label: name === "size" ? "learn-padding.size" : `lesson.${name}`, min: ranges[name][0], max: ranges[name][1],
      change: (value) => this.#change({ [name]: value }) }));
    const buttons = Object.entries(examples).map(([name, example]) => (
      button(`example-${name}`, `learn-padding.example.${name}`, () => this.#change(example))));
    const formula = make("p", "formula");
    formula.dataset.testid = "size-formula";
    const words = make("p", "verdict");
    words.dataset.testid = "verdict";
    words.setAttribute("role", "status");
    const keep = button("make-same", "learn-padding.make-same", () => (
      this.#change({ padding: samePadding(this.#state) ?? 0, stride: 1 })));
    const warnings = make("div", "warnings");
    warnings.dataset.testid = "warnings";
    this.drawing = svg("svg", { role: "img", "data-testid": "windows" });
    this.square = svg("svg", { role: "img", class: "square", "data-testid": "seen" });
    const scroll = make("div", "scroll", this.drawing);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "group");
    this.frame = scroll;
    this.append(
      make("div", "row presets", ...buttons), make("div", "row", ...this.sliders.map((s) => s.element)),
      formula, make("div", "row", words, keep),
      make("div", "pictures", scroll, make("figure", "grid", this.square, make("figcaption", "hint"))), warnings);
    startSoon();
  }

  /** @param {Partial<Sizes>} changes */
  #change(changes) {
    this.#state = { ...this.#state, ...changes };
    this.update();
  }

  update() {
    const state = this.#state;
    this.sliders?.forEach((slider, i) => slider.show(state[/** @type {Size} */ (names[i])]));
    for (const [name, example] of Object.entries(examples)) {
      const chosen = names.every((size) => example[size] === state[size]);
      find(this, `example-${name}`, HTMLElement).setAttribute("aria-pressed", String(chosen));
    }
    const { size, ...window } = state;
    const times = timesSeen(size, window);
    this.#formula();
    this.#verdict(times);
    const same = samePadding(window);
    find(this, "make-same", HTMLButtonElement).disabled = same === undefined || same > ranges.padding[1]
      || (same === window.padding && window.stride === 1);
    this.#draw(times);
    this.#ask();
  }

  #formula() {
    const { size, ...window } = this.#state;
    const { kernel, stride, padding, dilation } = window;
    const [n, p, d, k, s, one, two] = [size, padding, dilation, kernel, stride, 1, 2].map((v) => number(v));
    const room = size + 2 * padding - extent(window);
    find(this, "size-formula", HTMLElement).replaceChildren(
      `⌊(${n} + ${two}·${p} − ${d}·(${k} − ${one}) − ${one}) / ${s}⌋ + ${one} = `,
      ...(room < 0 ? [] : [`⌊${number(room / stride, { maximumFractionDigits: 2 })}⌋ + ${one} = `]),
      make("b", "result", number(outputSize(size, window))));
  }

  /** @param {number[]} times */
  #verdict(times) {
    const { size, ...window } = this.#state;
    const fits = outputSize(size, window) > 0;
    const verdict = find(this, "verdict", HTMLElement);
    const behind = times.length - 1 - times.findLastIndex((v) => v > 0);
    const unseen = times.filter((v) => v === 0).length;
    const left = leftOver(size, window);
    verdict.dataset.state = fits && !unseen ? "good" : "bad";
    if (!fits) setText(verdict, t("learn-padding.none", { extent: extent(window) }));
    else if (unseen) {
      const where = behind && unseen > behind ? ` ${t("learn-padding.where", { between: unseen - behind, behind })}` : "";
      setText(verdict, t("learn-padding.unseen", { count: unseen }) + where);
    } else setText(verdict, left > 0 ? t("learn-padding.left", { count: left }) : t("learn-padding.fits"));
  }

  /** @param {number[]} times */
  #draw(times) {
    const { size, ...window } = this.#state;
    if (!this.drawing || !this.square) return;
    axisOf(this.drawing, times, window);
    const label = t("learn-padding.drawing", { size, windows: outputSize(size, window) });
    this.drawing.setAttribute("aria-label", label);
    this.frame?.setAttribute("aria-label", label);
    squareOf(this.square, times);
    const words = t("learn-padding.square", { least: Math.min(...times) ** 2, most: Math.max(...times) ** 2 });
    this.square.setAttribute("aria-label", words);
    setText(/** @type {HTMLElement} */ (this.querySelector("figcaption")), words);
  }

  /** Has the engine say what it thinks of a layer like this. */
  #ask() {
    const { size, kernel, stride, padding, dilation } = this.#state;
    const layer = `CONV ${kernel}x${kernel}x1 stride ${stride} pad ${padding} dilation ${dilation}`;
    const text = `INPUT ${size}x${size}x1 -> ${layer} -> FC 2`;
    this.#warn();
    if (engine.state.phase !== "ready" || text === this.#described) return;
    this.#described = text;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(async () => {
      const fovea = await engine.fovea();
      const said = await fovea.describe(text, { batch: 1 }).then(({ warnings }) => warnings, (error) => [String(error.message)]);
      if (text !== this.#described) return;
      this.#said = said;
      this.#warn();
    }, 100);
  }

  #warn() {
    const said = this.#said;
    if (said) {
      find(this, "warnings", HTMLElement).replaceChildren(...said.length
        ? [make("strong", "", t("learn-padding.says")), ...said.map((words) => english(words))]
        : [make("span", "quiet", t("learn-padding.says-nothing"))]);
    }
  }
}

define("fv-padding", FvPadding);

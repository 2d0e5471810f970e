// Kernel, stride, padding and dilation: where the windows lie, how many there are, and which pixels none of them sees.
import { english, find, FvElement, make, setText, svg } from "../../shell/dom.js";
import { engine } from "../../shell/engine.js";
import { number, t } from "../../shell/i18n.js";
import { button, Slider } from "../controls.js";
import { startSoon } from "../fv-check.js";
import { extent, leftOver, outputSize, pixelsOf, samePadding, timesSeen } from "../window.js";

const cell = 22, line = 12; // pixels of the drawing

const examples = {
  same: { size: 12, kernel: 3, stride: 1, padding: 1, dilation: 1 },
  halved: { size: 12, kernel: 3, stride: 2, padding: 1, dilation: 1 },
  misses: { size: 13, kernel: 3, stride: 4, padding: 0, dilation: 1 },
  dilated: { size: 16, kernel: 3, stride: 1, padding: 2, dilation: 2 },
  alexnet: { size: 27, kernel: 5, stride: 1, padding: 2, dilation: 1 },
};

class FvPadding extends FvElement {
  #state = { ...examples.halved };
  #timer = 0;
  #described = "";

  get sources() { return [engine]; }

  build() {
    const slider = (/** @type {keyof typeof examples.same} */ name, /** @type {number} */ min, /** @type {number} */ max) => new Slider(name, {
      label: name === "size" ? "learn-padding.size" : `lesson.${name}`, min, max, change: (value) => this.#change({ [name]: value }) });
    this.sliders = { size: slider("size", 3, 32), kernel: slider("kernel", 1, 7), stride: slider("stride", 1, 5), padding: slider("padding", 0, 4), dilation: slider("dilation", 1, 3) };
    const buttons = Object.entries(examples).map(([name, example]) => (
      button(`example-${name}`, `learn-padding.example.${name}`, () => this.#change(example))));
    const formula = make("p", "formula");
    formula.dataset.testid = "size-formula";
    const words = make("p", "verdict");
    words.dataset.testid = "verdict";
    words.setAttribute("role", "status");
    const warnings = make("div", "warnings");
    warnings.dataset.testid = "warnings";
    this.drawing = svg("svg", { role: "img" });
    this.drawing.setAttribute("data-testid", "windows");
    this.square = svg("svg", { role: "img", class: "square" });
    this.square.setAttribute("data-testid", "seen");
    const scroll = make("div", "scroll", this.drawing);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "group");
    this.frame = scroll;
    this.append(
      make("div", "row examples", ...buttons), make("div", "row", ...Object.values(this.sliders).map((s) => s.element)),
      formula, make("div", "row", words, button("make-same", "learn-padding.make-same", () => this.#change({ padding: samePadding(this.#state) ?? 0, stride: 1 }))),
      make("div", "pictures", scroll, make("figure", "grid", this.square, make("figcaption", "hint"))), warnings);
    startSoon();
  }

  /** @param {Partial<typeof examples.same>} changes */
  #change(changes) {
    this.#state = { ...this.#state, ...changes };
    this.update();
  }

  update() {
    const { size, ...window } = this.#state;
    for (const [name, slider] of Object.entries(this.sliders ?? {})) slider.show(this.#state[/** @type {keyof typeof examples.same} */ (name)]);
    const out = outputSize(size, window);
    const n = (/** @type {number} */ v) => number(v);
    const room = size + 2 * window.padding - extent(window);
    find(this, "size-formula", HTMLElement).replaceChildren(
      `⌊(${n(size)} + ${n(2)}·${n(window.padding)} − ${n(window.dilation)}·(${n(window.kernel)} − ${n(1)}) − ${n(1)}) / ${n(window.stride)}⌋ + ${n(1)} = `,
      ...(room < 0 ? [] : [`⌊${number(room / window.stride, { maximumFractionDigits: 2 })}⌋ + ${n(1)} = `]), make("b", "result", n(out)));
    const times = timesSeen(size, window);
    const unseen = times.filter((v) => v === 0).length;
    const left = leftOver(size, window);
    setText(find(this, "verdict", HTMLElement), out === 0 ? t("learn-padding.none", { extent: extent(window) })
      : unseen ? t("learn-padding.unseen", { count: unseen })
        : left > 0 ? t("learn-padding.left", { count: left }) : t("learn-padding.fits"));
    find(this, "verdict", HTMLElement).dataset.state = out === 0 || unseen ? "bad" : "good";
    const same = samePadding(window);
    find(this, "make-same", HTMLButtonElement).disabled = same === undefined || same > 4 || (same === window.padding && window.stride === 1);
    this.#draw(times);
    this.#square(times);
    this.#warn();
  }

  /** One axis: the pixels, and below them a line a window. @param {number[]} times */
  #draw(times) {
    const { size, ...window } = this.#state;
    const { padding } = window;
    const out = outputSize(size, window);
    const [width, height] = [(size + 2 * padding) * cell, cell + 10 + out * line];
    if (!this.drawing) return;
    this.drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.drawing.style.setProperty("--pixels", String(size + 2 * padding));
    const pixels = Array.from({ length: size + 2 * padding }, (_, i) => {
      const kind = i < padding || i >= size + padding ? "pad" : times[i - padding] ? "pixel" : "unseen";
      return svg("rect", { class: kind, x: i * cell + 1, y: 1, width: cell - 2, height: cell - 2, rx: 3 });
    });
    const windows = Array.from({ length: out }, (_, i) => {
      const taps = pixelsOf(i, window).map((p) => p + padding);
      const y = cell + 10 + i * line;
      const [from = 0, to = 0] = [taps[0], taps.at(-1)];
      return svg("g", {}, svg("rect", { class: "span", x: from * cell + 1, y: y + 3, width: (to - from + 1) * cell - 2, height: line - 8 }),
        ...taps.map((p) => svg("rect", { class: "tap", x: p * cell + 2, y, width: cell - 4, height: line - 2, rx: 2 })));
    });
    this.drawing.replaceChildren(...pixels, ...windows);
    const label = t("learn-padding.drawing", { size, windows: out });
    this.drawing.setAttribute("aria-label", label);
    this.frame?.setAttribute("aria-label", label);
  }

  /** Both axes: the more windows see a pixel, the darker it is. @param {number[]} times */
  #square(times) {
    const { size } = this.#state;
    const most = Math.max(...times, 1);
    this.square?.setAttribute("viewBox", `0 0 ${size} ${size}`);
    this.square?.replaceChildren(...times.flatMap((a, r) => times.map((b, c) => svg("rect", {
      class: a * b ? "pixel" : "unseen", x: c + 0.04, y: r + 0.04, width: 0.92, height: 0.92, "fill-opacity": a * b ? (0.15 + (0.85 * a * b) / most ** 2).toFixed(2) : 1 }))));
    const words = t("learn-padding.square", { least: Math.min(...times) ** 2, most: Math.max(...times) ** 2 });
    this.square?.setAttribute("aria-label", words);
    setText(/** @type {HTMLElement} */ (this.querySelector("figcaption")), words);
  }

  /** What the engine says of a layer like this. */
  #warn() {
    const { size, kernel, stride, padding, dilation } = this.#state;
    const text = `INPUT ${size}x${size}x1 -> CONV ${kernel}x${kernel}x1 stride ${stride} pad ${padding} dilation ${dilation} -> FC 2`;
    if (engine.state.phase !== "ready" || text === this.#described) return;
    this.#described = text;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(async () => {
      const fovea = await engine.fovea();
      const said = await fovea.describe(text, { batch: 1 }).then(({ warnings }) => warnings, (error) => [String(error.message)]);
      if (text !== this.#described) return;
      find(this, "warnings", HTMLElement).replaceChildren(...said.length ? [make("strong", "", t("learn-padding.says")), ...said.map((words) => english(words))]
        : [make("span", "quiet", t("learn-padding.says-nothing"))]);
    }, 100);
  }
}

customElements.define("fv-padding", FvPadding);

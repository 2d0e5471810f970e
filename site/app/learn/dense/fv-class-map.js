// The site's net for digits, slid over a slate with several of them: what it says of every window, computed at once.
import { showProblem } from "../../shell/alert.js";
import { FvElement, define, find, make, setText } from "../../shell/dom.js";
import { engine } from "../../shell/engine.js";
import { milliseconds, number, percent, t } from "../../shell/i18n.js";
import { button, Segments, worded } from "../controls.js";
import { enginePhase } from "../engine-phase.js";
import { startSoon } from "../fv-check.js";
import { Grid } from "../grid.js";
import { bestOf, readingOf, sure } from "./reading.js";
import { example, WidePad } from "./wide-pad.js";

/** @import { ClassMap, Net } from "../../../../js/fovea.d.ts" */

const aspect = 3;
const heights = /** @type {const} */ ([36, 44, 60]); // pixels that the slate becomes

class FvClassMap extends FvElement {
  #height = /** @type {number} */ (heights[1]);
  /** @type {Promise<Net> | null} */
  #net = null;
  /** @type {ClassMap | null} */
  #map = null;
  #place = { row: 0, column: 0 };
  #ms = 0;
  #wanted = 0;
  #busy = false;
  #failed = false;

  get sources() { return [enginePhase]; }

  build() {
    this.pad = new WidePad(aspect, () => this.#ask());
    this.pad.canvas.dataset.testid = "slate";
    this.heights = new Segments("slate-height", heights, { legend: "learn-dense.height", choose: (height) => {
      this.#height = height;
      void this.#ask();
    } });
    this.grid = new Grid("class-map", { point: (row, column) => { this.#place = { row, column }; this.update(); } });
    this.grid.element.classList.add("fine");
    const found = make("p", "found");
    found.dataset.testid = "found";
    found.setAttribute("role", "status");
    const said = make("p", "hint");
    said.dataset.testid = "window-says";
    const pad = this.pad;
    this.problem = make("div");
    this.append(this.problem, this.pad.canvas,
      make("div", "row", button("slate-clear", "learn-dense.clear", () => pad.set([])),
        button("slate-example", "learn-dense.example", () => pad.set(example())), this.heights.element),
      found, worded("h3", "learn-dense.windows"), this.grid.element, said);
    startSoon();
    this.#ask();
  }

  #open() {
    const model = new URL("models/mnist.safetensors", document.baseURI);
    this.#net ??= engine.fovea().then((fovea) => fovea.load(model, { backend: "simd" }));
    this.#net.catch(() => { this.#net = null; });
    return this.#net;
  }

  /** Has the slate looked at, again while it changes. */
  async #ask() {
    this.#wanted++;
    if (this.#busy || engine.state.phase !== "ready") return this.update();
    [this.#busy, this.#failed] = [true, false];
    const wanted = this.#wanted;
    try {
      const net = await this.#open();
      const began = performance.now();
      // Twice as large as the net sees it: its own scaling softens the strokes as a pen does.
      this.#map = await net.classMap(/** @type {WidePad} */ (this.pad).picture(2 * this.#height), { shorter: this.#height });
      this.#ms = performance.now() - began;
      if (this.problem) showProblem(this.problem, "class-map", null);
    } catch (error) {
      [this.#map, this.#failed] = [null, true];
      if (this.problem) showProblem(this.problem, "class-map", error, { restart: () => void this.#ask() });
    }
    this.#busy = false;
    if (wanted !== this.#wanted) void this.#ask();
    this.update();
  }

  update() {
    this.heights?.show(this.#height);
    const map = this.#map, grid = this.grid, pad = this.pad;
    if (!grid || !pad) return;
    pad.canvas.setAttribute("aria-label", t("learn-dense.slate"));
    grid.label = t("learn-dense.windows");
    const ready = engine.state.phase === "ready";
    if (ready && !map && !this.#busy && !this.#failed) void this.#ask();
    if (!map) return setText(find(this, "found", HTMLElement), t(ready ? "learn-dense.looking" : "learn-dense.loading"));
    const [rows = 1, columns = 1] = map.shape;
    const place = { row: Math.min(this.#place.row, rows - 1), column: Math.min(this.#place.column, columns - 1) };
    grid.show(rows, columns, (r, c) => {
      const best = bestOf(map, r, c);
      const mark = r === place.row && c === place.column ? " chosen" : "";
      if (!best || best.p <= sure) return { text: best ? number(best.label) : "·", marks: `faint${mark}` };
      return { text: number(best.label), shade: (best.p - sure) / (1 - sure), marks: `plus${mark}` };
    });
    this.#words(map, place);
  }

  /** @param {ClassMap} map @param {{ row: number, column: number }} place */
  #words(map, place) {
    const [rows = 1, columns = 1] = map.shape;
    const read = readingOf(Array.from({ length: columns }, (_, c) => Array.from({ length: rows }, (_, r) => bestOf(map, r, c))));
    const found = find(this, "found", HTMLElement);
    // From left to right, as on the slate.
    const figures = read.length ? `\u2066${read.map((n) => number(n)).join(" ")}\u2069` : "–";
    setText(found, t("learn-dense.found", { count: rows * columns, time: milliseconds(this.#ms), read: figures }));
    found.dataset.read = read.join("");
    const best = bestOf(map, place.row, place.column);
    setText(find(this, "window-says", HTMLElement),
      best ? t("learn-dense.window", { label: number(best.label), probability: percent(best.p) }) : t("learn-dense.empty"));
    const { stride, window, picture: { height } } = map;
    const frame = { x: (place.column * stride[1]) / height, y: (place.row * stride[0]) / height, side: window[0] / height };
    if (this.pad && JSON.stringify(this.pad.frame) !== JSON.stringify(frame)) {
      this.pad.frame = frame;
      this.pad.paint();
    }
  }
}

define("fv-class-map", FvClassMap);

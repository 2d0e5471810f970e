// The layers of the net, drawn: maps as stacked sheets, with shape, parameters and memory.
import { define, english, find, make, svg } from "../shell/dom.js";
import { bytes, language, number, short, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { kindOf } from "./marks.js";

/** @import { LayerSummary, Summary } from "../../../js/fovea.d.ts" */

/** Shapes read from left to right in every language. @param {number[]} shape */
const shapeText = (shape) => shape.map((n) => number(n, { useGrouping: false })).join("×");

/** Feature maps as a stack of sheets, a vector as a row of dots. @param {number[]} shape @param {number} largest
 * @param {string} kind */
function glyph(shape, largest, kind) {
  const [h = 1, w = 1, c = 1] = shape.length === 3 ? shape : [1, 1, shape.reduce((a, b) => a * b, 1)];
  const picture = svg("svg", { viewBox: "0 0 72 44", class: `glyph ${kind}`, "aria-hidden": "true" });
  if (h === 1 && w === 1) {
    const count = Math.min(10, c);
    for (let i = 0; i < count; i++) picture.append(svg("circle", { cx: 36 + (i - (count - 1) / 2) * 6.4, cy: 22, r: 2.2 }));
    return picture;
  }
  const height = 7 + 24 * Math.sqrt(h / largest);
  const width = 7 + 24 * Math.sqrt(w / largest);
  const sheets = Math.min(7, 1 + Math.round(Math.log2(c)));
  const step = 4.2;
  const left = 36 - (width + (sheets - 1) * step) / 2;
  const top = 22 - (height - (sheets - 1) * 1.5) / 2;
  for (let i = sheets - 1; i >= 0; i--) {
    const [x, y] = [left + i * step, top - i * 1.5];
    const place = { x: x.toFixed(1), y: y.toFixed(1), width: width.toFixed(1), height: height.toFixed(1) };
    picture.append(svg("rect", { ...place, rx: 1.6 }));
  }
  return picture;
}

class FvLayers extends LabElement {
  /** @type {Summary | null} */
  #shown = null;
  #language = "";

  build() {
    this.innerHTML = `
      <h3 class="visually-hidden" data-i18n="layers.title"></h3>
      <ol class="layers" data-testid="layers"></ol>
      <div class="warnings" data-testid="warnings" role="status"></div>`;
  }

  update() {
    const { summary, netError } = lab.state;
    this.classList.toggle("stale", !!netError);
    if (!summary || (summary === this.#shown && language.code === this.#language)) return;
    this.#shown = summary;
    this.#language = language.code;
    const largest = Math.max(...summary.input.slice(0, 2), 1);
    const most = Math.max(...summary.layers.map((l) => l.activationBytes), 1);
    const rows = summary.layers.map((layer) => this.#row(layer, largest, most));
    if (kindOf(summary.layers[0]?.name.split(/\s/)[0] ?? "") !== "input") rows.unshift(this.#inputRow(summary, largest));
    find(this, "layers", HTMLElement).replaceChildren(...rows);
    find(this, "warnings", HTMLElement).replaceChildren(...this.#warnings(summary));
  }

  /** @param {Summary} summary */
  #warnings(summary) {
    return summary.warnings.map((warning) => (
      make("p", "warning", make("strong", "", t("layers.warning")), " ", english(warning))));
  }

  /** @param {Summary} summary @param {number} largest */
  #inputRow(summary, largest) {
    const input = [glyph(summary.input, largest, "input"), this.#name("INPUT", summary.input)];
    return make("li", "layer input", ...input, make("span", "params"), make("span", "memory"));
  }

  /** @param {string} name @param {number[]} shape */
  #name(name, shape) {
    const code = make("code", "", name);
    const size = make("span", "shape", shapeText(shape));
    code.dir = size.dir = "ltr";
    return make("span", "name", code, size);
  }

  /** @param {LayerSummary} layer @param {number} largest @param {number} most */
  #row(layer, largest, most) {
    const kind = kindOf(layer.name.split(/\s/)[0] ?? "");
    const bar = make("i", "bar");
    bar.style.inlineSize = `${Math.max(2, (100 * layer.activationBytes) / most)}%`;
    const memory = make("span", "memory", make("span", "", bytes(layer.activationBytes)), bar);
    memory.title = t("layers.memory-of", { value: bytes(layer.activationBytes) });
    const count = layer.parameters;
    const value = count < 1e5 ? number(count) : short(count);
    const parameters = make("span", "params", count ? t("layers.params", { count, value }) : "");
    const drawn = glyph(layer.shape, largest, kind);
    const row = make("li", `layer ${kind}`, drawn, this.#name(layer.name, layer.shape), parameters, memory);
    row.dataset.testid = `layer-${layer.index}`;
    row.addEventListener("pointerenter", () => lab.set({ pointed: layer }));
    row.addEventListener("pointerleave", () => lab.set({ pointed: null }));
    return row;
  }
}

define("fv-layers", FvLayers);

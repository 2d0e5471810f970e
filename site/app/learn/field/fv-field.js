// What one output depends on, drawn on the picture; the net can be edited.
import { showProblem } from "../../shell/alert.js";
import { english, find, FvElement, make, setText, svg } from "../../shell/dom.js";
import { engine } from "../../shell/engine.js";
import { language, number, percent, t } from "../../shell/i18n.js";
import { button, Slider, worded } from "../controls.js";
import { startSoon } from "../fv-check.js";
import { describe } from "../summaries.js";
import { fieldsOfSummary, fieldsOfText, nets, spanOf } from "./fields.js";

/** @import { Fields } from "./fields.js" */

const pause = 250; // ms without a key before the engine is asked

class FvField extends FvElement {
  #text = nets.three;
  /** @type {Fields} */
  #fields = fieldsOfText(nets.three) ?? { size: 1, rows: [] };
  #layer = 2;
  #place = { row: 16, column: 16 };
  #by = "page";
  #timer = 0;
  #listed = "";

  get sources() { return [engine]; }

  build() {
    const presets = Object.entries(nets).map(([name, text]) => button(`net-${name}`, `learn-field.net.${name}`, () => this.#edit(text, true)));
    this.area = make("textarea");
    Object.assign(this.area, { id: "field-net", rows: 5, spellcheck: false, dir: "ltr" });
    this.area.dataset.testid = "net-text";
    const area = this.area;
    area.addEventListener("input", () => this.#edit(area.value, false));
    const label = worded("label", "learn-field.net");
    label.htmlFor = "field-net";
    this.problem = make("div");
    this.drawing = svg("svg", { role: "img", class: "picture" });
    this.drawing.setAttribute("data-testid", "field-picture");
    this.drawing.addEventListener("pointermove", (event) => this.#point(/** @type {PointerEvent} */ (event)));
    this.drawing.addEventListener("pointerdown", (event) => this.#point(/** @type {PointerEvent} */ (event)));
    this.row = new Slider("place-row", { label: "learn-field.row", min: 0, max: 31, change: (row) => this.#move({ row }) });
    this.column = new Slider("place-column", { label: "learn-field.column", min: 0, max: 31, change: (column) => this.#move({ column }) });
    this.list = make("table", "fields");
    this.list.dataset.testid = "fields";
    const words = make("p", "sees");
    words.dataset.testid = "sees";
    const by = make("p", "hint");
    by.dataset.testid = "by";
    by.setAttribute("role", "status");
    this.append(
      make("div", "row presets", ...presets),
      make("div", "columns", make("div", "side", label, this.area, this.problem, make("div", "scroll-y", this.list), by),
        make("div", "side", this.drawing, words, make("div", "row", this.row.element, this.column.element))));
    this.area.value = this.#text;
    startSoon();
  }

  /** @param {string} text @param {boolean} preset */
  #edit(text, preset) {
    this.#text = text;
    if (preset && this.area) this.area.value = text;
    const own = fieldsOfText(text);
    if (own) this.#take(own, "page", preset);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#ask(preset && !own), pause);
  }

  /** Has the engine say the same. @param {boolean} last whether the last layer is looked at then */
  async #ask(last) {
    const text = this.#text;
    try {
      const fields = fieldsOfSummary(await describe(text));
      if (text !== this.#text) return;
      if (this.problem) showProblem(this.problem, "field", null);
      this.area?.setAttribute("aria-invalid", "false");
      const own = fieldsOfText(text);
      // The page knows where fields begin; the engine's sizes go before its own.
      this.#take({ ...fields, rows: fields.rows.map((row, i) => ({ ...row, start: own?.rows[i]?.start ?? row.start })) }, "engine", last);
    } catch (error) {
      if (text !== this.#text || !this.problem) return;
      this.area?.setAttribute("aria-invalid", "true");
      showProblem(this.problem, "field", error);
    }
  }

  /** @param {Fields} fields @param {"page" | "engine"} by @param {boolean} last */
  #take(fields, by, last) {
    this.#fields = fields;
    this.#by = by;
    this.#layer = last ? fields.rows.length - 1 : Math.min(this.#layer, fields.rows.length - 1);
    const middle = Math.floor((fields.rows[this.#layer]?.height ?? 1) / 2);
    if (last) this.#place = { row: middle, column: middle };
    this.update();
  }

  /** Looks at a layer, at the same part of the picture. @param {number} layer */
  #choose(layer) {
    const before = this.#fields.rows[this.#layer]?.height ?? 1;
    this.#layer = layer;
    const after = this.#fields.rows[layer]?.height ?? 1;
    const scaled = (/** @type {number} */ v) => Math.min(after - 1, Math.floor(((Math.min(v, before - 1) + 0.5) / before) * after));
    this.#place = { row: scaled(this.#place.row), column: scaled(this.#place.column) };
    this.update();
  }

  /** @param {Partial<{ row: number, column: number }>} place */
  #move(place) {
    this.#place = { ...this.#place, ...place };
    this.update();
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const row = this.#fields.rows[this.#layer];
    const matrix = /** @type {SVGSVGElement} */ (this.drawing).getScreenCTM();
    if (!row || !matrix || (event.pointerType !== "mouse" && !event.buttons)) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const index = (/** @type {number} */ pixel) => Math.max(0, Math.min(row.height - 1, Math.round((pixel - row.start - row.field / 2) / row.stride)));
    this.#move({ row: index(at.y), column: index(at.x) });
  }

  update() {
    const { rows, size } = this.#fields;
    const row = rows[this.#layer];
    const at = { row: Math.min(this.#place.row, (row?.height ?? 1) - 1), column: Math.min(this.#place.column, (row?.height ?? 1) - 1) };
    this.#table();
    for (const name of /** @type {const} */ (["row", "column"])) this[name]?.show(at[name], number(at[name] + 1), { max: (row?.height ?? 1) - 1 });
    setText(find(this, "by", HTMLElement), t(this.#by === "engine" ? "learn-field.by-engine" : "learn-field.by-page"));
    const share = row ? percent(Math.min(1, row.field / size) ** 2) : "";
    setText(find(this, "sees", HTMLElement), row ? t("learn-field.sees", { field: row.field, share }) : t("learn-field.no-maps"));
    this.#draw(at);
    if (engine.state.phase === "ready" && this.#by === "page" && !this.#timer) this.#timer = window.setTimeout(() => this.#ask(false), 0);
  }

  #table() {
    const { rows } = this.#fields;
    const key = JSON.stringify([rows, language.code]);
    if (key !== this.#listed) {
      this.#listed = key;
      const head = make("tr", "", ...["layer", "size", "jump", "field"].map((name) => worded("th", `learn-field.${name}`)));
      for (const cell of head.children) cell.setAttribute("scope", "col");
      for (const cell of head.children) cell.textContent = t(cell.getAttribute("data-i18n") ?? "");
      this.list?.replaceChildren(make("thead", "", head), make("tbody", "", ...rows.map((row, i) => {
        const choose = make("button", "plain", english(row.name, "english code"));
        choose.type = "button";
        choose.dataset.testid = `field-layer-${i}`;
        choose.addEventListener("click", () => this.#choose(i));
        const cells = [`${number(row.height)}`, number(row.stride, { maximumFractionDigits: 2 }), number(row.field)].map((text) => make("td", "", text));
        return make("tr", "", make("td", "", choose), ...cells);
      })));
    }
    this.list?.querySelectorAll("tbody tr").forEach((line, i) => {
      line.classList.toggle("chosen", i === this.#layer);
      line.querySelector("button")?.setAttribute("aria-pressed", String(i === this.#layer));
    });
  }

  /** The fields of the chosen layer's output and, within, of the layers before it around the same place. @param {{ row: number, column: number }} at */
  #draw(at) {
    const { rows, size } = this.#fields;
    const row = rows[this.#layer];
    const edge = row ? Math.max(0, -row.start, row.start + (row.height - 1) * row.stride + row.field - size) : 0;
    const margin = Math.min(edge, size / 2) + size * 0.03;
    this.drawing?.setAttribute("viewBox", `${-margin} ${-margin} ${size + 2 * margin} ${size + 2 * margin}`);
    const line = (size + 2 * margin) / 320; // about a pixel of the screen
    const lines = size <= 64 ? Array.from({ length: size - 1 }, (_, i) => i + 1).flatMap((i) => [
      svg("line", { x1: i, x2: i, y1: 0, y2: size, "stroke-width": line / 2 }), svg("line", { y1: i, y2: i, x1: 0, x2: size, "stroke-width": line / 2 })]) : [];
    const squares = [];
    if (row) {
      const [top, left] = [spanOf(row, at.row), spanOf(row, at.column)];
      const [y, x] = [(top.from + top.to) / 2, (left.from + left.to) / 2];
      for (const [i, { field }] of rows.slice(0, this.#layer + 1).entries()) {
        const chosen = i === this.#layer;
        squares.unshift(svg("rect", { class: chosen ? "seen chosen" : "seen", x: x - field / 2, y: y - field / 2, width: field, height: field,
          "stroke-width": line * (chosen ? 2.5 : 1) }));
      }
    }
    this.drawing?.replaceChildren(svg("rect", { class: "sheet", x: 0, y: 0, width: size, height: size, "stroke-width": line }), ...lines, ...squares);
    this.drawing?.setAttribute("aria-label", row ? t("learn-field.picture", { size, layer: row.name, field: row.field }) : t("learn-field.no-maps"));
  }
}

customElements.define("fv-field", FvField);

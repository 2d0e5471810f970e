// What one output depends on, drawn on the picture; the net can be edited.
import { showProblem } from "../../shell/alert.js";
import { FvElement, define, english, find, make, setText, svg } from "../../shell/dom.js";
import { engine } from "../../shell/engine.js";
import { language, number, percent, t } from "../../shell/i18n.js";
import { button, Slider, worded } from "../controls.js";
import { enginePhase } from "../engine-phase.js";
import { startSoon } from "../fv-check.js";
import { describe } from "../summaries.js";
import { drawFields } from "./drawing.js";
import { fieldsOfSummary, fieldsOfText, nets } from "./fields.js";

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

  get sources() { return [enginePhase]; }

  build() {
    const presets = Object.entries(nets).map(([name, text]) => (
      button(`net-${name}`, `learn-field.net.${name}`, () => this.#edit(text, true))));
    this.area = make("textarea");
    Object.assign(this.area, { id: "field-net", rows: 5, spellcheck: false, dir: "ltr" });
    this.area.dataset.testid = "net-text";
    const area = this.area;
    area.addEventListener("input", () => this.#edit(area.value, false));
    const label = worded("label", "learn-field.net");
    label.htmlFor = "field-net";
    this.problem = make("div");
    this.drawing = svg("svg", { role: "img", class: "picture", "data-testid": "field-picture" });
    for (const name of ["pointermove", "pointerdown"]) {
      this.drawing.addEventListener(name, (event) => this.#point(/** @type {PointerEvent} */ (event)));
    }
    this.row = new Slider("place-row", { label: "learn-field.row", min: 0, max: 31, change: (row) => this.#move({ row }) });
    this.column = new Slider("place-column", {
      label: "learn-field.column", min: 0, max: 31, change: (column) => this.#move({ column }) });
    this.list = make("table", "fields");
    this.list.dataset.testid = "fields";
    const words = make("p", "sees");
    words.dataset.testid = "sees";
    const by = make("p", "hint");
    by.dataset.testid = "by";
    by.setAttribute("role", "status");
    this.append(
      make("div", "row presets", ...presets),
      make("div", "columns",
        make("div", "side", label, this.area, this.problem, make("div", "scroll-y", this.list), by),
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
    else this.#presets();
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
      this.#take(fields, "engine", last);
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
    const scaled = (/** @type {number} */ v) => (
      Math.min(after - 1, Math.floor(((Math.min(v, before - 1) + 0.5) / before) * after)));
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
    const index = (/** @type {number} */ pixel) => (
      Math.max(0, Math.min(row.height - 1, Math.round((pixel - row.start - row.field / 2) / row.stride))));
    this.#move({ row: index(at.y), column: index(at.x) });
  }

  update() {
    const { rows, size } = this.#fields;
    const row = rows[this.#layer];
    const last = (row?.height ?? 1) - 1;
    const at = { row: Math.min(this.#place.row, last), column: Math.min(this.#place.column, last) };
    this.#presets();
    this.#table();
    for (const name of /** @type {const} */ (["row", "column"])) this[name]?.show(at[name], number(at[name] + 1), { max: last });
    setText(find(this, "by", HTMLElement), t(this.#by === "engine" ? "learn-field.by-engine" : "learn-field.by-page"));
    const share = row ? percent(Math.min(1, row.field / size) ** 2) : "";
    setText(find(this, "sees", HTMLElement), row ? t("learn-field.sees", { field: row.field, share }) : t("learn-field.no-maps"));
    if (this.drawing) drawFields(this.drawing, this.#fields, this.#layer, at);
    this.drawing?.setAttribute("aria-label", row
      ? t("learn-field.picture", { size, layer: row.name, field: row.field }) : t("learn-field.no-maps"));
    if (engine.state.phase === "ready" && this.#by === "page" && !this.#timer) {
      this.#timer = window.setTimeout(() => this.#ask(false), 0);
    }
  }

  #presets() {
    for (const [name, text] of Object.entries(nets)) {
      find(this, `net-${name}`, HTMLElement).setAttribute("aria-pressed", String(text === this.#text));
    }
  }

  #table() {
    const { rows } = this.#fields;
    const key = JSON.stringify([rows, language.code]);
    if (key !== this.#listed) {
      this.#listed = key;
      const head = make("tr", "", ...["layer", "size", "jump", "field"].map((name) => {
        const cell = make("th", "", t(`learn-field.${name}`));
        cell.scope = "col";
        return cell;
      }));
      const body = rows.map((row, i) => {
        const choose = make("button", "plain", english(row.name, "english code"));
        choose.type = "button";
        choose.dataset.testid = `field-layer-${i}`;
        choose.addEventListener("click", () => this.#choose(i));
        const size = number(row.height);
        const cells = [`${size}×${size}`, number(row.stride, { maximumFractionDigits: 2 }), number(row.field)];
        return make("tr", "", make("td", "", choose), ...cells.map((text) => make("td", "", text)));
      });
      this.list?.replaceChildren(make("thead", "", head), make("tbody", "", ...body));
    }
    this.list?.querySelectorAll("tbody tr").forEach((line, i) => {
      line.classList.toggle("chosen", i === this.#layer);
      line.querySelector("button")?.setAttribute("aria-pressed", String(i === this.#layer));
    });
  }
}

define("fv-field", FvField);

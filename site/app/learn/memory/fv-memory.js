// A net's table of costs, as in the notes of CS231n, of any net of the zoo, with what the planner really takes.
import { showProblem } from "../../shell/alert.js";
import { english, find, FvElement, make, setText } from "../../shell/dom.js";
import { engine } from "../../shell/engine.js";
import { bytes, language, number, short, t } from "../../shell/i18n.js";
import { Segments, worded } from "../controls.js";
import { startSoon } from "../fv-check.js";
import { describe, zoo } from "../summaries.js";
import { costsOfSummary, costsOfText, ruleOfThumb, totalsOf, vgg16 } from "./accounts.js";

/** @import { Summary } from "../../../../js/fovea.d.ts" */

const names = /** @type {const} */ (["vgg16", "alexnet", "resnet18", "squeezenet1_1", "mobilenet_v2", "lenet5"]);
const totals = /** @type {const} */ (["parameters", "macs", "maps", "planned", "thumb", "training"]);

class FvMemory extends FvElement {
  #net = /** @type {typeof names[number]} */ ("vgg16");
  #batch = 32;
  #rows = costsOfText(vgg16);
  /** The engine's word for this net and batch. @type {Summary | null} */
  #summary = null;
  #asked = "";
  #listed = "";

  get sources() { return [engine]; }

  build() {
    this.nets = new Segments("net", names, { legend: "learn-memory.net", key: "learn-memory.net.", choose: (net) => this.#change({ net }) });
    this.batches = new Segments("batch", [1, 8, 32, 128], { legend: "learn-memory.batch", choose: (batch) => this.#change({ batch }) });
    const figures = make("dl", "totals", ...totals.map((name) => {
      const value = make("dd");
      value.dataset.testid = `total-${name}`;
      return make("div", name, worded("dt", `learn-memory.total.${name}`), value);
    }));
    this.table = make("table", "costs");
    this.table.dataset.testid = "costs";
    const state = make("p", "hint");
    state.dataset.testid = "planning";
    state.setAttribute("role", "status");
    this.problem = make("div");
    const frame = make("div", "scroll", this.table);
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.dataset.i18nLabel = "learn-memory.table";
    this.append(make("div", "row", this.nets.element, this.batches.element), figures, state, this.problem, frame);
    startSoon();
  }

  /** @param {{ net?: typeof names[number], batch?: number }} changes */
  #change({ net = this.#net, batch = this.#batch }) {
    if (net !== this.#net && net === "vgg16") this.#rows = costsOfText(vgg16);
    else if (net !== this.#net) this.#rows = [];
    [this.#net, this.#batch, this.#summary] = [net, batch, null];
    this.update();
  }

  async #ask() {
    const key = `${this.#net} ${this.#batch}`;
    if (engine.state.phase !== "ready" || key === this.#asked) return;
    this.#asked = key;
    try {
      const text = (await zoo()).find(({ name }) => name === this.#net)?.text ?? "";
      const summary = await describe(text, this.#batch);
      if (key !== this.#asked) return;
      this.#summary = summary;
      this.#rows = costsOfSummary(summary);
      showProblem(/** @type {HTMLElement} */ (this.problem), "memory", null);
    } catch (error) {
      this.#asked = "";
      if (this.problem) showProblem(this.problem, "memory", error);
    }
    this.update();
  }

  update() {
    this.nets?.show(this.#net);
    this.batches?.show(this.#batch);
    const rows = this.#rows;
    const sum = totalsOf(rows);
    const known = rows.length > 0;
    const summary = this.#summary;
    const millions = (/** @type {number} */ v) => t("learn-memory.millions", { value: short(v / 1e6) });
    const figures = {
      parameters: known ? millions(sum.parameters) : "…", macs: known ? millions(sum.macs) : "…", maps: known ? bytes(4 * sum.values) : "…",
      thumb: known ? bytes(ruleOfThumb(rows, this.#batch)) : "…", planned: summary ? bytes(summary.forwardBytes) : "…", training: summary ? bytes(summary.trainingBytes) : "…",
    };
    for (const name of totals) setText(find(this, `total-${name}`, HTMLElement), figures[name]);
    const { phase } = engine.state;
    setText(find(this, "planning", HTMLElement), t(phase === "failed" ? "lesson.check.failed" : summary ? "learn-memory.planned"
      : phase === "ready" ? "learn-memory.planning" : "lesson.check.loading"));
    this.dataset.state = summary ? "planned" : "waiting";
    this.#list();
    void this.#ask();
  }

  #list() {
    const key = JSON.stringify([this.#rows.map((r) => [r.name, r.values, r.parameters]), language.code]);
    if (key === this.#listed) return;
    this.#listed = key;
    const head = make("tr", "", ...["layer", "shape", "memory", "parameters", "macs"].map((name) => {
      const cell = make("th", name, t(`learn-memory.${name}`));
      cell.scope = "col";
      return cell;
    }));
    const most = { values: 0, parameters: 0, macs: 0 };
    for (const row of this.#rows) for (const what of /** @type {const} */ (["values", "parameters", "macs"])) most[what] = Math.max(most[what], row[what]);
    this.table?.replaceChildren(make("thead", "", head), make("tbody", "", ...this.#rows.map((row) => {
      const kind = /^CONV|^DWCONV/i.test(row.name) ? "conv" : /^FC/i.test(row.name) ? "full" : /POOL|GAP/i.test(row.name) ? "pool" : "other";
      const bar = (/** @type {"values" | "parameters" | "macs"} */ what, /** @type {string} */ text) => {
        const line = make("i", "bar");
        line.style.setProperty("--share", String(most[what] ? row[what] / most[what] : 0));
        return make("td", what, make("span", "", text), line);
      };
      const shape = make("td", "shape", row.shape.map((n) => number(n, { useGrouping: false })).join("×"));
      shape.dir = "ltr";
      return make("tr", kind, make("td", "layer", english(row.name, "english code")), shape,
        bar("values", bytes(4 * row.values)), bar("parameters", row.parameters ? number(row.parameters) : "–"),
        bar("macs", row.macs ? t("learn-memory.millions", { value: short(row.macs / 1e6) }) : "–"));
    })));
  }
}

customElements.define("fv-memory", FvMemory);

// A net's table of costs, as in the notes of CS231n, of any net of the zoo, with what the planner really takes.
import { showProblem } from "../../shell/alert.js";
import { FvElement, define, english, find, make, setText } from "../../shell/dom.js";
import { engine } from "../../shell/engine.js";
import { bytes, language, number, short, t } from "../../shell/i18n.js";
import { Segments, worded } from "../controls.js";
import { enginePhase } from "../engine-phase.js";
import { startSoon } from "../fv-check.js";
import { describe, zoo } from "../summaries.js";
import { costsOfSummary, costsOfText, ruleOfThumb, totalsOf, vgg16 } from "./accounts.js";

/** @import { Summary } from "../../../../js/fovea.d.ts" */

const names = /** @type {const} */ (["vgg16", "alexnet", "resnet18", "squeezenet1_1", "mobilenet_v2", "lenet5"]);
/** @param {number} value */
const millions = (value) => t("learn-memory.millions", { value: short(value / 1e6) });

/** What a layer is, by its first word. @param {string} name */
const kindOf = (name) => (
  /^CONV|^DWCONV/i.test(name) ? "conv" : /^FC/i.test(name) ? "full" : /POOL|GAP/i.test(name) ? "pool" : "other");

const totals = /** @type {const} */ (["parameters", "macs", "maps", "planned", "thumb", "training"]);

class FvMemory extends FvElement {
  #net = /** @type {typeof names[number]} */ ("vgg16");
  #batch = 32;
  #rows = costsOfText(vgg16);
  /** The engine's word for this net and batch. @type {Summary | null} */
  #summary = null;
  #asked = "";
  #listed = "";

  get sources() { return [enginePhase]; }

  build() {
    this.nets = new Segments("net", names, {
      legend: "learn-memory.net", key: "learn-memory.net.", choose: (net) => this.#change({ net }) });
    this.batches = new Segments("batch", [1, 8, 32, 128], {
      legend: "learn-memory.batch", choose: (batch) => this.#change({ batch }) });
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
    const summary = this.#summary;
    const figures = {
      ...rows.length && { parameters: millions(sum.parameters), macs: millions(sum.macs), maps: bytes(4 * sum.values),
        thumb: bytes(ruleOfThumb(rows, this.#batch)) },
      ...summary && { planned: bytes(summary.forwardBytes), training: bytes(summary.trainingBytes) },
    };
    for (const name of totals) setText(find(this, `total-${name}`, HTMLElement), figures[name] ?? "…");
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
    this.table?.replaceChildren(make("thead", "", head), make("tbody", "", ...this.#rows.map((row) => {
      const bar = (/** @type {"values" | "parameters" | "macs"} */ what, /** @type {string} */ text) => {
        const line = make("i", "bar");
        const most = Math.max(...this.#rows.map((one) => one[what]), 1);
        line.style.setProperty("--share", String(row[what] / most));
        return make("td", what, make("span", "", text), line);
      };
      const size = row.shape.map((n) => number(n, { useGrouping: false })).join("×");
      const shape = make("td", "shape", size);
      shape.dir = "ltr";
      // Where a column of its own has no room, the size stands below the name.
      const name = make("td", "layer", english(row.name, "english code"), make("span", "below", size));
      return make("tr", kindOf(row.name), name, shape,
        bar("values", bytes(4 * row.values)), bar("parameters", row.parameters ? number(row.parameters) : "–"),
        bar("macs", row.macs ? millions(row.macs) : "–"));
    })));
  }
}

define("fv-memory", FvMemory);

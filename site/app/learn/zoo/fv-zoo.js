// Famous nets by parameters and accuracy; one of them closely: its idea, its figures, its layers, its text.
import { showProblem } from "../../shell/alert.js";
import { FvElement, define, english, find, make, setText, svg } from "../../shell/dom.js";
import { engine } from "../../shell/engine.js";
import { language, number, t } from "../../shell/i18n.js";
import { worded } from "../controls.js";
import { enginePhase } from "../engine-phase.js";
import { startSoon } from "../fv-check.js";
import { describe, zoo } from "../summaries.js";
import { facts } from "./facts.js";
import { drawn, profile } from "./profile.js";
import { scatter } from "./scatter.js";

/** @import { Summary } from "../../../../js/fovea.d.ts" */
/** @import { Fact } from "./facts.js" */

/** Where the drawing has little room. */
const narrow = matchMedia("(max-width: 34rem)");

class FvZoo extends FvElement {
  #chosen = /** @type {Fact} */ (facts.find(({ name }) => name === "vgg16"));
  /** @type {Summary | null} */
  #summary = null;
  #text = "";
  #asked = "";
  #failed = false;
  #shown = "";

  get sources() { return [enginePhase, narrow]; }

  build() {
    this.scatter = svg("svg", { class: "scatter", role: "group", "data-testid": "scatter" });
    const years = make("ol", "years", ...facts.map((fact) => {
      const choose = make("button", "small", english(fact.title), make("span", "year"));
      choose.type = "button";
      choose.dataset.testid = `zoo-${fact.name}`;
      choose.addEventListener("click", () => this.#choose(fact));
      return make("li", "", choose);
    }));
    const title = make("h2", "title");
    title.dataset.testid = "zoo-title";
    const idea = make("p", "idea");
    idea.dataset.testid = "zoo-idea";
    const figures = make("dl", "totals", ...["year", "parameters", "macs", "depth", "result"].map((name) => {
      const value = make("dd");
      value.dataset.testid = `zoo-${name}`;
      return make("div", "", worded("dt", `learn-zoo.${name}`), value);
    }));
    this.figure = make("div", "drawing scroll");
    this.figure.dataset.testid = "zoo-drawing";
    this.figure.tabIndex = 0;
    this.figure.setAttribute("role", "group");
    const note = make("p", "hint");
    note.dataset.testid = "zoo-note";
    note.setAttribute("role", "status");
    const text = make("pre", "net");
    text.dir = "ltr";
    text.tabIndex = 0;
    text.dataset.testid = "zoo-text";
    const paper = make("p", "sources");
    paper.dataset.testid = "zoo-paper";
    this.details = make("details", "", worded("summary", "learn-zoo.text"), text);
    this.problem = make("div");
    const legend = make("ul", "legend", ...["conv", "pool", "full"].map((kind) => (
      make("li", kind, make("i"), worded("span", `learn-zoo.kind.${kind}`)))));
    this.append(make("div", "overview", this.scatter, years),
      make("div", "one", title, idea, figures, note, this.problem, this.figure, legend, this.details, paper));
    startSoon();
  }

  /** @param {Fact} fact */
  #choose(fact) {
    if (fact === this.#chosen) return;
    [this.#chosen, this.#summary, this.#text, this.#failed] = [fact, null, "", false];
    if (this.problem) showProblem(this.problem, "zoo", null);
    this.update();
  }

  async #ask() {
    const { name } = this.#chosen;
    if (engine.state.phase !== "ready" || this.#asked === name || this.#failed) return;
    this.#asked = name;
    try {
      const entry = (await zoo()).find((e) => e.name === name);
      if (!entry || name !== this.#chosen.name) return;
      this.#text = entry.text;
      setText(find(this, "zoo-paper", HTMLElement), entry.paper);
      this.update();
      const summary = await describe(entry.text);
      if (name !== this.#chosen.name) return;
      this.#summary = summary;
    } catch (error) {
      if (name !== this.#chosen.name) return;
      this.#failed = true;
      this.#asked = "";
      if (this.problem) showProblem(this.problem, "zoo", error, { restart: () => { this.#failed = false; this.update(); } });
    }
    this.update();
  }

  update() {
    const fact = this.#chosen;
    this.#draw();
    for (const one of facts) {
      const choose = find(this, `zoo-${one.name}`, HTMLButtonElement);
      choose.setAttribute("aria-pressed", String(one === fact));
      setText(/** @type {Element} */ (choose.querySelector(".year")), number(one.year, { useGrouping: false }));
    }
    find(this, "zoo-title", HTMLElement).replaceChildren(english(fact.title));
    setText(find(this, "zoo-idea", HTMLElement), t(`learn-zoo.idea.${fact.idea}`));
    this.#figures();
    const summary = this.#summary;
    setText(find(this, "zoo-note", HTMLElement), t(`learn-zoo.${this.#note()}`));
    this.dataset.state = summary ? "drawn" : "waiting";
    setText(find(this, "zoo-text", HTMLElement), this.#text);
    if (this.details) this.details.hidden = !this.#text;
    this.figure?.setAttribute("aria-label", t("learn-zoo.drawing", { title: fact.title }));
    if (this.figure && this.#shown !== `${fact.name} ${!!summary}`) {
      this.#shown = `${fact.name} ${!!summary}`;
      this.figure.replaceChildren(...summary ? [profile(summary)] : []);
    }
    this.figure?.querySelector("svg")?.setAttribute("aria-label", t("learn-zoo.drawing", { title: fact.title }));
    void this.#ask();
  }

  #note() {
    const { phase } = engine.state;
    if (this.#summary) return "drawn";
    if (this.#failed || phase === "failed") return "not-drawn";
    return phase === "ready" ? "describing" : "loading";
  }

  #figures() {
    const fact = this.#chosen, summary = this.#summary;
    const macs = summary?.layers.reduce((sum, layer) => sum + layer.macs, 0) ?? 0;
    const values = {
      year: number(fact.year, { useGrouping: false }), parameters: millions(fact.parameters),
      macs: summary ? millions(macs / 1e6) : "…",
      depth: summary ? number(drawn(summary).filter(({ kind }) => kind !== "pool").length) : "…" };
    for (const [name, value] of Object.entries(values)) setText(find(this, `zoo-${name}`, HTMLElement), value);
    const top1 = fact.top1 && t("learn-zoo.top1", { value: number(fact.top1, { maximumFractionDigits: 1 }) });
    find(this, "zoo-result", HTMLElement).replaceChildren(top1 || (fact.result ? english(fact.result) : "–"));
  }

  #draw() {
    const key = `${language.code} ${this.#chosen.name} ${narrow.matches}`;
    if (!this.scatter || this.scatter.dataset.key === key) return;
    this.scatter.dataset.key = key;
    this.scatter.setAttribute("aria-label", t("learn-zoo.scatter"));
    scatter(this.scatter, this.#chosen, { narrow: narrow.matches, choose: (fact) => this.#choose(fact) });
  }
}

/** @param {number} value in millions */
const millions = (value) => t("learn-zoo.millions", { value: number(value, { maximumSignificantDigits: 3 }) });

define("fv-zoo", FvZoo);

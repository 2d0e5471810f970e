// Famous nets by parameters and accuracy; one of them closely: its idea, its figures, its layers, its text.
import { showProblem } from "../../shell/alert.js";
import { english, find, FvElement, make, setText, svg } from "../../shell/dom.js";
import { engine } from "../../shell/engine.js";
import { language, number, t } from "../../shell/i18n.js";
import { worded } from "../controls.js";
import { startSoon } from "../fv-check.js";
import { describe, zoo } from "../summaries.js";
import { facts, leastParameters, leastTop1, mostParameters, mostTop1, placeOf } from "./facts.js";
import { drawn, profile } from "./profile.js";

/** @import { Summary } from "../../../../js/fovea.d.ts" */
/** @import { Fact } from "./facts.js" */

const [wide, tall, left, bottom] = [640, 350, 46, 54]; // of the drawing, and room for its axes

/** Names that would lie on others go elsewhere. @type {Record<string, [number, number, "start" | "end" | "middle"]>} */
const labels = { resnet152: [0, -12, "middle"], alexnet: [0, -12, "middle"], inception_v3: [0, -12, "middle"], googlenet: [-10, 5, "end"], resnet18: [11, 5, "start"], mobilenet_v2: [-10, 5, "end"] };

class FvZoo extends FvElement {
  #chosen = /** @type {Fact} */ (facts.find(({ name }) => name === "vgg16"));
  /** @type {Summary | null} */
  #summary = null;
  #text = "";
  #asked = "";
  #failed = false;
  #shown = "";

  get sources() { return [engine]; }

  build() {
    this.scatter = svg("svg", { class: "scatter", viewBox: `0 0 ${wide} ${tall}`, role: "group" });
    this.scatter.setAttribute("data-testid", "scatter");
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
    const legend = make("ul", "legend", ...["conv", "pool", "full"].map((kind) => make("li", kind, make("i"), worded("span", `learn-zoo.kind.${kind}`))));
    this.append(make("div", "overview", this.scatter, years), make("div", "one", title, idea, figures, note, this.problem, this.figure, legend, this.details, paper));
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
    const summary = this.#summary;
    const macs = summary ? summary.layers.reduce((sum, { macs: m }) => sum + m, 0) : 0;
    const values = { year: number(fact.year, { useGrouping: false }), parameters: millions(fact.parameters),
      macs: summary ? millions(macs / 1e6) : "…", depth: summary ? number(drawn(summary).filter(({ kind }) => kind !== "pool").length) : "…",
      result: fact.top1 ? t("learn-zoo.top1", { value: number(fact.top1, { maximumFractionDigits: 1 }) }) : "" };
    for (const [name, value] of Object.entries(values)) setText(find(this, `zoo-${name}`, HTMLElement), value);
    if (!fact.top1) find(this, "zoo-result", HTMLElement).replaceChildren(fact.result ? english(fact.result) : "–");
    setText(find(this, "zoo-note", HTMLElement), summary ? t("learn-zoo.drawn") : this.#failed || engine.state.phase === "failed" ? t("learn-zoo.not-drawn") : t(engine.state.phase === "ready" ? "learn-zoo.describing" : "learn-zoo.loading"));
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

  /** Parameters and accuracy of those that ImageNet measured. */
  #draw() {
    const key = `${language.code} ${this.#chosen.name}`;
    if (!this.scatter || this.scatter.dataset.key === key) return;
    this.scatter.dataset.key = key;
    this.scatter.setAttribute("aria-label", t("learn-zoo.scatter"));
    const x = (/** @type {number} */ share) => left + share * (wide - left - 24);
    const y = (/** @type {number} */ share) => tall - bottom - share * (tall - bottom - 24);
    const text = (/** @type {Record<string, string | number>} */ attributes, /** @type {string} */ words) => svg("text", attributes, document.createTextNode(words));
    const marks = [1, 3, 10, 30, 100].map((p) => ({ p, at: x(Math.log(p / leastParameters) / Math.log(mostParameters / leastParameters)) }));
    const lines = [55, 60, 65, 70, 75, 80].map((p) => ({ p, at: y((p - leastTop1) / (mostTop1 - leastTop1)) }));
    this.scatter.replaceChildren(
      ...lines.flatMap(({ p, at }) => [svg("line", { x1: left, x2: wide - 8, y1: at, y2: at }), text({ x: left - 8, y: at + 4, "text-anchor": "end" }, number(p))]),
      ...marks.map(({ p, at }) => text({ x: at, y: tall - bottom + 20, "text-anchor": "middle" }, number(p))),
      text({ x: wide - 8, y: tall - 8, "text-anchor": "end", class: "axis" }, t("learn-zoo.axis-x")),
      text({ x: 4, y: 12, "text-anchor": "start", class: "axis" }, t("learn-zoo.axis-y")),
      ...facts.filter(({ top1 }) => top1).map((fact) => {
        const place = placeOf(fact);
        const [dx, dy, anchor] = labels[fact.name] ?? [11, 5, "start"];
        const point = svg("g", { class: fact === this.#chosen ? "net chosen" : "net" },
          svg("circle", { cx: x(place.x), cy: y(place.y), r: fact === this.#chosen ? 8 : 6 }),
          text({ x: x(place.x) + dx, y: y(place.y) + dy, "text-anchor": anchor }, fact.title));
        point.addEventListener("click", () => this.#choose(fact));
        return point;
      }));
  }
}

/** @param {number} value in millions */
const millions = (value) => t("learn-zoo.millions", { value: number(value, { maximumSignificantDigits: 3 }) });

customElements.define("fv-zoo", FvZoo);

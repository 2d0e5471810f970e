// A run in full: its net with the shapes between the layers, settings, data, result; to replay and to pass on. Property: run.
import { FvElement, define, english, find, make, setText } from "../shell/dom.js";
import { number, percent, short, t } from "../shell/i18n.js";
import { engine } from "../shell/engine.js";
import { FvReplay } from "./fv-replay.js";
import { shareButtons } from "./share.js";
import { runs } from "./store.js";
import { dataOf, dateOf, nameOf, settingsIn, timeOf } from "./words.js";

/** @import { Summary } from "../../../js/fovea.d.ts" */
/** @import { RunRecord } from "./record.js" */

class FvRunView extends FvElement {
  /** @type {RunRecord | null} */
  #run = null;
  /** @type {Summary | null} */
  #summary = null;
  #kept = false;

  get sources() { return [runs]; }

  build() {
    this.innerHTML = `
      <header class="run-head">
        <div><h2 data-testid="run-name"></h2><p class="hint" data-testid="run-origin"></p></div>
        <dl class="run-figures" data-testid="run-result"></dl>
      </header>
      <div class="run-parts">
        <section aria-labelledby="run-net-title"><h3 id="run-net-title" data-i18n="runs.view.net"></h3><ol class="net-lines"
          dir="ltr" data-testid="run-net"></ol></section>
        <section aria-labelledby="run-settings-title"><h3 id="run-settings-title" data-i18n="runs.view.settings"></h3><dl
          class="facts" data-testid="run-settings"></dl></section>
        <section aria-labelledby="run-data-title"><h3 id="run-data-title" data-i18n="runs.view.data"></h3><dl class="facts"
          data-testid="run-data"></dl></section>
      </div>
      <section class="part" aria-labelledby="run-curves-title">
        <header><h2 id="run-curves-title" data-i18n="runs.view.curves"></h2><p data-i18n="runs.view.replay"></p></header>
        <fv-replay></fv-replay>
      </section>
      <section class="part" aria-labelledby="run-share-title">
        <header><h2 id="run-share-title" data-i18n="runs.view.share"></h2><p data-i18n="runs.view.private"></p></header>
        <div data-part="share"></div>
        <p class="actions"><button type="button" class="small" data-testid="run-keep" data-i18n="runs.view.keep"></button></p>
      </section>`;
    shareButtons(/** @type {HTMLElement} */ (this.querySelector('[data-part="share"]')), () => this.#run);
    find(this, "run-keep", HTMLButtonElement).addEventListener("click", () => this.#run && runs.put(this.#run));
  }

  get run() { return this.#run; }

  set run(run) {
    this.#run = run;
    this.#summary = null;
    this.hidden = !run;
    const replay = this.querySelector("fv-replay");
    if (replay instanceof FvReplay) replay.run = run;
    this.update();
    if (run) void this.#describe(run);
  }

  /** The shapes between the layers, which the program knows. @param {RunRecord} run */
  async #describe(run) {
    try {
      const summary = await (await engine.fovea()).describe(run.text, { batch: run.settings.batch });
      if (run === this.#run) this.#summary = summary;
    } catch {
      return; // the net is shown as it was written; replaying it says what is wrong
    }
    this.update();
  }

  update() {
    const run = this.#run;
    if (!run || !this.isConnected) return;
    const { result, settings, data } = run;
    setText(find(this, "run-name", HTMLElement), nameOf(run));
    setText(find(this, "run-origin", HTMLElement),
      t("runs.view.origin", { date: dateOf(run.when), backend: t(`backend.${run.backend}`), version: run.program }));
    find(this, "run-result", HTMLElement).replaceChildren(
      fact(t(`runs.fact.on.${result.on}`), result.accuracy === undefined ? "–" : percent(result.accuracy), "big"),
      fact(t("runs.fact.loss"), result.loss === undefined ? "–" : number(result.loss, { maximumSignificantDigits: 3 })),
      fact(t("runs.fact.steps"), result.step < result.steps
        ? t("runs.fact.steps-of", { step: result.step, steps: result.steps }) : number(result.step)),
      fact(t("runs.fact.time"), timeOf(result.seconds)),
      fact(t("runs.fact.parameters"), short(result.parameters)));
    this.#net(run);
    const rows = settingsIn(settings).map(({ name, value }) => (
      fact(t(`runs.setting.${name}`), /^[a-z]/.test(value) ? english(value) : value)));
    find(this, "run-settings", HTMLElement).replaceChildren(...rows);
    find(this, "run-data", HTMLElement).replaceChildren(
      fact(t("runs.fact.data"), dataOf(data)),
      fact(t("runs.fact.samples"), t(data.validationCount > 0 ? "runs.fact.samples-held" : "runs.fact.samples-of",
        { count: data.count, held: data.validationCount, test: data.testCount })),
      fact(t("runs.fact.shape"), english(data.shape.join("×"))),
      fact(t("runs.fact.classes"), classesIn(data.classes)),
      fact(t("runs.fact.adapter"), english(run.adapter)),
      fact(t("runs.fact.data-digest"), data.digest ? digest(data.digest) : "–"),
      fact(t("runs.fact.weights-digest"), run.weights ? digest(run.weights) : "–"));
    runs.list().then((all) => {
      this.#kept = all.some(({ id }) => id === run.id);
      find(this, "run-keep", HTMLElement).hidden = this.#kept;
    });
  }

  /** @param {RunRecord} run */
  #net(run) {
    const list = find(this, "run-net", HTMLElement);
    const lines = this.#summary
      ? [["INPUT", this.#summary.input.join("×")], ...this.#summary.layers.map(({ name, shape }) => [name, shape.join("×")])]
      : run.text.split("\n").map((line) => [line, ""]);
    const items = lines.map(([name = "", shape = ""]) => make("li", "", make("code", "", name), make("span", "hint", shape)));
    list.replaceChildren(...items);
  }
}

/** @param {string} name @param {string | Node} value @param {string} [className] */
const fact = (name, value, className = "") => make("div", className, make("dt", "", name), make("dd", "", value));

/** Names of the classes, and how many more there are. @param {string[]} classes */
function classesIn(classes) {
  const shown = classes.slice(0, 12);
  const names = make("span", "", ...shown.flatMap((name, i) => [i > 0 ? t("runs.comma") : "", make("bdi", "", name)]));
  if (classes.length > shown.length) names.append(` … (${number(classes.length)})`);
  return names;
}

/** The beginning of a digest, with all of it for those who point at it. @param {string} value */
function digest(value) {
  const code = english(`${value.slice(0, 16)}…`, "english code");
  code.title = value;
  return code;
}

define("fv-run-view", FvRunView);
export { FvRunView };

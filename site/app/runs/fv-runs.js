// The runs kept on this device: chosen ones side by side, seeds as a mean and a band, renamed, deleted, run again.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, make, setText } from "../shell/dom.js";
import { number, percent, t } from "../shell/i18n.js";
import { holdsCard } from "./card.js";
import { comparison, linesOf } from "./comparison.js";
import { Overlay } from "./overlay.js";
import { family } from "./record.js";
import { seeds } from "./seeds.js";
import { linkOf } from "./share.js";
import { runs } from "./store.js";
import { dataOf, dateOf, nameOf, timeOf } from "./words.js";

/** @import { RunRecord } from "./record.js" */

const mostChosen = 6;
const more = 3; // seeds

class FvRuns extends FvElement {
  /** @type {RunRecord[]} */
  #runs = [];
  /** @type {Set<string>} Ids. */
  #chosen = new Set();
  /** @type {RunRecord | null} Deleted last, to be brought back. */
  #deleted = null;
  /** The run that is being renamed. */
  #renaming = "";
  /** @type {Overlay | null} */
  #overlay = null;

  get sources() { return [runs, seeds]; }

  build() {
    this.innerHTML = `
      <p class="hint" data-testid="runs-note"></p>
      <p class="hint undo" role="status" data-testid="runs-undo" hidden><span></span> <button type="button" class="small"
        data-testid="undo" data-i18n="runs.undo"></button></p>
      <ul class="run-list" data-testid="runs"></ul>
      <section class="compared" data-testid="compared" hidden aria-labelledby="compared-title">
        <h2 id="compared-title"></h2>
        <label class="check" data-testid="as-band-label"><input type="checkbox" checked data-testid="as-band"> <span
          data-i18n="runs.compare.band"></span></label>
        <div class="two-charts" data-part="charts"></div>
        <div class="scroll" tabindex="0" data-i18n-label="runs.compare.table"><table class="figures-table"
          data-testid="compare-table"></table></div>
        <div class="actions">
          <button type="button" data-testid="more-seeds"></button>
          <button type="button" data-testid="seeds-stop" data-i18n="runs.seeds.stop" hidden></button>
          <p class="hint" role="status" data-testid="seeds-note"></p>
        </div>
      </section>`;
    this.#overlay = new Overlay(/** @type {HTMLElement} */ (this.querySelector('[data-part="charts"]')));
    find(this, "as-band", HTMLInputElement).addEventListener("change", () => this.#compare());
    find(this, "more-seeds", HTMLButtonElement).addEventListener("click", () => this.#more());
    find(this, "seeds-stop", HTMLButtonElement).addEventListener("click", () => seeds.stop());
    find(this, "undo", HTMLButtonElement).addEventListener("click", async () => {
      const back = this.#deleted;
      this.#deleted = null;
      if (back) await runs.put(back);
    });
    runs.addEventListener("change", () => this.#read());
    void this.#read().then(() => {
      const [latest] = this.#runs;
      if (latest && this.#chosen.size === 0 && !holdsCard(location.hash)) { // a card has its own curves
        this.#choose(latest.id, true);
      }
    });
  }

  async #read() {
    this.#runs = await runs.list();
    for (const id of this.#chosen) if (!this.#runs.some((run) => run.id === id)) this.#chosen.delete(id);
    this.#list();
    this.#compare();
  }

  update() {
    if (this.dataset.language !== document.documentElement.lang) this.#list();
    this.#compare();
  }

  #list() {
    this.dataset.language = document.documentElement.lang;
    const note = this.#runs.length === 0 ? "none" : runs.lasting ? "note" : "not-kept";
    setText(find(this, "runs-note", HTMLElement), t(`runs.list.${note}`, { count: this.#runs.length }));
    const undo = find(this, "runs-undo", HTMLElement);
    undo.hidden = !this.#deleted;
    setText(/** @type {Element} */ (undo.firstElementChild),
      this.#deleted ? t("runs.deleted", { name: nameOf(this.#deleted) }) : "");
    const list = find(this, "runs", HTMLElement);
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.focus;
    list.replaceChildren(...this.#runs.map((run) => this.#row(run)));
    if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`[data-focus="${focused}"]`))?.focus();
  }

  /** @param {RunRecord} run */
  #row(run) {
    const { result, settings } = run;
    const name = nameOf(run);
    const check = make("input");
    check.type = "checkbox";
    check.checked = this.#chosen.has(run.id);
    check.dataset.testid = "run-choose";
    check.dataset.focus = `choose ${run.id}`;
    check.setAttribute("aria-label", t("runs.choose", { name }));
    check.addEventListener("change", () => this.#choose(run.id, check.checked));
    const title = this.#renaming === run.id ? this.#nameField(run) : make("bdi", "title", name);
    const seed = t("runs.seed", { seed: number(settings.seed, { useGrouping: false }) });
    const about = make("span", "hint", [dateOf(run.when), dataOf(run.data), seed, t(`backend.${run.backend}`)].join(" · "));
    const accuracy = result.accuracy === undefined ? "–" : percent(result.accuracy);
    const figure = make("span", "figure", make("b", "", accuracy), make("span", "hint", timeOf(result.seconds)));
    const state = result.state === "done" ? [] : [" ", make("span", "tag", t(`runs.state.${result.state}`))];
    const open = make("a", "button small", t("runs.open"));
    open.dataset.testid = "run-open";
    linkOf(run).then((href) => { open.href = href; }, () => open.remove());
    open.setAttribute("aria-label", t("runs.open-name", { name }));
    const described = make("div", "about", make("span", "", title, ...state), about);
    const row = make("li", "", make("label", "choose", check), described, figure, make("div", "actions",
      open, this.#action("rename", run, () => this.#rename(run.id)), this.#action("delete", run, () => this.#delete(run))));
    row.dataset.id = run.id;
    row.dataset.testid = "run";
    return row;
  }

  /** @param {string} name @param {RunRecord} run @param {() => void} act */
  #action(name, run, act) {
    const button = make("button", "plain small", t(`runs.${name}`));
    button.type = "button";
    button.dataset.testid = `run-${name}`;
    button.dataset.focus = `${name} ${run.id}`;
    button.setAttribute("aria-label", t(`runs.${name}-name`, { name: nameOf(run) }));
    button.addEventListener("click", act);
    return button;
  }

  /** @param {RunRecord} run */
  #nameField(run) {
    const field = make("input");
    field.type = "text";
    field.maxLength = 120;
    field.value = nameOf(run);
    field.dataset.testid = "run-name-field";
    field.setAttribute("aria-label", t("runs.name-field"));
    const end = async (/** @type {boolean} */ keep) => {
      if (this.#renaming !== run.id) return;
      this.#renaming = "";
      const name = field.value.trim();
      if (keep && name && name !== nameOf(run)) await runs.put({ ...run, name });
      else this.#list();
      /** @type {HTMLElement | null} */ (this.querySelector(`[data-focus="rename ${run.id}"]`))?.focus();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") void end(true);
      if (event.key === "Escape") void end(false);
    });
    field.addEventListener("blur", () => end(true));
    return field;
  }

  /** @param {string} id */
  #rename(id) {
    this.#renaming = id;
    this.#list();
    const field = find(this, "run-name-field", HTMLInputElement);
    field.focus();
    field.select();
  }

  /** @param {RunRecord} run */
  async #delete(run) {
    this.#deleted = run;
    await runs.remove(run.id);
    await this.#read();
    find(this, "undo", HTMLButtonElement).focus();
  }

  /** @param {string} id @param {boolean} chosen */
  #choose(id, chosen) {
    if (chosen) this.#chosen.add(id);
    else this.#chosen.delete(id);
    this.#list();
    this.#compare();
  }

  get #compared() {
    return this.#runs.filter(({ id }) => this.#chosen.has(id));
  }

  #compare() {
    const chosen = this.#compared;
    find(this, "compared", HTMLElement).hidden = chosen.length === 0;
    if (chosen.length === 0) return;
    const families = new Set(chosen.map(family));
    const seeded = families.size < chosen.length;
    find(this, "as-band-label", HTMLElement).hidden = !seeded;
    const lines = linesOf(chosen, seeded && find(this, "as-band", HTMLInputElement).checked).slice(0, mostChosen);
    this.#overlay?.draw(lines);
    const several = chosen.length > 1;
    setText(/** @type {Element} */ (this.querySelector("#compared-title")),
      several ? t("runs.compare.title") : nameOf(/** @type {RunRecord} */ (chosen[0])));
    const table = find(this, "compare-table", HTMLTableElement);
    /** @type {HTMLElement} */ (table.parentElement).hidden = !several;
    table.replaceChildren(...several ? comparison(chosen) : []);
    this.#seeds(chosen[0], families.size);
  }

  /** @param {RunRecord | undefined} run @param {number} families */
  #seeds(run, families) {
    const start = find(this, "more-seeds", HTMLButtonElement);
    const stop = find(this, "seeds-stop", HTMLButtonElement);
    const focused = document.activeElement === start || document.activeElement === stop;
    start.hidden = seeds.busy;
    start.disabled = families !== 1 || !run;
    stop.hidden = !seeds.busy;
    if (focused) (seeds.busy ? stop : start).focus({ preventScroll: true });
    setText(start, t("runs.seeds.start", { count: more }));
    const { trial, done, count } = seeds;
    const { step = 0, steps = 0, phase = "idle" } = trial?.state ?? {};
    const progress = { index: done + 1, count, share: percent(steps ? step / steps : 0, 0) };
    setText(find(this, "seeds-note", HTMLElement), trial
      ? t(phase === "training" ? "runs.seeds.training" : "runs.seeds.data", progress)
      : t(families === 1 ? "runs.seeds.note" : "runs.seeds.one"));
  }

  async #more() {
    const [run] = this.#compared;
    if (!run || seeds.busy) return;
    const section = find(this, "compared", HTMLElement);
    showProblem(section, "seeds", null);
    const made = await seeds.start(run, more);
    for (const { id } of made) this.#chosen.add(id);
    if (seeds.error) showProblem(section, "seeds", seeds.error);
    await this.#read();
  }
}

define("fv-runs", FvRuns);

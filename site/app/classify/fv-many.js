// Many pictures: how far it is, what they are, those that cannot be read, and the table of it all.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, english, find, make, offer, setText } from "../shell/dom.js";
import { language, number, t } from "../shell/i18n.js";
import { subjectOf } from "./desk.js";
import { intake } from "./intake.js";
import { many } from "./many.js";
import { className } from "../parts/net-names.js";
import { nets } from "../parts/nets.js";

/** @import { Item, Order } from "./many.js" */

/** So many of the unreadable ones are listed; the table has all. */
const mostListed = 200;

class FvMany extends FvElement {
  #listed = "";
  #broken = "";
  /** @type {unknown} */
  #problem = null;

  get sources() { return [many, nets]; }

  build() {
    this.innerHTML = `
      <header><h2 data-i18n="index.many.title"></h2><p class="hint" data-testid="many-note"></p></header>
      <div class="run">
        <progress data-testid="many-progress" data-i18n-label="index.many.progress"></progress>
        <p role="status" data-testid="many-count"></p>
      </div>
      <div class="tools">
        <label class="filter"><span class="label" data-i18n="index.many.filter"></span>
          <select data-testid="many-filter"></select></label>
        <label class="filter"><span class="label" data-i18n="index.many.order"></span><select data-testid="many-order">
          <option value="as given" data-i18n="index.many.as-given"></option>
          <option value="least sure" data-i18n="index.many.least-sure"></option>
          <option value="surest" data-i18n="index.many.surest"></option>
        </select></label>
        <span class="actions">
          <button type="button" data-testid="many-stop" data-i18n="index.many.stop"></button>
          <button type="button" data-testid="many-go" data-i18n="index.many.go"></button>
          <button type="button" data-testid="many-again"></button>
          <button type="button" data-testid="many-save" data-i18n="index.many.save"></button>
          <button class="plain" type="button" data-testid="many-clear" data-i18n="index.many.clear"></button>
        </span>
      </div>
      <details class="broken" data-testid="many-broken" hidden>
        <summary data-testid="many-broken-count"></summary><ul></ul></details>
      <fv-grid data-testid="many-grid"></fv-grid>`;
    const on = (/** @type {string} */ name, /** @type {() => void} */ act) => (
      find(this, name, HTMLButtonElement).addEventListener("click", act));
    on("many-stop", () => many.cancel());
    on("many-go", () => void many.go());
    on("many-again", () => many.restart());
    on("many-save", () => offer(many.table()));
    on("many-clear", () => many.clear());
    const filter = find(this, "many-filter", HTMLSelectElement);
    const order = find(this, "many-order", HTMLSelectElement);
    filter.addEventListener("change", () => many.filter(filter.value));
    order.addEventListener("change", () => many.sort(/** @type {Order} */ (order.value)));
    this.addEventListener("pick", (event) => {
      const { file, name } = /** @type {CustomEvent<Item>} */ (event).detail;
      const suits = many.state.by === "mnist" ? "mnist" : "cifar10";
      void intake.look(async () => ({ ...await subjectOf(file, name), suits }));
      document.querySelector("fv-stage")?.scrollIntoView({ block: "nearest" });
    });
  }

  update() {
    const { items, state: { running, done, broken, others, by, problem } } = many;
    const arrived = this.hasAttribute("hidden");
    this.hidden = items.length === 0;
    if (items.length === 0) return;
    const bar = find(this, "many-progress", HTMLProgressElement);
    bar.max = items.length;
    bar.value = done + broken;
    bar.hidden = done + broken === items.length;
    const counted = running && !by ? "index.many.loading" : "index.many.count";
    setText(find(this, "many-count", HTMLElement), t(counted, { done: done + broken, count: items.length }));
    const note = [by && t("index.many.by", { title: nets.title(by) }), others > 0 && t("index.many.others", { count: others })];
    setText(find(this, "many-note", HTMLElement), note.filter(Boolean).join(" "));
    this.#buttons(running, done + broken);
    this.#classes();
    find(this, "many-grid", HTMLElement).hidden = many.shown.length === 0;
    if (`${broken} ${language.code}` !== this.#broken) this.#list(broken);
    if (problem !== this.#problem) {
      this.#problem = problem;
      showProblem(this, "many", problem?.error ?? null);
    }
    if (arrived) this.scrollIntoView({ block: "start" });
  }

  /** @param {boolean} running @param {number} through */
  #buttons(running, through) {
    const { by } = many.state;
    const { current } = nets.state;
    const other = current && by && current.id !== by;
    find(this, "many-stop", HTMLElement).hidden = !running;
    find(this, "many-go", HTMLElement).hidden = running || through === many.items.length;
    find(this, "many-again", HTMLElement).hidden = !other;
    if (other) setText(find(this, "many-again", HTMLElement), t("index.many.again", { title: nets.title(current.id) }));
    find(this, "many-save", HTMLButtonElement).disabled = through === 0;
  }

  /** The classes that were found, as choices. */
  #classes() {
    const { classes, state: { by, label } } = many;
    const key = JSON.stringify([language.code, by, classes]);
    const select = find(this, "many-filter", HTMLSelectElement);
    if (key === this.#listed || (many.state.running && document.activeElement === select)) return; // not under the reader's hand
    this.#listed = key;
    const option = (/** @type {string} */ value, /** @type {string} */ text) => (
      Object.assign(make("option", "", text), { value }));
    select.replaceChildren(option("", t("index.many.all")), ...classes.map(([name, count]) => (
      option(name, t("index.many.class", { label: className(name, by), count: number(count) })))));
    select.value = label;
  }

  /** @param {number} broken */
  #list(broken) {
    this.#broken = `${broken} ${language.code}`;
    const box = find(this, "many-broken", HTMLElement);
    box.hidden = broken === 0;
    setText(find(this, "many-broken-count", HTMLElement), t("index.many.broken", { count: broken }));
    const list = /** @type {HTMLElement} */ (box.querySelector("ul"));
    const some = many.broken.slice(0, mostListed);
    list.replaceChildren(...some.map(({ name, reason }) => make("li", "", english(name, "english name"), " ", english(reason))));
    if (broken > some.length) list.append(make("li", "", t("index.many.broken-more", { count: broken - some.length })));
  }
}

define("fv-many", FvMany);

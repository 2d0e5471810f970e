// Chooses a collection of own pictures, makes new ones, and fills the chosen one. Property: chosen (its id, or ""); event:
// "choose".
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, setText } from "../shell/dom.js";
import { bytes, remember, remembered, t } from "../shell/i18n.js";
import { collections } from "./collections.js";
import "./fv-collector.js";

/**
 * @import { Collection } from "./collection.js"
 * @import { FvCollector } from "./fv-collector.js"
 * @import { Info } from "./shelf.js"
 */

const lastKey = "fovea.collection";

export class FvCollections extends FvElement {
  /** @type {Collection | null} */
  #collection = null;
  /** @type {Info[]} */
  #all = [];
  #lasting = true;

  get chosen() { return this.#collection?.id ?? ""; }
  get collection() { return this.#collection; }

  get sources() { return [collections]; }

  build() {
    this.innerHTML = `
      <div class="pick">
        <label class="field"><span class="label" data-i18n="data.collection"></span>
          <select data-testid="collection"></select></label>
        <label class="field"><span class="label" data-i18n="data.collection.name"></span>
          <input type="text" autocomplete="off" dir="auto" data-testid="collection-name"></label>
        <div class="actions">
          <button class="small" type="button" data-testid="collection-new" data-i18n="data.collection.new"></button>
          <button class="small plain" type="button" data-testid="collection-remove" data-i18n="data.collection.remove"></button>
        </div>
      </div>
      <div class="question" data-testid="collection-question" hidden>
        <p></p>
        <div class="actions">
          <button class="small" type="button" data-testid="collection-remove-yes" data-i18n="data.collection.remove.yes"></button>
          <button class="small" type="button" data-testid="collection-remove-no" data-i18n="data.collection.remove.no"></button>
        </div>
      </div>
      <p class="hint" role="status" data-testid="collection-state"></p>
      <fv-collector></fv-collector>`;
    const select = find(this, "collection", HTMLSelectElement);
    const name = find(this, "collection-name", HTMLInputElement);
    select.addEventListener("change", () => this.#attempt(async () => this.#take(await collections.open(select.value))));
    name.addEventListener("change", () => this.#attempt(async () => {
      if (name.value.trim()) await this.#collection?.rename(name.value.trim());
      else name.value = this.#collection?.name ?? "";
    }));
    find(this, "collection-new", HTMLButtonElement).addEventListener("click", () => this.#attempt(async () => {
      await this.#create();
      name.focus();
      name.select();
    }));
    const question = find(this, "collection-question", HTMLElement);
    find(this, "collection-remove", HTMLButtonElement).addEventListener("click", () => {
      const collection = this.#collection;
      if (!collection || !question.firstElementChild) return;
      const values = { name: collection.name, count: collection.items().length };
      setText(question.firstElementChild, t("data.collection.remove.ask", values));
      question.hidden = false;
      find(this, "collection-remove-no", HTMLButtonElement).focus();
    });
    find(this, "collection-remove-no", HTMLButtonElement).addEventListener("click", () => {
      question.hidden = true;
      find(this, "collection-remove", HTMLButtonElement).focus();
    });
    find(this, "collection-remove-yes", HTMLButtonElement).addEventListener("click", () => this.#attempt(async () => {
      question.hidden = true;
      if (this.#collection) await collections.remove(this.#collection.id);
      this.#take(null);
      await this.open("");
      select.focus();
    }));
  }

  /** Opens a collection: this one, else the last one that was open here, else the latest, else a new one. @param {string} id */
  async open(id) {
    await this.#attempt(async () => {
      this.#lasting = await collections.lasting();
      const all = await collections.list();
      const one = [id, remembered(lastKey)].flatMap((wanted) => all.filter((info) => info.id === wanted))[0] ?? all[0];
      if (one) this.#take(await collections.open(one.id));
      else await this.#create();
    });
  }

  async #create() {
    const names = new Set((await collections.list()).map(({ name }) => name));
    let n = 1;
    while (names.has(t("data.collection.default", { number: n }))) n++;
    const classes = [1, 2].map((i) => t("data.class.new", { number: i }));
    this.#take(await collections.create(t("data.collection.default", { number: n }), classes));
  }

  /** @param {Collection | null} collection */
  #take(collection) {
    if (collection === this.#collection) return;
    this.#collection = collection;
    const collector = /** @type {FvCollector | null} */ (this.querySelector("fv-collector"));
    if (collector) collector.collection = collection;
    if (collection) remember(lastKey, collection.id);
    this.update();
    this.dispatchEvent(new Event("choose"));
  }

  update() {
    void this.#show();
  }

  async #show() {
    this.#all = await collections.list().catch(() => this.#all);
    const select = find(this, "collection", HTMLSelectElement);
    const collection = this.#collection;
    select.replaceChildren(...this.#all.map(({ id, name, counts }) => new Option(
      `${name} (${t("data.pictures", { count: sumOf(counts) })})`, id, false, id === collection?.id)));
    const name = find(this, "collection-name", HTMLInputElement);
    if (name !== document.activeElement) name.value = collection?.name ?? "";
    const { counts = [], size = 0 } = this.#all.find(({ id }) => id === collection?.id) ?? {};
    const count = sumOf(counts);
    const kept = !this.#lasting ? t("data.collection.memory")
      : count ? t("data.collection.kept", { count, size: bytes(size) }) : t("data.collection.empty");
    const test = collection?.givenTest().length ?? 0;
    setText(find(this, "collection-state", HTMLElement), test ? `${kept} ${t("data.collection.test", { count: test })}` : kept);
  }

  /** @param {() => Promise<unknown>} act */
  async #attempt(act) {
    showProblem(this, "collection", null);
    try {
      await act();
    } catch (error) {
      showProblem(this, "collection", error);
    }
  }
}

/** @param {number[]} counts */
const sumOf = (counts) => counts.reduce((sum, count) => sum + count, 0);

define("fv-collections", FvCollections);

// Gathers pictures by class into a collection: files, folders, zip archives, the camera, the clipboard. Property: collection.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, setText } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { brokenLines } from "./broken.js";
import { ClassCard } from "./class-card.js";
import { chosen, countOf, dropped, entriesOf } from "./files.js";

/**
 * @import { Collection } from "./collection.js"
 * @import { Done } from "./class-card.js"
 * @import { Broken } from "./shelf.js"
 * @import { Found } from "../parts/entries.js"
 */

export class FvCollector extends FvElement {
  /** @type {Collection | null} */
  #collection = null;
  /** @type {ClassCard[]} */
  #cards = [];
  /** @type {ClassCard | null} Where pasted pictures go. */
  #current = null;
  /** @type {AbortController | null} */
  #adding = null;
  /** Additions one after the other. */
  #last = Promise.resolve();
  #frame = 0;
  #progress = { done: 0, total: 0 };
  /** @type {Done | null} */
  #undo = null;
  #changed = () => this.#soon();
  #paste = (/** @type {ClipboardEvent} */ event) => this.#pasted(event);

  get collection() { return this.#collection; }

  set collection(collection) {
    if (collection === this.#collection) return;
    this.#collection?.removeEventListener("change", this.#changed);
    this.#cards.forEach((card) => card.close());
    this.#collection = collection;
    this.#cards = [];
    this.#current = null;
    this.#undo = null;
    if (!this.isConnected) return;
    find(this, "collector-classes", HTMLElement).replaceChildren();
    showProblem(this, "collector", null);
    collection?.addEventListener("change", this.#changed);
    this.update();
  }

  build() {
    this.innerHTML = `
      <div class="gather" data-testid="collector-drop">
        <p data-i18n="data.gather"></p>
        <div class="actions">
          <button class="small" type="button" data-testid="collector-folder" data-i18n="data.gather.folder"></button>
          <button class="small" type="button" data-testid="collector-zip" data-i18n="data.gather.zip"></button>
          <input class="visually-hidden" type="file" webkitdirectory multiple tabindex="-1"
            data-testid="collector-folder-input" data-i18n-label="data.gather.folder">
          <input class="visually-hidden" type="file" accept=".zip,image/*" multiple tabindex="-1"
            data-testid="collector-zip-input" data-i18n-label="data.gather.zip">
        </div>
      </div>
      <div class="adding" data-testid="collector-adding" hidden>
        <p role="status"><span data-testid="collector-count"></span></p>
        <progress data-testid="collector-progress" data-i18n-label="data.adding.label"></progress>
        <button class="small" type="button" data-testid="collector-cancel" data-i18n="data.adding.cancel"></button>
      </div>
      <div class="undo" role="status" data-testid="collector-done" hidden><span></span>
        <button class="small" type="button" data-testid="collector-undo" data-i18n="data.undo"></button></div>
      <ul class="class-cards" data-testid="collector-classes"></ul>
      <button type="button" data-testid="collector-add-class" data-i18n="data.class.add"></button>
      <details class="broken" data-testid="collector-broken" hidden>
        <summary data-testid="collector-broken-count"></summary>
        <ul data-testid="collector-broken-list"></ul>
        <button class="small" type="button" data-testid="collector-forget" data-i18n="data.broken.forget"></button>
      </details>`;
    for (const name of ["folder", "zip"]) {
      const input = find(this, `collector-${name}-input`, HTMLInputElement);
      find(this, `collector-${name}`, HTMLButtonElement).addEventListener("click", () => input.click());
      input.addEventListener("change", () => {
        this.#add(chosen([...input.files ?? []]));
        input.value = "";
      });
    }
    find(this, "collector-cancel", HTMLButtonElement).addEventListener("click", () => this.#adding?.abort());
    find(this, "collector-undo", HTMLButtonElement).addEventListener("click", () => this.#takeBack());
    find(this, "collector-forget", HTMLButtonElement).addEventListener("click", () => (
      this.#attempt(async () => this.#collection?.forgetBroken())));
    find(this, "collector-add-class", HTMLButtonElement).addEventListener("click", () => this.#attempt(() => this.#addClass()));
    this.#listenToDrops(find(this, "collector-drop", HTMLElement));
  }

  connectedCallback() {
    super.connectedCallback();
    this.#collection?.addEventListener("change", this.#changed);
    document.addEventListener("paste", this.#paste);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#collection?.removeEventListener("change", this.#changed);
    document.removeEventListener("paste", this.#paste);
    this.#cards.forEach((card) => card.close());
  }

  /** The page is not written to more than once a frame, while pictures come in by the hundred. */
  #soon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.update();
    });
  }

  update() {
    const collection = this.#collection;
    const list = find(this, "collector-classes", HTMLElement);
    if (!collection) return;
    while (this.#cards.length > collection.classes.length) {
      const card = this.#cards.pop();
      card?.close();
      card?.element.remove();
    }
    while (this.#cards.length < collection.classes.length) {
      const card = this.#newCard(collection);
      this.#cards.push(card);
      list.append(card.element);
    }
    this.#cards.forEach((card, i) => card.show(i));
    this.#showAdding();
    this.#showUndo();
    this.#showBroken(collection.broken);
  }

  /** @param {Collection} collection */
  #newCard(collection) {
    return new ClassCard(collection, {
      add: (found, className) => this.#add(found, className),
      attempt: (act) => this.#attempt(act),
      undoable: (done) => {
        this.#undo = done;
        this.#showUndo();
      },
      used: (card) => {
        if (this.#current !== card) this.#current?.close(); // one camera at a time
        this.#current = card;
      },
    });
  }

  #showAdding() {
    find(this, "collector-adding", HTMLElement).hidden = !this.#adding;
    if (!this.#adding) return;
    const { done, total } = this.#progress;
    const bar = find(this, "collector-progress", HTMLProgressElement);
    if (total > 0) Object.assign(bar, { max: total, value: done });
    setText(find(this, "collector-count", HTMLElement), t("data.adding", { done, total: Math.max(done, total) }));
  }

  #showUndo() {
    const line = find(this, "collector-done", HTMLElement);
    line.hidden = !this.#undo;
    if (this.#undo && line.firstElementChild) setText(line.firstElementChild, t(this.#undo.message, this.#undo.values));
  }

  /** @param {Broken[]} broken */
  #showBroken(broken) {
    const box = find(this, "collector-broken", HTMLElement);
    box.hidden = broken.length === 0;
    setText(find(this, "collector-broken-count", HTMLElement), t("data.broken", { count: broken.length }));
    find(this, "collector-broken-list", HTMLElement).replaceChildren(...brokenLines(broken));
  }

  /** @param {Promise<Found[]> | Found[]} found @param {string} [into] the class; default: by folder */
  #add(found, into) {
    const collection = this.#collection;
    if (!collection) return;
    showProblem(this, "collector", null);
    this.#adding ??= new AbortController();
    const { signal } = this.#adding;
    this.#progress = { done: 0, total: 0 };
    this.#undo = null;
    const turn = this.#last.then(async () => {
      this.#soon();
      const files = await found;
      const entries = entriesOf(files, { into, otherwise: into ?? t("data.unsorted") });
      await collection.add(entries, { signal, total: countOf(files), onProgress: (done, total) => {
        this.#progress = { done, total };
        this.#soon();
      } });
    }).catch((error) => showProblem(this, "collector", error));
    this.#last = turn;
    void turn.then(() => {
      if (this.#last === turn) this.#adding = null; // the last one that waited
      this.#soon();
    });
  }

  /** @param {() => Promise<unknown>} act */
  async #attempt(act) {
    showProblem(this, "collector", null);
    try {
      await act();
    } catch (error) {
      showProblem(this, "collector", error);
    }
  }

  #takeBack() {
    const undo = this.#undo?.undo;
    this.#undo = null;
    this.#showUndo();
    if (undo) void this.#attempt(undo);
  }

  async #addClass() {
    const collection = this.#collection;
    if (!collection) return;
    let n = collection.classes.length + 1;
    while (collection.classes.includes(t("data.class.new", { number: n }))) n++;
    await collection.addClass(t("data.class.new", { number: n }));
    this.update();
    this.#cards.at(-1)?.focus();
  }

  /** @param {HTMLElement} zone */
  #listenToDrops(zone) {
    for (const [name, is] of /** @type {[string, boolean][]} */ ([["dragover", true], ["dragleave", false], ["drop", false]])) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.toggle("over", is);
      });
    }
    zone.addEventListener("drop", (event) => { if (event.dataTransfer) this.#add(dropped(event.dataTransfer)); });
    // What is dropped beside it must not replace the page.
    for (const name of ["dragover", "drop"]) this.addEventListener(name, (event) => event.preventDefault());
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const files = [...event.clipboardData?.files ?? []].filter(({ type }) => type.startsWith("image/"));
    const card = this.#cards.find((one) => one === this.#current) ?? this.#cards[0]; // the current one may have been removed
    if (files.length === 0 || !card || !this.checkVisibility()) return;
    event.preventDefault();
    this.#add(chosen(files), this.#collection?.classes[card.index]);
  }
}

define("fv-collector", FvCollector);

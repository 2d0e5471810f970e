// A dialogue that opens any model: its files or its address, what its classes are called, and what the file leaves open.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, english, find, make, setText } from "../shell/dom.js";
import { engine } from "../shell/engine.js";
import { t } from "../shell/i18n.js";
import { intake } from "./intake.js";
import { orderOf } from "./model-form.js";
import { nets } from "../parts/nets.js";

/** @import { Fields } from "./model-form.js" */

class FvOpenNet extends FvElement {
  /** @type {File[]} */
  #files = [];
  #busy = false;

  get sources() { return [nets]; }

  build() {
    const field = (/** @type {string} */ name, /** @type {string} */ control, wide = "") => `
      <label class="field ${wide}"><span class="label" data-i18n="index.open.${name}"></span>${control}</label>`;
    const text = (/** @type {string} */ name, more = "") => (
      `<input type="text" dir="ltr" autocomplete="off" spellcheck="false" data-testid="open-${name}" ${more}>`);
    const options = (/** @type {string} */ name, /** @type {Record<string, string>} */ values) => (
      `<select data-testid="open-${name}">${
        Object.entries(values).map(([value, key]) => `<option value="${value}" data-i18n="index.open.${key}"></option>`).join("")
      }</select>`);
    this.innerHTML = `
      <dialog aria-labelledby="open-title" data-testid="open-dialog">
        <form novalidate>
          <h2 id="open-title" data-i18n="index.open.title"></h2>
          <p class="hint" data-i18n="index.open.lead"></p>
          <div class="field">
            <p class="row"><button type="button" data-testid="open-choose" data-i18n="index.open.choose"></button>
              <span class="hint" data-testid="open-files"></span></p>
            <input class="visually-hidden" type="file" multiple tabindex="-1"
              data-testid="open-input" data-i18n-label="index.open.choose">
          </div>
          ${field("address", text("address", 'inputmode="url"'))}
          <div class="field">
            <label class="label" for="open-classes" data-i18n="index.open.classes"></label>
            <textarea id="open-classes" rows="4" dir="auto" spellcheck="false"
              data-testid="open-classes" data-i18n-placeholder="index.open.classes-example"></textarea>
            <p><button class="small" type="button"
              data-testid="open-classes-file" data-i18n="index.open.classes-file"></button></p>
            <input class="visually-hidden" type="file" accept=".txt,.csv,text/plain" tabindex="-1"
              data-testid="open-classes-input" data-i18n-label="index.open.classes-file">
          </div>
          <details data-testid="open-more">
            <summary data-i18n="index.open.more"></summary>
            <div class="fields">
              ${field("size", text("size", 'placeholder="224"'))}
              ${field("preprocess", options("preprocess", {
    "": "as-file", torchvision: "torchvision", "torchvision-299": "torchvision-299", bytes: "bytes", own: "own" }))}
              ${field("zoo", text("zoo", 'list="zoo-names" placeholder="resnet18"'))}<datalist id="zoo-names"></datalist>
              <div class="fields own" hidden>
                ${field("order", options("order", { rgb: "rgb", bgr: "bgr", gray: "gray" }))}
                ${field("scale", options("scale", { 255: "scale-1", 1: "scale-255" }))}
                ${field("mean", text("mean", 'placeholder="0.485 0.456 0.406"'))}
                ${field("deviation", text("deviation", 'placeholder="0.229 0.224 0.225"'))}
              </div>
            </div>
          </details>
          <div class="problems"></div>
          <div class="loading" data-testid="open-loading" hidden><progress data-i18n-label="index.loading"></progress>
            <p class="hint" role="status" data-testid="open-loading-text"></p></div>
          <p class="row end">
            <button class="plain" type="button" data-testid="open-cancel" data-i18n="index.cancel"></button>
            <button class="primary" type="submit" data-testid="open-go" data-i18n="index.open.go"></button>
          </p>
        </form>
      </dialog>`;
    this.#listen();
  }

  get #dialog() { return find(this, "open-dialog", HTMLDialogElement); }

  #listen() {
    const button = (/** @type {string} */ name, /** @type {() => void} */ act) => (
      find(this, name, HTMLButtonElement).addEventListener("click", act));
    const [files, classes] = [find(this, "open-input", HTMLInputElement), find(this, "open-classes-input", HTMLInputElement)];
    button("open-choose", () => files.click());
    button("open-classes-file", () => classes.click());
    button("open-cancel", () => (this.#busy ? nets.cancel() : this.#dialog.close()));
    files.addEventListener("change", () => this.#take([...(files.files ?? [])]));
    classes.addEventListener("change", async () => {
      const [file] = classes.files ?? [];
      if (file) find(this, "open-classes", HTMLTextAreaElement).value = await file.text();
      classes.value = "";
    });
    find(this, "open-preprocess", HTMLSelectElement).addEventListener("change", () => this.update());
    this.#dialog.addEventListener("close", () => {
      if (this.#busy) nets.cancel();
    });
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#open();
    });
    intake.addEventListener("model", (event) => {
      this.show();
      this.#take(/** @type {CustomEvent<File[]>} */ (event).detail);
    });
    document.addEventListener("open-net", () => this.show());
  }

  show() {
    showProblem(this.#problems, "open", null);
    if (!this.#dialog.open) this.#dialog.showModal();
    void this.#listZoo();
  }

  get #problems() { return /** @type {HTMLElement} */ (this.querySelector(".problems")); }

  /** @param {File[]} files */
  #take(files) {
    this.#files = files;
    if (files.length > 0) find(this, "open-address", HTMLInputElement).value = "";
    this.update();
  }

  /** Offers the names of published networks, once the program is there. */
  async #listZoo() {
    const list = this.querySelector("datalist");
    if (!list || list.children.length > 0) return;
    const zoo = await engine.running?.zoo().catch(() => []);
    for (const { name, title } of zoo ?? []) {
      const option = make("option", "", title);
      option.value = name;
      list.append(option);
    }
  }

  async #open() {
    const value = (/** @type {string} */ name) => (
      /** @type {HTMLInputElement} */ (this.querySelector(`[data-testid="open-${name}"]`)).value);
    showProblem(this.#problems, "open", null);
    try {
      const names = ["address", "classes", "zoo", "size", "preprocess", "order", "scale", "mean", "deviation"];
      const fields = Object.fromEntries(names.map((name) => [name, value(name)]));
      const order = orderOf(/** @type {Fields} */ (fields), this.#files);
      this.#busy = true;
      this.update();
      await nets.add(order);
      this.#busy = false;
      this.#files = [];
      this.#dialog.close();
    } catch (error) {
      showProblem(this.#problems, "open", error);
    }
    this.#busy = false;
    this.update();
  }

  update() {
    const names = find(this, "open-files", HTMLElement);
    const listed = this.#files.map(({ name }) => name).join(", ");
    if (names.textContent !== listed) names.replaceChildren(...(listed ? [english(listed)] : []));
    const own = find(this, "open-preprocess", HTMLSelectElement).value === "own";
    /** @type {HTMLElement} */ (this.querySelector(".own")).hidden = !own;
    find(this, "open-go", HTMLButtonElement).disabled = this.#busy;
    const { loading } = nets.state;
    find(this, "open-loading", HTMLElement).hidden = !this.#busy;
    const bar = /** @type {HTMLProgressElement} */ (this.querySelector("progress"));
    if (loading && loading.total > 0 && loading.phase !== "open") bar.value = loading.loaded / loading.total;
    else bar.removeAttribute("value");
    const text = loading?.phase === "download" ? "index.open.downloading" : "index.open.opening";
    setText(find(this, "open-loading-text", HTMLElement), this.#busy ? t(text) : "");
  }
}

define("fv-open-net", FvOpenNet);

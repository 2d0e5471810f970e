// Chooses what to learn from. Property: choice (a Choice of sources.js, or null while it is not complete), kinds (what may be
// chosen); event: "choose". Attribute: samples, which offers a look at the data.
import { alertBox, problemOf, showProblem } from "../shell/alert.js";
import { FvElement, define, find, setText } from "../shell/dom.js";
import { percent, t } from "../shell/i18n.js";
import { collections } from "./collections.js";
import { keepSettings, lastSettings } from "./picture-settings.js";
import { shapes } from "./points.js";
import { load, usual } from "./sources.js";
import "./fv-cifar10.js";
import "./fv-collections.js";
import "./fv-samples.js";

/**
 * @import { Choice, LoadStage } from "./sources.js"
 * @import { FvCifar10 } from "./fv-cifar10.js"
 * @import { FvCollections } from "./fv-collections.js"
 * @import { Shape } from "./points.js"
 */

/** @typedef {Choice["kind"]} Kind */

/** @type {Kind[]} */
const allKinds = ["mnist", "pictures", "cifar10", "points"];

let groups = 0; // radio buttons of several choosers on a page keep apart

export class FvData extends FvElement {
  /** @type {Kind[]} */
  #kinds = allKinds;
  /** @type {Kind | null} */
  #kind = null;
  #pictures = { collection: "", ...usual, ...lastSettings() };
  #points = { shape: /** @type {Shape} */ ("moons"), noise: 0.05, seed: 1 };
  /** @type {AbortController | null} */
  #busy = null;

  /** @returns {Choice | null} */
  get choice() {
    switch (this.#kind) {
      case "mnist": return { kind: "mnist" };
      case "cifar10": return this.#cifar?.batches > 0 ? { kind: "cifar10" } : null;
      case "points": return { kind: "points", ...this.#points };
      case "pictures": return this.#pictures.collection ? { kind: "pictures", ...this.#pictures } : null;
      default: return null;
    }
  }

  set choice(choice) {
    this.#kind = choice?.kind ?? null;
    if (choice?.kind === "pictures") this.#pictures = { ...this.#pictures, ...choice };
    if (choice?.kind === "points") this.#points = { ...this.#points, ...choice };
    if (this.isConnected) void this.#enter();
  }

  get kinds() { return this.#kinds; }

  set kinds(kinds) {
    this.#kinds = kinds;
    if (!this.isConnected) return;
    this.#order();
    this.update();
  }

  get sources() { return [collections]; }

  build() {
    const group = `data-kind-${++groups}`;
    this.innerHTML = `
      <fieldset class="kinds"><legend class="visually-hidden" data-i18n="data.kinds"></legend>
        ${allKinds.map((kind) => `<label class="kind" data-kind="${kind}">
          <input type="radio" name="${group}" value="${kind}" data-testid="data-${kind}">
          <span><b data-i18n="data.kind.${kind}"></b>
            <span class="hint" data-i18n="data.kind.${kind}.what"></span></span></label>`).join("")}
      </fieldset>
      <div class="panel" data-panel="cifar10" data-testid="cifar10"><fv-cifar10></fv-cifar10></div>
      <div class="panel" data-panel="points">
        <div class="shapes" role="group" data-i18n-label="data.points.shape">${shapes.map((shape) => (
    `<button class="small" type="button" data-testid="points-${shape}" data-i18n="data.shape.${shape}"></button>`)).join("")}
        </div>
        <label class="field">
          <span class="label"><span data-i18n="data.points.noise"></span>
            <output data-testid="points-noise-value"></output></span>
          <input type="range" min="0" max="0.3" step="0.01" data-testid="points-noise"></label>
      </div>
      <div class="panel" data-panel="pictures">
        <fv-collections></fv-collections>
        <details data-testid="pictures-more"><summary data-i18n="data.pictures.more"></summary>
          <div class="fields">
            <label class="field"><span class="label" data-i18n="data.pictures.size"></span>
              <select data-testid="pictures-size">${options(16, 28, 32, 48, 64)}</select></label>
            <label class="field"><span class="label" data-i18n="data.pictures.channels"></span>
              <select data-testid="pictures-channels">
              <option value="3" data-i18n="data.pictures.colour"></option>
              <option value="1" data-i18n="data.pictures.grey"></option></select></label>
            <label class="field"><span class="label" data-i18n="data.pictures.test"></span>
              <select data-testid="pictures-test">${options(0.1, 0.2, 0.3)}</select></label>
          </div>
        </details>
      </div>
      <div class="look" data-testid="data-look" hidden>
        <button class="small" type="button" data-testid="data-show" data-i18n="data.show"></button>
        <div class="loading" data-testid="data-loading" hidden><p class="hint" role="status"></p>
          <progress data-i18n-label="data.loading"></progress>
          <button class="small" type="button" data-testid="data-cancel" data-i18n="data.cancel"></button></div>
        <fv-samples></fv-samples>
      </div>`;
    for (const kind of allKinds) {
      find(this, `data-${kind}`, HTMLInputElement).addEventListener("change", () => {
        this.#kind = kind;
        void this.#enter();
        this.#chosen();
      });
    }
    this.#order();
    this.#cifar.addEventListener("change", () => {
      this.#forgetSamples();
      void this.#enter();
    });
    this.#buildPoints();
    this.#buildPictures();
    find(this, "data-show", HTMLButtonElement).addEventListener("click", () => this.#show());
    find(this, "data-cancel", HTMLButtonElement).addEventListener("click", () => this.#busy?.abort());
    void this.#enter();
  }

  get #cifar() { return /** @type {FvCifar10} */ (this.querySelector("fv-cifar10")); }
  get #collections() { return /** @type {FvCollections} */ (this.querySelector("fv-collections")); }

  /** The cards in the order of `kinds`. */
  #order() {
    const cards = this.querySelector(".kinds");
    for (const kind of this.#kinds) cards?.append(cards.querySelector(`[data-kind="${kind}"]`) ?? "");
  }

  #buildPoints() {
    for (const shape of shapes) {
      find(this, `points-${shape}`, HTMLButtonElement).addEventListener("click", () => {
        this.#points.shape = shape;
        this.#chosen();
      });
    }
    const noise = find(this, "points-noise", HTMLInputElement);
    noise.addEventListener("input", () => {
      this.#points.noise = Number(noise.value);
      this.#chosen();
    });
  }

  #buildPictures() {
    this.#collections.addEventListener("choose", () => {
      this.#pictures.collection = this.#collections.chosen;
      this.#chosen();
    });
    for (const name of /** @type {const} */ (["size", "channels", "test"])) {
      const select = find(this, `pictures-${name}`, HTMLSelectElement);
      select.addEventListener("change", () => {
        this.#pictures = { ...this.#pictures, [name]: Number(select.value) };
        keepSettings(this.#pictures);
        this.#chosen();
      });
    }
  }

  /** After another kind was chosen: looks what is there of it. */
  async #enter() {
    if (this.#kind === "cifar10") await this.#cifar.look();
    if (this.#kind === "pictures") {
      await this.#collections.open(this.#pictures.collection);
      this.#pictures.collection = this.#collections.chosen;
    }
    this.update();
    if (this.#kind === "cifar10" || this.#kind === "pictures") this.dispatchEvent(new Event("choose"));
  }

  #forgetSamples() {
    this.#busy?.abort();
    const samples = this.querySelector("fv-samples");
    if (samples) /** @type {any} */ (samples).data = null;
  }

  #chosen() {
    this.#forgetSamples();
    this.update();
    this.dispatchEvent(new Event("choose"));
  }

  update() {
    for (const label of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".kind"))) {
      const kind = /** @type {Kind} */ (label.dataset.kind);
      label.hidden = !this.#kinds.includes(kind);
      find(this, `data-${kind}`, HTMLInputElement).checked = kind === this.#kind;
    }
    for (const panel of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-panel]"))) {
      panel.hidden = panel.dataset.panel !== this.#kind;
    }
    for (const shape of shapes) {
      find(this, `points-${shape}`, HTMLElement).setAttribute("aria-pressed", String(shape === this.#points.shape));
    }
    find(this, "points-noise", HTMLInputElement).value = String(this.#points.noise);
    setText(find(this, "points-noise-value", HTMLElement), percent(this.#points.noise, 0));
    for (const name of /** @type {const} */ (["size", "channels", "test"])) {
      const select = find(this, `pictures-${name}`, HTMLSelectElement);
      for (const option of select.options) {
        if (name === "size") setText(option, t("data.pixels", { size: Number(option.value) }));
        if (name === "test") setText(option, percent(Number(option.value), 0));
      }
      select.value = String(this.#pictures[name]);
    }
    find(this, "data-look", HTMLElement).hidden = !this.hasAttribute("samples") || !this.choice;
    find(this, "data-loading", HTMLElement).hidden = !this.#busy;
    find(this, "data-show", HTMLElement).hidden = !!this.#busy;
  }

  async #show() {
    const { choice } = this;
    if (!choice) return;
    const look = find(this, "data-look", HTMLElement);
    showProblem(look, "data", null);
    const busy = this.#busy = new AbortController();
    this.#progress({ stage: "program", done: 0, total: 0 });
    this.update();
    try {
      const loaded = await load(choice, { signal: busy.signal, onProgress: (stage) => this.#progress(stage) });
      if (this.#busy === busy) /** @type {any} */ (this.querySelector("fv-samples")).data = loaded;
    } catch (error) {
      const problem = busy.signal.aborted ? null : problemOf("data", error);
      if (problem) look.prepend(alertBox({ ...problem, actions: { close: () => showProblem(look, "data", null) } }));
    }
    if (this.#busy === busy) this.#busy = null;
    this.update();
  }

  /** @param {LoadStage} stage */
  #progress(stage) {
    showStage(find(this, "data-loading", HTMLElement), stage);
  }
}

/** Options of a list, named by `update`. @param {number[]} values */
const options = (...values) => values.map((value) => `<option value="${value}"></option>`).join("");

/** Shows how far loading is in a box with a text and a progress bar. @param {HTMLElement} box @param {LoadStage} stage */
function showStage(box, { stage, done, total }) {
  const bar = box.querySelector("progress");
  const text = box.querySelector("p");
  if (text) setText(text, t(`data.stage.${stage}`, { share: total ? percent(done / total, 0) : "" }));
  if (!bar) return;
  if (total) Object.assign(bar, { max: total, value: done });
  else bar.removeAttribute("value");
}

define("fv-data", FvData);

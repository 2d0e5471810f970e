// Chooses what to learn from. Property: choice (a Choice of sources.js, or null while it is not complete), kinds (what may be chosen);
// event: "choose". Attribute: samples, which offers a look at the data.
import { alertBox, problemOf, showProblem } from "../shell/alert.js";
import { find, FvElement, setText } from "../shell/dom.js";
import { bytes, percent, remember, remembered, t } from "../shell/i18n.js";
import { cifarBatches, forgetCifar, keepCifar } from "./cifar10.js";
import { collections } from "./collections.js";
import { shapes } from "./points.js";
import { load, usual } from "./sources.js";
import "./fv-collections.js";
import "./fv-samples.js";

/**
 * @import { Choice, LoadStage } from "./sources.js"
 * @import { FvCollections } from "./fv-collections.js"
 * @import { Shape } from "./points.js"
 */

/** @typedef {Choice["kind"]} Kind */

/** @type {Kind[]} */
const allKinds = ["mnist", "pictures", "cifar10", "points"];

const settingsKey = "fovea.data.pictures";

/** How own pictures were to be seen the last time. @returns {Partial<typeof usual>} */
function settings() {
  try {
    return JSON.parse(remembered(settingsKey) ?? "{}");
  } catch {
    return {};
  }
}

let groups = 0; // radio buttons of several choosers on a page keep apart

export class FvData extends FvElement {
  /** @type {Kind[]} */
  #kinds = allKinds;
  /** @type {Kind | null} */
  #kind = null;
  #pictures = { collection: "", ...usual, ...settings() };
  #points = { shape: /** @type {Shape} */ ("moons"), noise: 0.05, seed: 1 };
  #cifar = { batches: 0, bytes: 0 };
  /** @type {AbortController | null} */
  #busy = null;

  /** @returns {Choice | null} */
  get choice() {
    switch (this.#kind) {
      case "mnist": return { kind: "mnist" };
      case "cifar10": return this.#cifar.batches > 0 ? { kind: "cifar10" } : null;
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
        ${allKinds.map((kind) => `<label class="kind" data-kind="${kind}"><input type="radio" name="${group}" value="${kind}" data-testid="data-${kind}">
          <span><b data-i18n="data.kind.${kind}"></b><span class="hint" data-i18n="data.kind.${kind}.what"></span></span></label>`).join("")}
      </fieldset>
      <div class="panel" data-panel="cifar10" data-testid="cifar10">
        <p class="hint" data-i18n="data.cifar10.how"></p>
        <div class="actions"><button class="small" type="button" data-testid="cifar10-choose" data-i18n="data.cifar10.choose"></button>
          <button class="small plain" type="button" data-testid="cifar10-forget" data-i18n="data.cifar10.forget"></button>
          <input class="visually-hidden" type="file" multiple accept=".bin,.zip,.tar,.gz,.tgz" data-testid="cifar10-input" data-i18n-label="data.cifar10.choose" tabindex="-1"></div>
        <p role="status" data-testid="cifar10-state"></p>
      </div>
      <div class="panel" data-panel="points">
        <div class="shapes" role="group" data-i18n-label="data.points.shape">${shapes.map((shape) => `<button class="small" type="button" data-testid="points-${shape}" data-i18n="data.shape.${shape}"></button>`).join("")}</div>
        <label class="field"><span class="label"><span data-i18n="data.points.noise"></span> <output data-testid="points-noise-value"></output></span>
          <input type="range" min="0" max="0.3" step="0.01" data-testid="points-noise"></label>
      </div>
      <div class="panel" data-panel="pictures">
        <fv-collections></fv-collections>
        <details data-testid="pictures-more"><summary data-i18n="data.pictures.more"></summary>
          <div class="fields">
            <label class="field"><span class="label" data-i18n="data.pictures.size"></span><select data-testid="pictures-size">${[16, 28, 32, 48, 64].map((n) => `<option value="${n}"></option>`).join("")}</select></label>
            <label class="field"><span class="label" data-i18n="data.pictures.channels"></span><select data-testid="pictures-channels"><option value="3" data-i18n="data.pictures.colour"></option><option value="1" data-i18n="data.pictures.grey"></option></select></label>
            <label class="field"><span class="label" data-i18n="data.pictures.test"></span><select data-testid="pictures-test">${[0.1, 0.2, 0.3].map((n) => `<option value="${n}"></option>`).join("")}</select></label>
          </div>
        </details>
      </div>
      <div class="look" data-testid="data-look" hidden>
        <button class="small" type="button" data-testid="data-show" data-i18n="data.show"></button>
        <div class="loading" data-testid="data-loading" hidden><p class="hint" role="status"></p><progress data-i18n-label="data.loading"></progress><button class="small" type="button" data-testid="data-cancel" data-i18n="data.cancel"></button></div>
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
    this.#buildCifar();
    this.#buildPoints();
    this.#buildPictures();
    find(this, "data-show", HTMLButtonElement).addEventListener("click", () => this.#show());
    find(this, "data-cancel", HTMLButtonElement).addEventListener("click", () => this.#busy?.abort());
    void this.#enter();
  }

  get #collections() { return /** @type {FvCollections} */ (this.querySelector("fv-collections")); }

  /** The cards in the order of `kinds`. */
  #order() {
    const cards = this.querySelector(".kinds");
    for (const kind of this.#kinds) cards?.append(cards.querySelector(`[data-kind="${kind}"]`) ?? "");
  }

  #buildCifar() {
    const input = find(this, "cifar10-input", HTMLInputElement);
    const panel = find(this, "cifar10", HTMLElement);
    find(this, "cifar10-choose", HTMLButtonElement).addEventListener("click", () => input.click());
    find(this, "cifar10-forget", HTMLButtonElement).addEventListener("click", async () => {
      await forgetCifar();
      await this.#enter();
      this.#chosen();
    });
    input.addEventListener("change", () => {
      void this.#keepCifar([...input.files ?? []]);
      input.value = "";
    });
    for (const name of ["dragover", "drop"]) panel.addEventListener(name, (event) => event.preventDefault());
    panel.addEventListener("drop", (event) => void this.#keepCifar([...event.dataTransfer?.files ?? []]));
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
        remember(settingsKey, JSON.stringify({ size: this.#pictures.size, channels: this.#pictures.channels, test: this.#pictures.test }));
        this.#chosen();
      });
    }
  }

  /** After another kind was chosen: looks what is there of it. */
  async #enter() {
    if (this.#kind === "cifar10") {
      const { train, test } = await cifarBatches();
      const all = [...train, ...test];
      this.#cifar = { batches: all.length, bytes: all.reduce((sum, { blob }) => sum + blob.size, 0) };
    }
    if (this.#kind === "pictures") {
      await this.#collections.open(this.#pictures.collection);
      this.#pictures.collection = this.#collections.chosen;
    }
    this.update();
    if (this.#kind === "cifar10" || this.#kind === "pictures") this.dispatchEvent(new Event("choose"));
  }

  #chosen() {
    this.#busy?.abort();
    const samples = this.querySelector("fv-samples");
    if (samples) /** @type {any} */ (samples).data = null;
    this.update();
    this.dispatchEvent(new Event("choose"));
  }

  update() {
    for (const label of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".kind"))) {
      const kind = /** @type {Kind} */ (label.dataset.kind);
      label.hidden = !this.#kinds.includes(kind);
      find(this, `data-${kind}`, HTMLInputElement).checked = kind === this.#kind;
    }
    for (const panel of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-panel]"))) panel.hidden = panel.dataset.panel !== this.#kind;
    const { batches, bytes: size } = this.#cifar;
    setText(find(this, "cifar10-state", HTMLElement), batches ? t("data.cifar10.here", { count: batches, size: bytes(size) }) : t("data.cifar10.none"));
    find(this, "cifar10-forget", HTMLElement).hidden = batches === 0;
    for (const shape of shapes) find(this, `points-${shape}`, HTMLElement).setAttribute("aria-pressed", String(shape === this.#points.shape));
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

  /** @param {File[]} files */
  async #keepCifar(files) {
    const panel = find(this, "cifar10", HTMLElement);
    showProblem(panel, "cifar10", null);
    const state = find(this, "cifar10-state", HTMLElement);
    setText(state, t("data.cifar10.reading", { share: percent(0, 0) }));
    try {
      const { lasting } = await keepCifar(files, { onProgress: (done, total) => setText(state, t("data.cifar10.reading", { share: percent(done / total, 0) })) });
      if (!lasting) showProblem(panel, "cifar10", { code: "not-lasting", message: "" });
    } catch (error) {
      showProblem(panel, "cifar10", error);
    }
    await this.#enter();
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

/** Shows how far loading is in a box with a text and a progress bar. @param {HTMLElement} box @param {LoadStage} stage */
export function showStage(box, { stage, done, total }) {
  const bar = box.querySelector("progress");
  const text = box.querySelector("p");
  if (text) setText(text, t(`data.stage.${stage}`, { share: total ? percent(done / total, 0) : "" }));
  if (!bar) return;
  if (total) Object.assign(bar, { max: total, value: done });
  else bar.removeAttribute("value");
}

customElements.define("fv-data", FvData);

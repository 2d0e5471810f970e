// Random changes of the pictures in training, shown on a sample of the data itself.
import { drawSample } from "../data/draw.js";
import { define, find, make, setText } from "../shell/dom.js";
import { language, number, percent, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { stageText } from "./stage.js";
import { augmentFields, augmentOf, choices, moves } from "./settings.js";

/** @import { Dataset } from "../../../js/fovea.d.ts" */
/** @import { Border } from "./settings.js" */

const shown = 8; // changed pictures beside the one they come from
const previewAfter = 120; // ms

/** @param {[string, typeof augmentFields[string]]} field */
const control = ([name, { most, step }]) => (most === step
  ? `<label class="check"><input type="checkbox" data-testid="augment-${name}"><span
    data-i18n="settings.augment.${name}"></span></label>`
  : `<div class="slider" data-part="${name}"><label for="augment-${name}" data-i18n="settings.augment.${name}"></label>
    <output for="augment-${name}" data-testid="augment-${name}-value"></output>
    <input type="range" id="augment-${name}" min="0" max="${most}" step="${step}" data-testid="augment-${name}"></div>`);

const borderControl = `<div class="slider"><label for="augment-border" data-i18n="settings.border"></label>
  <select id="augment-border" data-testid="augment-border">
    ${choices.border.map((value) => `<option value="${value}" data-i18n="border.${value}"></option>`).join("")}
  </select></div>`;

class FvAugment extends LabElement {
  #timer = 0;
  #index = 0;
  #shown = "";
  /** Whether the data is on its way for a sample. */
  #showing = false;
  /** What the pictures show, or are on the way to show. */
  #asked = "";
  /** @type {Dataset | null} */
  #of = null;

  build() {
    this.innerHTML = `
      <h3 data-i18n="augment.title"></h3><p class="hint" data-i18n="augment.lead"></p>
      <div class="strip" data-testid="augment-preview" role="img" data-i18n-label="augment.preview" hidden></div>
      <div class="actions">
        <button class="small" type="button" data-testid="augment-sample"></button>
        <button class="small" type="button" data-testid="augment-none" data-i18n="augment.none"></button>
        <p class="hint" data-testid="augment-note" role="status"></p>
      </div>
      <fv-alerts place="augment"></fv-alerts>
      <div class="sliders">${Object.entries(augmentFields).map(control).join("")}${borderControl}</div>`;
    for (const [name, { most }] of Object.entries(augmentFields)) {
      const input = find(this, `augment-${name}`, HTMLInputElement);
      const value = () => (input.type === "checkbox" ? (input.checked ? most : 0) : Number(input.value));
      input.addEventListener("input", () => this.#take(name, value()));
    }
    const border = find(this, "augment-border", HTMLSelectElement);
    border.addEventListener("change", () => lab.configure({ border: /** @type {Border} */ (border.value) }));
    find(this, "augment-sample", HTMLButtonElement).addEventListener("click", () => this.#another());
    find(this, "augment-none", HTMLButtonElement).addEventListener("click", () => {
      lab.configure({ augment: Object.fromEntries(Object.keys(augmentFields).map((name) => [name, 0])) });
    });
  }

  /** @param {string} name @param {number} value */
  #take(name, value) {
    lab.configure({ augment: { ...lab.state.settings.augment, [name]: value } });
  }

  update() {
    const { settings, wants, data, loading } = lab.state;
    const [height = 1] = wants.input;
    this.hidden = height < 4; // points have nothing to turn
    if (this.hidden) return;
    this.#values();
    const none = Object.keys(augmentOf(settings)).length === 0;
    find(this, "augment-none", HTMLButtonElement).hidden = none;
    find(this, "augment-none", HTMLButtonElement).disabled = lab.busy;
    setText(find(this, "augment-sample", HTMLElement), t(data ? "augment.another" : "augment.show"));
    const note = data && none ? t("augment.unchanged") : this.#showing && loading ? stageText(loading) : "";
    setText(find(this, "augment-note", HTMLElement), note);
    find(this, "augment-preview", HTMLElement).hidden = !data;
    if (data?.train !== this.#of) {
      this.#of = data?.train ?? null;
      this.#asked = "";
    }
    if (data) this.#soon();
  }

  /** The controls as the settings say. */
  #values() {
    const { settings, wants } = lab.state;
    const [height = 1, , channels = 1] = wants.input;
    const key = JSON.stringify([settings.augment, settings.border, height, channels, lab.busy, language.code]);
    if (key === this.#shown) return;
    this.#shown = key;
    for (const [name, { colours = false, most }] of Object.entries(augmentFields)) {
      const input = find(this, `augment-${name}`, HTMLInputElement);
      const value = settings.augment[name] ?? 0;
      if (input.type === "checkbox") input.checked = value > 0;
      else if (Number(input.value) !== value) input.value = String(value);
      input.disabled = lab.busy;
      if (input.type === "checkbox") continue;
      if (name === "shift" || name === "cutout") input.max = String(Math.min(most, Math.floor(height / 2)));
      setText(find(this, `augment-${name}-value`, HTMLElement), valueText(name, value));
      if (input.parentElement) input.parentElement.hidden = colours && channels < 3;
    }
    const border = find(this, "augment-border", HTMLSelectElement);
    border.value = settings.border;
    border.disabled = lab.busy || !moves(settings);
  }

  async #another() {
    const button = find(this, "augment-sample", HTMLButtonElement);
    button.disabled = this.#showing = true;
    try {
      const { train } = await lab.loadData();
      this.#index = Math.floor(Math.random() * train.count);
      this.#soon();
    } catch (error) {
      lab.problem("augment", error);
    } finally {
      button.disabled = this.#showing = false;
    }
  }

  #soon() {
    const key = JSON.stringify([this.#index, augmentOf(lab.state.settings)]);
    if (key === this.#asked || this.#timer) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      void this.#preview();
    }, previewAfter);
  }

  async #preview() {
    const train = lab.state.data?.train;
    if (!train?.count) return;
    const augment = augmentOf(lab.state.settings);
    this.#asked = JSON.stringify([this.#index, augment]);
    const asked = this.#asked;
    try {
      const index = this.#index % train.count;
      const [{ pixels, shape }, changed] = await Promise.all([
        train.sample(index), train.augmented(index, augment, { count: shown })]);
      if (asked === this.#asked) this.#draw(pixels, changed, shape);
      this.#soon(); // the settings may have changed meanwhile
    } catch (error) {
      lab.problem("augment", error);
    }
  }

  /** @param {Uint8Array} original @param {Uint8Array} changed @param {number[]} shape */
  #draw(original, changed, shape) {
    const strip = find(this, "augment-preview", HTMLElement);
    while (strip.children.length < 1 + shown) strip.append(make("canvas"));
    const size = original.length;
    [...strip.children].forEach((canvas, i) => {
      const pixels = i === 0 ? original : changed.subarray((i - 1) * size, i * size);
      drawSample(/** @type {HTMLCanvasElement} */ (canvas), pixels, shape);
    });
  }
}

/** @param {string} name @param {number} value */
function valueText(name, value) {
  if (value === 0) return t("augment.off");
  if (name === "shift" || name === "cutout") return t("augment.pixels", { count: value });
  if (name === "rotate") return t("augment.degrees", { value });
  if (name === "scale") return percent(value, 0);
  return number(value, { maximumFractionDigits: 2 });
}

define("fv-augment", FvAugment);

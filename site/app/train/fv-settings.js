// The settings of a training, with the less usual ones folded away.
import { define, find } from "../shell/dom.js";
import { language, number, parseNumber, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { allowed, choices, hasMomentum, usualRate } from "./settings.js";

/** @import { Settings } from "./settings.js" */

/** @param {string} name @param {"numeric" | "decimal"} mode */
const field = (name, mode) => `
  <div class="field"><label class="label" for="set-${name}" data-i18n="settings.${name}"></label>
    <input type="text" id="set-${name}" name="${name}" inputmode="${mode}" autocomplete="off" data-testid="${name}"
      aria-describedby="wrong-${name}">
    <p class="wrong" id="wrong-${name}" data-testid="${name}-error" role="alert" hidden></p></div>`;

/** Those of `choices` that stand here. */
const shown = /** @type {const} */ (["optimizer", "schedule"]);

/** @param {typeof shown[number]} name */
const choice = (name) => `
  <div class="field"><label class="label" for="set-${name}" data-i18n="settings.${name}"></label>
    <select id="set-${name}" name="${name}" data-testid="${name}">
      ${choices[name].map((value) => `<option value="${value}" data-i18n="${name}.${value}"></option>`).join("")}
    </select></div>`;

class FvSettings extends LabElement {
  /** @type {Set<string>} Fields whose text is no allowed value. */
  #wrong = new Set();
  #shown = "";

  build() {
    this.innerHTML = `
      <form class="settings" novalidate>
        ${field("epochs", "numeric")}${field("batch", "numeric")}
        ${choice("optimizer")}${field("learningRate", "decimal")}${choice("schedule")}
        <label class="check"><input type="checkbox" name="keepBest" data-testid="keepBest"><span
          data-i18n="settings.keepBest"></span></label>
        <p class="hint" data-testid="steps-note" hidden></p>
        <details data-testid="more"><summary data-i18n="settings.more"></summary>
          <div class="settings">
            ${field("holdout", "decimal")}${field("patience", "numeric")}${field("seed", "numeric")}${field("steps", "numeric")}
            ${field("warmup", "decimal")}${field("momentum", "decimal")}${field("weightDecay", "decimal")}
            ${field("smoothing", "decimal")}${field("average", "decimal")}
          </div>
        </details>
      </form>`;
    this.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
    for (const name of Object.keys(allowed)) {
      const input = find(this, name, HTMLInputElement);
      input.addEventListener("input", () => this.#take(name, input.value));
      input.addEventListener("change", () => this.#write(name));
      input.addEventListener("keydown", (event) => this.#undoWrong(event, name));
    }
    const optimizers = find(this, "optimizer", HTMLSelectElement);
    optimizers.addEventListener("change", () => {
      const { optimizer, learningRate } = lab.state.settings;
      const next = /** @type {Settings["optimizer"]} */ (optimizers.value);
      const rate = learningRate === usualRate(optimizer) ? usualRate(next) : learningRate;
      lab.configure({ optimizer: next, learningRate: rate });
    });
    const schedules = find(this, "schedule", HTMLSelectElement);
    schedules.addEventListener("change", () => {
      lab.configure({ schedule: /** @type {Settings["schedule"]} */ (schedules.value) });
    });
    const best = find(this, "keepBest", HTMLInputElement);
    best.addEventListener("change", () => lab.configure({ keepBest: best.checked }));
  }

  /** @param {string} name @param {string} text */
  #take(name, text) {
    const value = parseNumber(text);
    if (allowed[name]?.(value)) {
      this.#wrong.delete(name);
      lab.configure({ [name]: value });
    } else {
      this.#wrong.add(name);
    }
    this.#tell();
  }

  #tell() {
    lab.dispatchEvent(new CustomEvent("settings", { detail: this.#wrong.size }));
    this.update();
  }

  /** Ctrl+Z in a field whose text is no value brings the value back. @param {KeyboardEvent} event @param {string} name */
  #undoWrong(event, name) {
    if (!this.#wrong.has(name) || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#wrong.delete(name);
    this.#write(name);
    this.#tell();
  }

  /** The value as a reader writes it. @param {string} name */
  #write(name) {
    if (this.#wrong.has(name)) return;
    const value = lab.state.settings[/** @type {"epochs"} */ (name)];
    find(this, name, HTMLInputElement).value = number(value, { useGrouping: false, maximumSignificantDigits: 12 });
  }

  update() {
    const { settings } = lab.state;
    const key = JSON.stringify([settings, [...this.#wrong], lab.busy, language.code]);
    if (key === this.#shown) return; // while it trains nothing changes here, ten times a second
    this.#shown = key;
    for (const name of Object.keys(allowed)) {
      const input = find(this, name, HTMLInputElement);
      const wrong = this.#wrong.has(name);
      // Not by writing: it was undone, for example.
      const differs = parseNumber(input.value) !== settings[/** @type {"epochs"} */ (name)];
      if (differs || input !== document.activeElement) this.#write(name);
      const idle = name === "momentum" ? !hasMomentum(settings.optimizer) : name === "epochs" && settings.steps > 0;
      input.disabled = lab.busy || idle;
      input.setAttribute("aria-invalid", String(wrong));
      const message = find(this, `${name}-error`, HTMLElement);
      message.hidden = !wrong;
      message.textContent = wrong ? t(`settings.${name}.want`) : "";
    }
    for (const name of shown) {
      const select = find(this, name, HTMLSelectElement);
      select.value = settings[name];
      select.disabled = lab.busy;
    }
    const note = find(this, "steps-note", HTMLElement);
    note.hidden = settings.steps === 0;
    note.textContent = t("settings.steps.note", { steps: settings.steps });
    const best = find(this, "keepBest", HTMLInputElement);
    best.checked = settings.keepBest && settings.holdout > 0;
    best.disabled = lab.busy || settings.holdout === 0;
  }
}

define("fv-settings", FvSettings);

// The settings of a training, with the less usual ones folded away.
import { find } from "../shell/dom.js";
import { number, parseNumber, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { allowed, choices, usualRate } from "./settings.js";

/** @import { Settings } from "./settings.js" */

/** @param {string} name @param {"numeric" | "decimal"} mode */
const field = (name, mode) => `
  <div class="field"><label class="label" for="set-${name}" data-i18n="settings.${name}"></label>
    <input type="text" id="set-${name}" name="${name}" inputmode="${mode}" autocomplete="off" data-testid="${name}" aria-describedby="wrong-${name}">
    <p class="wrong" id="wrong-${name}" data-testid="${name}-error" role="alert" hidden></p></div>`;

/** @param {keyof typeof choices} name */
const choice = (name) => `
  <div class="field"><label class="label" for="set-${name}" data-i18n="settings.${name}"></label>
    <select id="set-${name}" name="${name}" data-testid="${name}">
      ${choices[name].map((value) => `<option value="${value}" data-i18n="${name}.${value}"></option>`).join("")}
    </select></div>`;

class FvSettings extends LabElement {
  /** @type {Set<string>} Fields whose text is no allowed value. */
  #wrong = new Set();

  build() {
    this.innerHTML = `
      <form class="settings" novalidate>
        ${field("epochs", "numeric")}${field("batch", "numeric")}
        ${choice("optimizer")}${field("learningRate", "decimal")}${choice("schedule")}
        <details data-testid="more"><summary data-i18n="settings.more"></summary>
          <div class="settings">${field("momentum", "decimal")}${field("weightDecay", "decimal")}${field("seed", "numeric")}</div>
        </details>
      </form>`;
    this.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
    for (const name of Object.keys(allowed)) {
      const input = find(this, name, HTMLInputElement);
      input.addEventListener("input", () => this.#take(name, input.value));
      input.addEventListener("change", () => this.update());
    }
    const optimizers = find(this, "optimizer", HTMLSelectElement);
    optimizers.addEventListener("change", () => {
      const { optimizer, learningRate } = lab.state.settings;
      const next = /** @type {Settings["optimizer"]} */ (optimizers.value);
      const rate = learningRate === usualRate(optimizer) ? usualRate(next) : learningRate;
      lab.configure({ optimizer: next, learningRate: rate });
    });
    const schedules = find(this, "schedule", HTMLSelectElement);
    schedules.addEventListener("change", () => lab.configure({ schedule: /** @type {Settings["schedule"]} */ (schedules.value) }));
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
    lab.dispatchEvent(new CustomEvent("settings", { detail: this.#wrong.size }));
    this.update();
  }

  update() {
    const { settings, phase } = lab.state;
    const busy = phase === "running" || phase === "paused" || phase === "starting";
    for (const name of Object.keys(allowed)) {
      const input = find(this, name, HTMLInputElement);
      const value = settings[/** @type {"epochs"} */ (name)];
      const wrong = this.#wrong.has(name);
      if (!wrong && input !== document.activeElement) input.value = number(value, { useGrouping: false, maximumSignificantDigits: 12 });
      input.disabled = busy || (name === "momentum" && settings.optimizer !== "momentum");
      input.setAttribute("aria-invalid", String(wrong));
      const message = find(this, `${name}-error`, HTMLElement);
      message.hidden = !wrong;
      message.textContent = wrong ? t(`settings.${name}.want`) : "";
    }
    for (const name of /** @type {(keyof typeof choices)[]} */ (Object.keys(choices))) {
      const select = find(this, name, HTMLSelectElement);
      select.value = settings[name];
      select.disabled = busy;
    }
  }
}

customElements.define("fv-settings", FvSettings);

// What was found, a tab for each kind.
import { define, find, setText } from "../shell/dom.js";
import { number, t } from "../shell/i18n.js";
import { DoctorElement } from "./element.js";
import { examination } from "./examination.js";
import "./fv-balance.js";
import "./fv-confused.js";
import "./fv-poor.js";
import "./fv-suspects.js";
import "./fv-twins.js";

/** Each with the number that waits for a decision, or is worth a look. @type {Record<string, () => number>} */
const kinds = {
  suspects: () => examination.open(examination.suspects),
  twins: () => examination.open(examination.twins),
  poor: () => examination.poor.length + (examination.subject?.broken.length ?? 0),
  confused: () => examination.report?.confused.length ?? 0,
  balance: () => NaN,
};
const names = Object.keys(kinds);

class FvFindings extends DoctorElement {
  #chosen = "suspects";

  build() {
    this.innerHTML = `
      <div class="tabs" role="tablist" data-i18n-label="doctor.findings">
        ${names.map((name) => `<button type="button" role="tab" id="tab-${name}" aria-controls="panel-${name}"
          data-testid="tab-${name}"><b></b> <span data-i18n="doctor.${name}"></span></button>`).join("")}
      </div>
      ${names.map((name) => `<div role="tabpanel" id="panel-${name}" aria-labelledby="tab-${name}"
        data-testid="panel-${name}"><fv-${name}></fv-${name}></div>`).join("")}`;
    for (const name of names) find(this, `tab-${name}`, HTMLButtonElement).addEventListener("click", () => this.#choose(name));
    this.querySelector(".tabs")?.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)));
  }

  /** @param {string} name */
  #choose(name) {
    this.#chosen = name;
    this.update();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const forward = getComputedStyle(this).direction === "rtl" ? -step : step;
    const next = names[(names.indexOf(this.#chosen) + forward + names.length) % names.length] ?? "";
    this.#choose(next);
    find(this, `tab-${next}`, HTMLButtonElement).focus();
  }

  update() {
    this.hidden = !examination.report || examination.progress !== null;
    for (const name of names) {
      const tab = find(this, `tab-${name}`, HTMLButtonElement);
      const chosen = name === this.#chosen;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      const count = kinds[name]?.() ?? NaN;
      const figure = tab.querySelector("b");
      if (figure) setText(figure, Number.isNaN(count) ? "" : number(count));
      tab.dataset.count = String(count);
      find(this, `panel-${name}`, HTMLElement).hidden = !chosen;
    }
  }
}

define("fv-findings", FvFindings);

// What there is to see of a run beyond its curves, a tab each: classes, confusions, filters, health, learning rate.
import { FvElement, define } from "../shell/dom.js";
import { remember, remembered } from "../shell/i18n.js";
import { lab } from "../train/lab.js";
import { Panel } from "./panel.js";
import "./fv-classes-panel.js";
import "./fv-confusion-panel.js";
import "./fv-filters-panel.js";
import "./fv-health-panel.js";
import "./fv-rate-panel.js";

const names = ["classes", "confusion", "filters", "health", "rate"];
const key = "fovea.run-panel";

class FvRunPanels extends FvElement {
  #chosen = names.includes(remembered(key) ?? "") ? remembered(key) ?? "" : "classes";

  get sources() { return [lab]; }

  build() {
    this.innerHTML = `
      <div class="tabs" role="tablist" data-i18n-label="runs.panels">
        ${names.map((name) => `<button type="button" role="tab" id="run-tab-${name}" aria-controls="run-panel-${name}"
          data-testid="panel-tab-${name}" data-i18n="runs.panel.${name}"></button>`).join("")}
      </div>
      ${names.map((name) => `
        <div role="tabpanel" id="run-panel-${name}" aria-labelledby="run-tab-${name}" tabindex="0" data-testid="panel-${name}">
          <fv-${name}-panel></fv-${name}-panel>
        </div>`).join("")}`;
    const tabs = /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[role=tab]"));
    for (const [i, tab] of tabs.entries()) {
      tab.addEventListener("click", () => this.#choose(names[i] ?? ""));
      tab.addEventListener("keydown", (event) => {
        const forth = getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
        const back = forth === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
        const to = { [forth]: i + 1, [back]: i - 1, Home: 0, End: names.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        const next = (to + names.length) % names.length;
        this.#choose(names[next] ?? "");
        tabs[next]?.focus();
      });
    }
  }

  /** @param {string} name */
  #choose(name) {
    this.#chosen = name;
    remember(key, name);
    this.update();
  }

  update() {
    this.hidden = !lab.state.net;
    for (const name of names) {
      const chosen = name === this.#chosen;
      const tab = /** @type {HTMLElement} */ (this.querySelector(`#run-tab-${name}`));
      if (tab.getAttribute("aria-selected") !== String(chosen)) {
        tab.setAttribute("aria-selected", String(chosen));
        tab.tabIndex = chosen ? 0 : -1;
      }
      const panel = /** @type {HTMLElement} */ (this.querySelector(`#run-panel-${name}`));
      panel.hidden = !chosen;
      const content = panel.firstElementChild;
      if (content instanceof Panel) content.open = chosen && !this.hidden;
    }
  }
}

define("fv-run-panels", FvRunPanels);

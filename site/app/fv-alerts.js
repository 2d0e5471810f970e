// What went wrong at one place of the page, and what to do about it. Attribute: place.
import { english, FvElement, make } from "./dom.js";
import { has, t } from "./i18n.js";
import { lab } from "./lab.js";
import { download } from "./fv-saves.js";

const actions = {
  restart: () => lab.restart(),
  "save-file": () => download(),
};

class FvAlerts extends FvElement {
  #shown = "";

  update() {
    const problem = lab.state.problems.find((p) => p.place === this.getAttribute("place"));
    const key = problem ? JSON.stringify([problem, t("alert.close")]) : "";
    if (key === this.#shown) return; // an alert is spoken once
    this.#shown = key;
    this.replaceChildren();
    if (!problem) return;
    const name = has(`error.${problem.code}`) ? problem.code : "internal";
    const box = make("div", "alert", make("strong", "", t(`error.${name}`)), make("span", "", t(`error.${name}.do`)));
    box.setAttribute("role", "alert");
    box.dataset.testid = `alert-${problem.place}`;
    box.dataset.code = problem.code;
    if (problem.detail) box.append(english(problem.detail));
    const buttons = make("div");
    const act = /** @type {Record<string, () => void>} */ (actions)[problem.action ?? ""];
    if (act) buttons.append(this.#button(t(`alert.${problem.action}`), `alert-${problem.action}`, act));
    buttons.append(this.#button(t("alert.close"), "alert-close", () => lab.clearProblem(problem.place)));
    box.append(buttons);
    this.append(box);
  }

  /** @param {string} text @param {string} testid @param {() => void} act */
  #button(text, testid, act) {
    const button = make("button", "small", text);
    button.type = "button";
    button.dataset.testid = testid;
    button.addEventListener("click", act);
    return button;
  }
}

customElements.define("fv-alerts", FvAlerts);

// What went wrong at one place of the page, and what to do about it. Attribute: place.
import { alertBox } from "../shell/alert.js";
import { define } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { download } from "./fv-saves.js";

/** @type {Record<string, () => void>} */
const actions = {
  restart: () => lab.restart(),
  "save-file": () => download(),
};

class FvAlerts extends LabElement {
  #shown = "";

  update() {
    const problem = lab.state.problems.find((p) => p.place === this.getAttribute("place"));
    const key = problem ? JSON.stringify([problem, t("alert.close")]) : "";
    if (key === this.#shown) return; // an alert is spoken once
    this.#shown = key;
    this.replaceChildren();
    if (!problem) return;
    const act = actions[problem.action ?? ""];
    const close = () => lab.clearProblem(problem.place);
    this.append(alertBox({ ...problem, actions: { ...(act && { [problem.action ?? ""]: act }), close } }));
  }
}

define("fv-alerts", FvAlerts);

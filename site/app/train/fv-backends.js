// Which backend computes, how fast, and the switch between them.
import { define, english, find, make, setText } from "../shell/dom.js";
import { language, milliseconds, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";

/** @import { BackendInfo, BackendName, TrainingProgress } from "../../../js/fovea.d.ts" */

class FvBackends extends LabElement {
  #listed = "";

  build() {
    this.innerHTML = `
      <fieldset><legend data-i18n="backend.title"></legend><div class="choices" role="presentation"></div></fieldset>
      <p class="hint" data-testid="backend-running" role="status"></p>
      <fv-alerts place="backend"></fv-alerts>`;
  }

  update() {
    const { backends, net, wanted, switching, progress } = lab.state;
    const key = JSON.stringify([backends, language.code]);
    if (key !== this.#listed) {
      this.#listed = key;
      this.querySelector(".choices")?.replaceChildren(...backends.map((backend) => this.#choice(backend)));
    }
    const current = net?.backend.name ?? wanted;
    for (const { name, available } of backends) {
      const radio = find(this, `backend-${name}`, HTMLInputElement);
      radio.checked = name === (switching ? wanted : current);
      radio.disabled = !available || switching;
    }
    const running = find(this, "backend-running", HTMLElement);
    running.dataset.backend = net?.backend.name ?? "";
    if (switching) setText(running, t("backend.switching"));
    else if (!net) setText(running, t(wanted ? "backend.chosen" : "backend.auto"));
    else setText(running, speedText(net.backend.name, progress));
  }

  /** @param {BackendInfo} backend */
  #choice({ name, available, adapter, software, reason }) {
    const radio = make("input");
    radio.type = "radio";
    radio.name = "backend";
    radio.value = name;
    radio.dataset.testid = `backend-${name}`;
    radio.addEventListener("change", () => lab.useBackend(/** @type {BackendName} */ (name)));
    const detail = make("span", "hint", english(available ? adapter : reason));
    detail.id = `backend-${name}-detail`;
    radio.setAttribute("aria-describedby", detail.id);
    const title = make("span", "title", t(`backend.${name}`));
    if (available && software) title.append(" ", make("span", "tag", t("backend.software")));
    if (!available) title.append(" ", make("span", "tag", t("backend.unavailable")));
    return make("label", "choice", radio, make("span", "", title, detail));
  }
}

/** Where it runs and, once that is known, how fast. @param {BackendName} backend @param {TrainingProgress | null} progress */
function speedText(backend, progress) {
  const name = t(`backend.${backend}`);
  if (progress?.backend.name !== backend) return t("backend.runs", { name });
  return t("backend.speed", { name, time: milliseconds(progress.msPerStep) });
}

define("fv-backends", FvBackends);

// What computes: chosen by Fovea, or by the visitor; and why something cannot.
import { showProblem } from "../shell/alert.js";
import { english, FvElement, find, make, setText } from "../shell/dom.js";
import { engine } from "../shell/engine.js";
import { language, t } from "../shell/i18n.js";
import { desk } from "./desk.js";
import { nets } from "./nets.js";

/** @import { BackendInfo, BackendName } from "../../../js/fovea.d.ts" */

class FvBackendChoice extends FvElement {
  #listed = "";

  get sources() { return [engine, nets]; }

  build() {
    this.innerHTML = `
      <fieldset><legend data-i18n="backend.title"></legend><div class="choices"></div></fieldset>
      <p class="hint" data-testid="backend-running" role="status"></p>`;
  }

  update() {
    const { backends, phase } = engine.state;
    const { backend, switching, loading, current } = nets.state;
    const key = JSON.stringify([backends, language.code]);
    if (key !== this.#listed) {
      this.#listed = key;
      this.querySelector(".choices")?.replaceChildren(
        this.#choice("auto", t("index.backend-auto"), t("index.backend-auto-note")), ...backends.map((one) => this.#backend(one)));
    }
    for (const radio of this.querySelectorAll("input")) {
      radio.checked = radio.value === backend;
      radio.disabled = switching || loading !== null || !(radio.value === "auto" || backends.find(({ name }) => name === radio.value)?.available);
    }
    const running = find(this, "backend-running", HTMLElement);
    running.dataset.backend = current?.net.backend.name ?? "";
    setText(running, switching ? t("backend.switching") : current ? t("backend.runs", { name: t(`backend.${current.net.backend.name}`) })
      : phase === "loading" ? t("engine.starting") : t("index.backend-later"));
  }

  /** @param {BackendInfo} backend */
  #backend({ name, available, adapter, software, reason }) {
    const tag = !available ? t("backend.unavailable") : software ? t("backend.software") : "";
    return this.#choice(name, t(`backend.${name}`), english(available ? adapter : reason), tag);
  }

  /** @param {BackendName | "auto"} name @param {string} title @param {string | Node} detail @param {string} [tag] */
  #choice(name, title, detail, tag) {
    const radio = make("input");
    Object.assign(radio, { type: "radio", name: "backend", value: name });
    radio.dataset.testid = `backend-${name}`;
    radio.addEventListener("change", () => this.#use(name));
    const hint = make("span", "hint", detail);
    hint.id = `backend-${name}-detail`;
    radio.setAttribute("aria-describedby", hint.id);
    return make("label", "choice", radio, make("span", "", make("span", "title", title, ...(tag ? [" ", make("span", "tag", tag)] : [])), hint));
  }

  /** @param {BackendName | "auto"} name */
  async #use(name) {
    showProblem(this, "backend", null);
    try {
      await nets.useBackend(name);
      if (desk.state.subject || desk.state.watching) desk.again();
    } catch (error) {
      showProblem(this, "backend", error);
    }
  }
}

customElements.define("fv-backend-choice", FvBackendChoice);

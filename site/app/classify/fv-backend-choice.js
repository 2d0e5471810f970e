// What computes: chosen by Fovea, or by the visitor; and why something cannot.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, english, find, make, setText } from "../shell/dom.js";
import { engine } from "../shell/engine.js";
import { language, t } from "../shell/i18n.js";
import { desk } from "./desk.js";
import { nets } from "../parts/nets.js";

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
        this.#choice("auto", t("index.backend-auto"), t("index.backend-auto-note")),
        ...backends.map((one) => this.#backend(one)));
    }
    for (const radio of this.querySelectorAll("input")) {
      radio.checked = radio.value === backend;
      const there = radio.value === "auto" || backends.find(({ name }) => name === radio.value)?.available;
      radio.disabled = switching || loading !== null || !there;
    }
    const running = find(this, "backend-running", HTMLElement);
    running.dataset.backend = current?.net.backend.name ?? "";
    const waits = t(phase === "loading" ? "engine.starting" : "index.backend-later");
    const runs = current ? t("backend.runs", { name: t(`backend.${current.net.backend.name}`) }) : waits;
    setText(running, switching ? t("backend.switching") : runs);
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
    const named = make("span", "title", title, ...(tag ? [" ", make("span", "tag", tag)] : []));
    return make("label", "choice", radio, make("span", "", named, hint));
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

define("fv-backend-choice", FvBackendChoice);

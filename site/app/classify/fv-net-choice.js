// Which network answers, and how far it is loaded.
import { engine } from "../shell/engine.js";
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, make, setText } from "../shell/dom.js";
import { bytes, language, number, percent, t } from "../shell/i18n.js";
import { nets } from "../parts/nets.js";

/** @import { Choice } from "../parts/net-choices.js" */

class FvNetChoice extends FvElement {
  #listed = "";
  /** What the site says of its networks, by id. @type {Record<string, { accuracy: number }>} */
  #cards = {};

  get sources() { return [nets, engine]; }

  build() {
    this.innerHTML = `
      <label class="label" for="net" data-i18n="index.network"></label>
      <div class="row">
        <select id="net" data-testid="net"></select>
        <button type="button" data-testid="open-net" data-i18n="index.open-net"></button>
      </div>
      <p class="hint" data-testid="net-note"></p>
      <div class="loading" data-testid="loading" hidden>
        <progress max="1" data-testid="loading-bar" data-i18n-label="index.loading"></progress>
        <p><span role="status" data-testid="loading-text"></span>
          <button class="plain small" type="button" data-testid="cancel-loading" data-i18n="index.cancel"></button></p>
      </div>
      <p class="keep" hidden><button class="small" type="button" data-testid="keep-net" data-i18n="index.keep"></button></p>`;
    const select = find(this, "net", HTMLSelectElement);
    select.addEventListener("change", () => nets.want(select.value));
    find(this, "open-net", HTMLButtonElement).addEventListener("click", () => (
      this.dispatchEvent(new Event("open-net", { bubbles: true }))));
    find(this, "cancel-loading", HTMLButtonElement).addEventListener("click", () => nets.cancel());
    find(this, "keep-net", HTMLButtonElement).addEventListener("click", () => this.#keep());
  }

  async #keep() {
    showProblem(this, "net", null);
    try {
      await nets.keep(nets.title(nets.state.current?.id ?? ""));
    } catch (error) {
      showProblem(this, "net", error);
    }
  }

  update() {
    const { choices, wanted, current, loading } = nets.state;
    const select = find(this, "net", HTMLSelectElement);
    const key = JSON.stringify([language.code, choices.map(({ id }) => id)]);
    if (key !== this.#listed) {
      this.#listed = key;
      const groups = /** @type {const} */ (["site", "saved", "opened"]).flatMap((kind) => this.#group(kind));
      select.replaceChildren(this.#option("auto", t("index.net.auto")), ...groups);
    }
    select.value = choices.some(({ id }) => id === wanted) ? wanted : "auto";
    setText(find(this, "net-note", HTMLElement), this.#note());
    const opened = choices.find(({ id }) => id === current?.id)?.kind === "opened";
    /** @type {HTMLElement} */ (this.querySelector(".keep")).hidden = !opened;
    find(this, "loading", HTMLElement).hidden = !loading;
    if (loading) this.#loading(loading);
    if (current && !(current.id in this.#cards)) void this.#card(current.id);
  }

  /** @param {string} id @param {string} title */
  #option(id, title) {
    const option = make("option", "", title);
    option.value = id;
    return option;
  }

  /** @param {Choice["kind"]} kind */
  #group(kind) {
    const some = nets.state.choices.filter((choice) => choice.kind === kind);
    if (some.length === 0) return [];
    const group = make("optgroup", "", ...some.map(({ id }) => this.#option(id, nets.title(id))));
    group.label = t(`index.nets.${kind}`);
    return [group];
  }

  /** What there is to say of the network that answers. */
  #note() {
    const { current, wanted } = nets.state;
    if (!current || (wanted !== "auto" && wanted !== current.id)) return wanted === "auto" ? t("index.net.auto-note") : "";
    const { summary } = current.net;
    const values = { title: nets.title(current.id), count: summary.classes, size: bytes(summary.parameterBytes) };
    const card = this.#cards[current.id];
    if (!(card?.accuracy > 0)) return t("index.net.note", values);
    return t("index.net.note-accuracy", { ...values, accuracy: percent(card.accuracy) });
  }

  /** @param {import("../parts/nets.js").Loading} loading */
  #loading({ id, phase, loaded, total }) {
    const bar = find(this, "loading-bar", HTMLProgressElement);
    if (total > loaded && phase !== "open") bar.value = loaded / total;
    else bar.removeAttribute("value");
    const share = number(Math.floor((100 * loaded) / Math.max(1, total)));
    const values = { title: nets.title(id), loaded: bytes(loaded), total: bytes(total), percent: share };
    const key = phase === "program" ? (total > loaded ? "engine.loading" : "engine.starting")
      : phase === "open" ? "index.opening" : total > 0 ? "index.downloading-of" : "index.downloading";
    setText(find(this, "loading-text", HTMLElement), t(key, values));
  }

  /** How well a network of the site does, which its training wrote beside it. @param {string} id */
  async #card(id) {
    this.#cards[id] = { accuracy: 0 };
    if (nets.state.choices.find((choice) => choice.id === id)?.kind !== "site") return;
    const response = await fetch(new URL(`models/${id}.json`, document.baseURI)).catch(() => null);
    const card = response?.ok ? await response.json().catch(() => null) : null;
    if (typeof card?.accuracy === "number") this.#cards[id] = card;
    this.update();
  }
}

define("fv-net-choice", FvNetChoice);

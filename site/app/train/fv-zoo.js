// The published nets that can take the data's pictures, to begin with.
import { define, english, find, make } from "../shell/dom.js";
import { language, number, t } from "../shell/i18n.js";
import { adapt } from "./adapt.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { layOut } from "./presets.js";

/** @import { ZooEntry } from "../../../js/fovea.d.ts" */

class FvZoo extends LabElement {
  /** @type {ZooEntry[]} */
  #entries = [];
  #asked = "";
  #shown = "";

  build() {
    this.innerHTML = `
      <details data-testid="zoo"><summary data-i18n="zoo.title"></summary>
        <p class="hint" data-i18n="zoo.lead"></p>
        <p class="hint" data-testid="zoo-note" role="status"></p>
        <ul class="zoo" data-testid="zoo-list"></ul>
      </details>`;
    find(this, "zoo", HTMLDetailsElement).addEventListener("toggle", () => this.#ask());
  }

  update() {
    const [height = 1] = lab.state.wants.input;
    this.hidden = height < 4;
    void this.#ask();
    this.#show();
  }

  /** Asks for the nets, while the list is open. */
  async #ask() {
    const { wants, engine } = lab.state;
    const [size = 1] = wants.input;
    const key = `${size} ${wants.classes}`;
    if (!find(this, "zoo", HTMLDetailsElement).open || engine !== "ready" || !lab.fovea || key === this.#asked) return;
    this.#asked = key;
    try {
      this.#entries = (await lab.fovea.zoo({ classes: wants.classes, size })).filter(({ text }) => text !== "");
    } catch (error) {
      this.#asked = "";
      lab.problem("page", error);
    }
    this.#show();
  }

  #show() {
    const key = JSON.stringify([this.#asked, this.#entries.length, language.code]);
    if (key === this.#shown) return;
    this.#shown = key;
    const note = !this.#asked ? t("zoo.waiting") : this.#entries.length === 0 ? t("zoo.none") : "";
    find(this, "zoo-note", HTMLElement).textContent = note;
    find(this, "zoo-list", HTMLElement).replaceChildren(...this.#entries.map((entry) => this.#row(entry)));
  }

  /** @param {ZooEntry} entry */
  #row({ name, title, parameters, result, text }) {
    const button = make("button", "small", english(title));
    button.type = "button";
    button.dataset.testid = `zoo-${name}`;
    const value = number(parameters, { notation: "compact", maximumSignificantDigits: 3 });
    const size = make("span", "hint", t("zoo.parameters", { value }));
    const published = make("span", "hint");
    if (result) published.append(t("zoo.result"), " ", english(result));
    button.addEventListener("click", () => lab.edit(layOut(adapt(text, lab.state.wants))));
    return make("li", "", button, size, published);
  }
}

define("fv-zoo", FvZoo);

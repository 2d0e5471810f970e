// Files that could not be read, and pictures on which nothing is to be seen.
import { brokenLines } from "../data/broken.js";
import { define, find, make, setText } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { DoctorElement } from "./element.js";
import { examination } from "./examination.js";

const most = 60;

class FvPoor extends DoctorElement {
  /** @type {Map<string, HTMLLIElement>} */
  #tiles = new Map();

  build() {
    this.innerHTML = `
      <p data-testid="poor-none" data-i18n="doctor.poor.none"></p>
      <div data-testid="poor-broken"><h3 data-testid="broken-count"></h3><p class="hint" data-i18n="doctor.poor.broken"></p>
        <ul class="files" data-testid="broken"></ul></div>
      <div data-testid="poor-pictures"><h3 data-testid="poor-count"></h3><p class="hint" data-i18n="doctor.poor.blank"></p>
        <ul class="poor" data-testid="poor"></ul></div>`;
  }

  update() {
    const { report, poor, subject } = examination;
    if (!report || examination.progress) return;
    const broken = subject?.broken ?? [];
    find(this, "poor-none", HTMLElement).hidden = broken.length + poor.length > 0;
    find(this, "poor-broken", HTMLElement).hidden = broken.length === 0;
    find(this, "poor-pictures", HTMLElement).hidden = poor.length === 0;
    setText(find(this, "broken-count", HTMLElement), t("data.broken", { count: broken.length }));
    setText(find(this, "poor-count", HTMLElement), t("doctor.poor.count", { count: poor.length }));
    find(this, "broken", HTMLElement).replaceChildren(...brokenLines(broken));
    const shown = poor.slice(0, most);
    for (const id of this.#tiles.keys()) if (!shown.includes(id)) this.#tiles.delete(id);
    find(this, "poor", HTMLElement).replaceChildren(...shown.map((id) => this.#tile(id)));
  }

  /** @param {string} id */
  #tile(id) {
    const { subject } = examination;
    let tile = this.#tiles.get(id);
    if (!tile) {
      const canvas = make("canvas");
      canvas.setAttribute("role", "img");
      void subject?.draw(canvas, id, 96).catch(() => {}); // gone meanwhile
      const button = make("button", "small");
      button.type = "button";
      button.dataset.testid = "poor-remove";
      button.addEventListener("click", () => examination.remove(id));
      tile = make("li", "", canvas, button);
      this.#tiles.set(id, tile);
    }
    const button = tile.querySelector("button");
    if (button) {
      setText(button, t("doctor.remove"));
      button.hidden = !subject?.changes;
    }
    tile.querySelector("canvas")?.setAttribute("aria-label", this.pictureName(id));
    return tile;
  }
}

define("fv-poor", FvPoor);

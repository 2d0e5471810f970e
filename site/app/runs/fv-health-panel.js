// Where training goes well or badly, layer by layer, in words and figures.
import { define, english, find, make, setText } from "../shell/dom.js";
import { language, number, percent, t } from "../shell/i18n.js";
import { lab } from "../train/lab.js";
import { Panel } from "./panel.js";
import { verdicts } from "./verdicts.js";

/** @import { LayerHealth, Net } from "../../../js/fovea.d.ts" */

const every = 3000; // ms
const columns = ["layer", "weight", "gradient", "output", "dead"];

/** @param {number} value */
function brief(value) {
  if (!Number.isFinite(value)) return "–";
  const readable = value === 0 || (Math.abs(value) >= 1e-5 && Math.abs(value) < 1e5);
  return number(value, { maximumSignificantDigits: 2, notation: readable ? "standard" : "scientific" });
}

class FvHealthPanel extends Panel {
  /** @type {LayerHealth[]} */
  #layers = [];
  /** @type {Net | null} */
  #net = null;
  #step = -1;

  build() {
    this.innerHTML = `
      <ul class="verdicts" data-testid="verdicts" role="status"></ul>
      <div class="scroll" tabindex="0" data-i18n-label="runs.health.table"><table class="figures-table"
        data-testid="health"></table></div>
      <p class="hint" data-testid="health-note"></p>`;
  }

  show() {
    const { net, data, position, phase } = lab.state;
    if (net !== this.#net) {
      this.#net = net;
      this.#layers = [];
      this.#step = -1;
    }
    setText(find(this, "health-note", HTMLElement),
      t(data ? (this.#layers.length > 0 ? "runs.health.note" : "runs.health.asking") : "runs.health.none"));
    if (this.dataset.language !== language.code) this.#fill();
    if (!net || !data || this.resting || position.step === this.#step || phase === "starting") return;
    this.#step = position.step;
    void this.look(net, async () => {
      const layers = await net.health(data.train);
      if (net === this.#net) this.#layers = layers;
      this.#fill();
    }, () => every).then(() => this.show());
  }

  #fill() {
    this.dataset.language = language.code;
    const found = this.#layers.length > 0 ? verdicts(this.#layers) : [];
    const list = find(this, "verdicts", HTMLElement);
    const texts = found.map(({ code, layer, share }) => (
      { code, text: t(`runs.verdict.${code}`, { layer, share: percent(share, 0) }) }));
    const before = Array.from(list.children, (item) => item.textContent).join();
    if (texts.map(({ text }) => text).join() !== before) { // what stays the same is not spoken again
      list.replaceChildren(...texts.map(({ code, text }) => {
        const item = make("li", code === "healthy" ? "well" : "ill", text);
        item.dataset.code = code;
        return item;
      }));
    }
    const head = make("tr", "", ...columns.map((name) => {
      const th = make("th", "", t(`runs.health.${name}`));
      th.scope = "col";
      return th;
    }));
    const rows = this.#layers.map(({ layer, index, weight, gradient, mean, deviation, dead }) => {
      const name = make("th", "", make("span", "hint", `${number(index)} `), english(layer, "english code"));
      name.scope = "row";
      const output = make("span", "nowrap", `${brief(mean)} ± ${brief(deviation)}`);
      const cells = [brief(weight), brief(gradient), output].map((value) => make("td", "", value));
      const row = make("tr", "", name, ...cells, make("td", dead > 0 ? "ill" : "", percent(dead, 0)));
      row.dataset.layer = String(index);
      return row;
    });
    const parts = rows.length > 0 ? [make("thead", "", head), make("tbody", "", ...rows)] : [];
    find(this, "health", HTMLTableElement).replaceChildren(...parts);
  }
}

define("fv-health-panel", FvHealthPanel);

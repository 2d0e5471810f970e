// A curve over the steps of a training. Attribute kind: "accuracy" or "loss".
import { define, find, setText } from "../shell/dom.js";
import { number, percent, t } from "../shell/i18n.js";
import { lossTop, Plot, smoothed } from "../parts/plot.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";

class FvChart extends LabElement {
  /** @type {Plot | null} */
  #plot = null;
  #drawn = "";
  #kind = /** @type {"accuracy" | "loss"} */ ("loss");
  /** @type {{ x: number, values: (number | null | undefined)[] } | null} What is under the pointer. */
  #at = null;

  build() {
    this.#kind = this.getAttribute("kind") === "accuracy" ? "accuracy" : "loss";
    this.innerHTML = `
      <figure>
        <figcaption><h3 data-i18n="chart.${this.#kind}"></h3>
          <ul class="legend"><li class="fit"><i></i><span data-i18n="chart.training"></span> <b
            data-testid="${this.#kind}-training"></b></li>
          <li class="test"><i></i><span data-i18n="chart.validation"></span> <b
            data-testid="${this.#kind}-validation"></b></li></ul>
        </figcaption>
        <div role="img"></div>
      </figure>`;
    const accuracy = this.#kind === "accuracy";
    const main = accuracy ? "--short" : "--long";
    this.#plot = new Plot(this.#box, {
      series: [{ colour: main, width: 1, alpha: 0.3 }, { colour: main }, { colour: "--medium", dots: true }],
      x: { range: () => [0, Math.max(1, lab.state.position.steps)] },
      y: accuracy ? { range: () => [0, 1], format: (v) => percent(v, 0) } : { range: () => [0, this.#lossTop()] },
      hover: (at) => {
        this.#at = at;
        this.#legend();
      },
    });
  }

  get #box() {
    return /** @type {HTMLElement} */ (this.querySelector("[role=img]"));
  }

  #lossTop() {
    const { history: { training, validation }, net } = lab.state;
    const start = Math.log(net?.classes.length ?? 1);
    return Math.max(lossTop(smoothed(training.map((p) => p.loss)), start), lossTop(validation.map((p) => p.loss), start));
  }

  /** @param {number | null | undefined} value */
  #format(value) {
    if (value === null || value === undefined) return "";
    return this.#kind === "accuracy" ? percent(value) : number(value, { maximumSignificantDigits: 3 });
  }

  update() {
    const { training, validation } = lab.state.history;
    this.classList.toggle("blank", training.length + validation.length === 0);
    this.#legend();
    const last = training.at(-1);
    const kind = this.#kind;
    const label = last
      ? t("chart.label", { name: t(`chart.${kind}`), step: last.step, value: this.#format(last[kind]) }) : t("chart.empty");
    if (this.#box.getAttribute("aria-label") !== label) this.#box.setAttribute("aria-label", label);
    const key = [training.length, last?.step, validation.length, validation.at(-1)?.step, lab.state.position.steps].join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    const values = training.map((p) => p[this.#kind]);
    const steps = training.map((p) => p.step);
    this.#plot?.draw([
      { x: steps, y: values },
      { x: steps, y: smoothed(values) },
      { x: validation.map((p) => p.step), y: validation.map((p) => p[this.#kind]) },
    ]);
  }

  /** The values under the pointer, else the latest. */
  #legend() {
    const { training, validation } = lab.state.history;
    const [fit, test] = this.#at
      ? [this.#at.values[1], this.#at.values[2]] : [training.at(-1)?.[this.#kind], validation.at(-1)?.[this.#kind]];
    setText(find(this, `${this.#kind}-training`, HTMLElement), this.#format(fit));
    setText(find(this, `${this.#kind}-validation`, HTMLElement), this.#format(test));
  }
}

define("fv-chart", FvChart);

// A curve over the steps of a training. Attribute kind: "accuracy" or "loss".
import uPlot from "uplot";
import { find, setText } from "../shell/dom.js";
import { language, number, percent, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { colour, themeChanges } from "../shell/fv-preferences.js";

/** @import { Point } from "./history.js" */

const height = 210;
const drawEvery = 150;

/** Each point's mean with its neighbours, so that the course shows through the noise of single batches. @param {number[]} values */
function smoothed(values) {
  const reach = Math.min(12, Math.floor(values.length / 30));
  return values.map((_, i) => {
    const near = Math.min(reach, i); // as far to both sides, so that nothing lags, but at the end where more follows
    const window = values.slice(i - near, i + near + 1);
    return window.reduce((sum, v) => sum + v, 0) / window.length;
  });
}

/** Where the axis of the loss ends: the first steps may lie above, or they would flatten all that follows.
 * @param {ArrayLike<number | null | undefined>} values @param {number} max */
function lossTop(values, max) {
  const later = Array.from(values).slice(Math.floor(values.length / 20)).map((v) => v ?? 0);
  return Math.max(0.1, Math.min(max, Math.max(2.4, ...later)) * 1.05);
}

class FvChart extends LabElement {
  /** @type {uPlot | null} */
  #plot = null;
  #drawn = "";
  #timer = 0;
  #kind = /** @type {"accuracy" | "loss"} */ ("loss");

  build() {
    this.#kind = this.getAttribute("kind") === "accuracy" ? "accuracy" : "loss";
    this.innerHTML = `
      <figure>
        <figcaption><h3 data-i18n="chart.${this.#kind}"></h3>
          <ul class="legend"><li class="fit"><i></i><span data-i18n="chart.training"></span> <b data-testid="${this.#kind}-training"></b></li>
          <li class="test"><i></i><span data-i18n="chart.validation"></span> <b data-testid="${this.#kind}-validation"></b></li></ul>
        </figcaption>
        <div class="plot" dir="ltr" role="img"></div>
      </figure>`;
    new ResizeObserver(() => this.#plot?.setSize({ width: this.#box.clientWidth, height })).observe(this.#box);
    themeChanges.addEventListener("change", () => this.#rebuild());
    language.addEventListener("change", () => this.#rebuild());
  }

  get #box() {
    return /** @type {HTMLElement} */ (this.querySelector(".plot"));
  }

  #rebuild() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#drawn = "";
    this.update();
  }

  /** @param {number} value */
  #format(value) {
    return this.#kind === "accuracy" ? percent(value) : number(value, { maximumSignificantDigits: 3 });
  }

  update() {
    const { training, validation } = lab.state.history;
    const last = { training: training.at(-1), validation: validation.at(-1) };
    for (const name of /** @type {const} */ (["training", "validation"])) {
      const point = last[name];
      setText(find(this, `${this.#kind}-${name}`, HTMLElement), point ? this.#format(point[this.#kind]) : "");
    }
    this.classList.toggle("blank", training.length + validation.length === 0);
    const label = last.training ? t("chart.label", { name: t(`chart.${this.#kind}`), step: last.training.step, value: this.#format(last.training[this.#kind]) }) : t("chart.empty");
    if (this.#box.getAttribute("aria-label") !== label) this.#box.setAttribute("aria-label", label);
    this.#timer ||= window.setTimeout(() => {
      this.#timer = 0;
      this.#draw();
    }, this.#plot ? drawEvery : 0);
  }

  #draw() {
    const { training, validation } = lab.state.history;
    const steps = lab.state.position.steps;
    const key = [training.length, training.at(-1)?.step, validation.length, steps, language.code].join();
    if (key === this.#drawn || !this.isConnected || !this.#box.clientWidth) return;
    this.#drawn = key;
    const data = this.#data(training, validation);
    this.#plot ??= this.#make(data);
    this.#plot.setData(data);
  }

  /** @param {Point[]} training @param {Point[]} validation @returns {uPlot.AlignedData} */
  #data(training, validation) {
    const raw = training.map((p) => p[this.#kind]);
    const steps = training.map((p) => p.step);
    return /** @type {uPlot.AlignedData} */ (uPlot.join([
      [steps, raw, smoothed(raw)],
      [validation.map((p) => p.step), validation.map((p) => p[this.#kind])],
    ]));
  }

  /** @param {uPlot.AlignedData} data */
  #make(data) {
    const ink = colour("--soft");
    const grid = { stroke: colour("--line"), width: 1 };
    const main = colour(this.#kind === "accuracy" ? "--short" : "--long");
    const font = `12px ${colour("--sans")}`;
    const accuracy = this.#kind === "accuracy";
    const axis = { stroke: ink, grid, font, ticks: { show: false }, gap: 6 };
    return new uPlot({
      width: this.#box.clientWidth, height, padding: [10, 12, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
      scales: {
        x: { time: false, range: () => [0, Math.max(1, lab.state.position.steps)] },
        y: { range: (plot, _, max) => [0, accuracy ? 1 : lossTop(plot.data[2] ?? [], max ?? 1)] },
      },
      axes: [
        { ...axis, space: 70, values: (_, values) => values.map((v) => number(v)) },
        { ...axis, size: 48, values: (_, values) => values.map((v) => (accuracy ? percent(v, 0) : number(v))) },
      ],
      series: [
        {},
        { stroke: main, width: 1, alpha: 0.3, points: { show: false }, spanGaps: true },
        { stroke: main, width: 2, points: { show: false }, spanGaps: true },
        { stroke: colour("--medium"), width: 2, spanGaps: true, points: { show: true, size: 9, fill: colour("--sheet"), stroke: colour("--medium"), width: 2 } },
      ],
    }, data, this.#box);
  }
}

customElements.define("fv-chart", FvChart);

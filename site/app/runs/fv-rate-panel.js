// How the learning rate went over the steps.
import { define, find, setText } from "../shell/dom.js";
import { number, t } from "../shell/i18n.js";
import { Plot } from "../parts/plot.js";
import { lab } from "../train/lab.js";
import { Panel } from "./panel.js";
import { recorder } from "./recorder.js";

/** @param {number} value */
const format = (value) => number(value, { maximumSignificantDigits: 2 });

class FvRatePanel extends Panel {
  /** @type {Plot | null} */
  #plot = null;

  get sources() { return [lab, recorder]; }

  build() {
    this.innerHTML = `
      <figure>
        <figcaption class="hint" data-testid="rate-now"></figcaption>
        <div role="img" data-testid="rate-chart"></div>
      </figure>`;
  }

  show() {
    const { step, rate } = recorder.rates;
    const now = rate.at(-1);
    setText(find(this, "rate-now", HTMLElement),
      now === undefined ? t("runs.rate.none") : t("runs.rate.now", { rate: format(now), step: step.at(-1) ?? 0 }));
    const box = find(this, "rate-chart", HTMLElement);
    box.hidden = now === undefined;
    if (now === undefined) return;
    box.setAttribute("aria-label", t("runs.rate.label", { rate: format(now), most: format(Math.max(...rate)) }));
    this.#plot ??= new Plot(box, {
      series: [{ colour: "--short" }],
      x: { range: () => [0, Math.max(1, lab.state.position.steps)] },
      y: { range: (_, greatest) => [0, greatest * 1.08 || 1], format },
    });
    this.#plot.draw([{ x: step, y: rate }]);
  }
}

define("fv-rate-panel", FvRatePanel);

// What the net takes in all: parameters, work, memory to run and to train it, and whether that is there.
import { define, find, setText } from "../shell/dom.js";
import { bytes, language, number, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { memoryBudget } from "./memory.js";

/** @import { Summary } from "../../../js/fovea.d.ts" */

class FvCosts extends LabElement {
  /** @type {Summary | null} */
  #shown = null;
  #language = "";

  build() {
    this.innerHTML = `
      <dl class="totals" data-testid="costs">
        <div><dt data-i18n="layers.parameters"></dt><dd data-testid="total-parameters"></dd></div>
        <div><dt data-i18n="layers.work"></dt><dd data-testid="total-macs"></dd></div>
        <div><dt data-i18n="layers.forward"></dt><dd data-testid="forward-bytes"></dd></div>
        <div><dt data-testid="training-label"></dt><dd data-testid="training-bytes"></dd></div>
      </dl>
      <p class="fits hint" data-testid="fits" role="status"></p>
      <button class="small" type="button" data-testid="use-batch" hidden></button>`;
    find(this, "use-batch", HTMLButtonElement).addEventListener("click", () => {
      const largest = lab.state.summary?.largestBatch ?? 0;
      if (largest <= 0) return;
      lab.changes.end(); // what was typed can be had back
      lab.configure({ batch: largest });
    });
  }

  update() {
    const { summary, netError } = lab.state;
    this.classList.toggle("stale", !!netError);
    if (!summary || (summary === this.#shown && language.code === this.#language)) return;
    this.#shown = summary;
    this.#language = language.code;
    const macs = summary.layers.reduce((sum, layer) => sum + layer.macs, 0);
    setText(find(this, "total-parameters", HTMLElement),
      t("layers.parameters-of", { value: number(summary.parameters), memory: bytes(summary.parameterBytes) }));
    setText(find(this, "total-macs", HTMLElement),
      t("layers.macs", { value: number(macs, { notation: "compact", maximumSignificantDigits: 3 }) }));
    setText(find(this, "forward-bytes", HTMLElement), bytes(summary.forwardBytes));
    setText(find(this, "training-bytes", HTMLElement), bytes(summary.trainingBytes));
    setText(find(this, "training-label", HTMLElement), t("layers.training", { batch: summary.batch }));
    this.#fits(summary);
  }

  /** @param {Summary} summary */
  #fits({ batch, trainingBytes, largestBatch }) {
    const { bytes: budget, device, stated } = memoryBudget();
    const fits = trainingBytes <= budget;
    const values = { budget: bytes(budget), device: bytes(device), batch, largest: largestBatch || 0 };
    const text = find(this, "fits", HTMLElement);
    text.dataset.fits = String(fits);
    const answer = t(fits ? "fits.yes" : largestBatch > 0 ? "fits.no" : "fits.never", values);
    setText(text, `${answer} ${t(stated ? "fits.stated" : "fits.assumed", values)}`);
    const button = find(this, "use-batch", HTMLButtonElement);
    button.hidden = fits || !(largestBatch > 0);
    setText(button, t("fits.use", values));
  }
}

define("fv-costs", FvCosts);

// What the net takes in all: parameters, work, and memory to run and to train it.
import { find, setText } from "../shell/dom.js";
import { bytes, number, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";

class FvCosts extends LabElement {
  build() {
    this.innerHTML = `
      <dl class="totals" data-testid="costs">
        <div><dt data-i18n="layers.parameters"></dt><dd data-testid="total-parameters"></dd></div>
        <div><dt data-i18n="layers.work"></dt><dd data-testid="total-macs"></dd></div>
        <div><dt data-i18n="layers.forward"></dt><dd data-testid="forward-bytes"></dd></div>
        <div><dt data-testid="training-label"></dt><dd data-testid="training-bytes"></dd></div>
      </dl>`;
  }

  update() {
    const { summary, netError } = lab.state;
    this.classList.toggle("stale", !!netError);
    if (!summary) return;
    const macs = summary.layers.reduce((sum, layer) => sum + layer.macs, 0);
    setText(find(this, "total-parameters", HTMLElement), t("layers.parameters-of", { value: number(summary.parameters), memory: bytes(summary.parameterBytes) }));
    setText(find(this, "total-macs", HTMLElement), t("layers.macs", { value: number(macs, { notation: "compact", maximumSignificantDigits: 3 }) }));
    setText(find(this, "forward-bytes", HTMLElement), bytes(summary.forwardBytes));
    setText(find(this, "training-bytes", HTMLElement), bytes(summary.trainingBytes));
    setText(find(this, "training-label", HTMLElement), t("layers.training", { batch: summary.batch }));
  }
}

customElements.define("fv-costs", FvCosts);

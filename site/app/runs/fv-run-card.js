// The run that the laboratory has just made, to pass on or to compare with others.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, setText } from "../shell/dom.js";
import { percent, t } from "../shell/i18n.js";
import { engine } from "../shell/engine.js";
import { recorder } from "./recorder.js";
import { linkOf, shareButtons } from "./share.js";
import { runs } from "./store.js";
import { dataOf, timeOf } from "./words.js";

class FvRunCard extends FvElement {
  #shown = /** @type {unknown} */ (null);

  get sources() { return [recorder, runs, engine]; }

  build() {
    this.dataset.testid ||= "run-card";
    this.innerHTML = `
      <h3 data-i18n="runs.card.title"></h3>
      <p data-testid="card-summary"></p>
      <p class="hint" data-testid="card-kept"></p>
      <div data-part="share"></div>
      <p class="actions"><a class="button small" data-testid="card-open" data-i18n="runs.card.open" href="run.html"></a> <a
        href="run.html" data-testid="card-all" data-i18n="runs.card.all"></a></p>`;
    shareButtons(/** @type {HTMLElement} */ (this.querySelector('[data-part="share"]')), () => recorder.record);
  }

  update() {
    const run = recorder.record;
    if (recorder.error) showProblem(this, "run", recorder.error);
    this.hidden = !run && !recorder.error;
    if (!run) return;
    const { result } = run;
    const accuracy = result.accuracy === undefined ? "" : percent(result.accuracy);
    setText(find(this, "card-summary", HTMLElement), t(accuracy ? "runs.card.summary" : "runs.card.summary-none", {
      data: dataOf(run.data), accuracy, steps: result.step, time: timeOf(result.seconds), backend: t(`backend.${run.backend}`),
    }));
    setText(find(this, "card-kept", HTMLElement), t(runs.lasting ? "runs.card.kept" : "runs.card.not-kept"));
    if (this.#shown === run) return;
    this.#shown = run;
    setText(find(this, "card-note", HTMLElement), "");
    const link = find(this, "card-open", HTMLAnchorElement);
    const inList = () => { link.href = "run.html"; }; // it is too long for a link
    linkOf(run).then((href) => { link.href = href; }, inList);
  }
}

define("fv-run-card", FvRunCard);

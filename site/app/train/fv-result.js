// What came of the training, and what to do with it: classify with it, keep it under a name, take it away.
import { define, find, offer, setText } from "../shell/dom.js";
import { bytes, percent, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { interval } from "../parts/interval.js";

/** @import { Format } from "./result.js" */

/** @type {Format[]} */
const formats = ["safetensors", "onnx", "folder", "html"];

class FvResult extends LabElement {
  /** @type {Format | null} What is being made. */
  #making = null;
  #working = false;
  /** What was done last, in words: a message and its values. @type {[string, Record<string, string>] | null} */
  #done = null;
  /** @type {unknown} */
  #net = null;
  /** Whether the name was written by the visitor. */
  #named = false;

  build() {
    this.innerHTML = `
      <p class="hint" data-testid="result-none" data-i18n="result.none"></p>
      <div data-part="all" hidden>
        <div class="verdict">
          <p class="big" data-testid="test-accuracy"></p>
          <div><p data-testid="result-text"></p><p class="hint" data-testid="result-detail"></p></div>
        </div>
        <div class="pair">
          <form class="keep" data-testid="keep">
            <h3 data-i18n="result.use"></h3>
            <p class="hint" data-testid="keep-lead"></p>
            <div class="field"><label class="label" for="net-name" data-i18n="result.name"></label>
              <input type="text" id="net-name" maxlength="60" autocomplete="off" data-testid="net-name"></div>
            <div class="actions">
              <button class="primary" type="submit" value="classify" data-testid="classify-with"
                data-i18n="result.classify"></button>
              <button type="submit" value="save" data-testid="save-name" data-i18n="result.save"></button>
            </div>
          </form>
          <div class="exports"><h3 data-i18n="result.export"></h3>
            <ul>${formats.map((format) => `<li><button class="small" type="button" data-testid="export-${format}"
              data-i18n="export.${format}"></button>
              <span class="hint" data-i18n="export.${format}.what"></span></li>`).join("")}</ul></div>
        </div>
        <p class="hint" data-testid="result-done" role="status"></p>
        <fv-alerts place="result"></fv-alerts>
      </div>`;
    for (const format of formats) {
      find(this, `export-${format}`, HTMLButtonElement).addEventListener("click", () => this.#export(format));
    }
    find(this, "net-name", HTMLInputElement).addEventListener("input", () => { this.#named = true; });
    find(this, "keep", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#keep(/** @type {SubmitEvent} */ (event).submitter?.getAttribute("value") === "classify");
    });
  }

  update() {
    const { net, position, data, netChoice } = lab.state;
    const there = !!net && position.step > 0;
    find(this, "result-none", HTMLElement).hidden = there;
    /** @type {HTMLElement} */ (this.querySelector("[data-part=all]")).hidden = !there;
    if (!there) return;
    if (net !== this.#net) {
      this.#net = net;
      this.#named = false;
      this.#done = null;
    }
    this.#verdict();
    const name = find(this, "net-name", HTMLInputElement);
    if (!this.#named && name !== document.activeElement) {
      name.value = data?.title ?? (netChoice ? t(`result.name.${netChoice.kind}`) : "");
    }
    const pictures = (net.summary.input[0] ?? 1) > 1; // points are none
    find(this, "classify-with", HTMLButtonElement).hidden = !pictures;
    setText(find(this, "keep-lead", HTMLElement), t(pictures ? "result.use-lead" : "result.use-lead-points"));
    for (const button of this.querySelectorAll("button")) button.disabled = this.#working;
    for (const format of formats) {
      const making = this.#making === format;
      setText(find(this, `export-${format}`, HTMLElement), t(making ? "export.making" : `export.${format}`));
    }
    setText(find(this, "result-done", HTMLElement), this.#done ? t(...this.#done) : "");
  }

  #verdict() {
    const { result, examining, phase, history, data } = lab.state;
    const figure = find(this, "test-accuracy", HTMLElement);
    figure.dataset.value = result ? String(result.accuracy) : "";
    setText(figure, result ? percent(result.accuracy) : "–");
    const text = find(this, "result-text", HTMLElement);
    const detail = find(this, "result-detail", HTMLElement);
    if (!result) {
      const count = data?.test.count ?? 0;
      const why = t(lab.busy ? "result.later" : phase === "failed" ? "result.failed" : "result.unknown");
      setText(text, examining ? t("result.examining", { count }) : why);
      return setText(detail, "");
    }
    const [low, high] = interval(result.accuracy * result.count, result.count);
    setText(text, t("result.text", { count: result.count }));
    const validation = history.validation.at(-1)?.accuracy;
    const digits = result.count >= 1000 ? 1 : 0;
    const parts = [t("result.interval", { low: percent(low, digits), high: percent(high, digits) })];
    if (result.bestEpoch > 0) parts.push(t("result.best", { epoch: result.bestEpoch }));
    if (validation !== undefined) parts.push(t("result.chosen"));
    setText(detail, parts.join(" "));
  }

  /** @param {boolean} classify */
  async #keep(classify) {
    const input = find(this, "net-name", HTMLInputElement);
    const name = input.value.trim();
    if (!name) return input.focus();
    await this.#work(async () => {
      await lab.saveAs(name);
      this.#done = ["result.saved", { name }];
      if (!classify) return;
      const address = new URL("./", document.baseURI);
      address.searchParams.set("model", name);
      location.assign(address);
    });
  }

  /** @param {Format} format */
  async #export(format) {
    await this.#work(async () => {
      this.#making = format;
      this.update();
      const file = await lab.exported(format);
      offer(file);
      this.#done = ["result.exported", { file: `\u2066${file.name}\u2069`, size: bytes(file.size) }];
    });
  }

  /** @param {() => Promise<void>} act */
  async #work(act) {
    lab.clearProblem("result");
    this.#working = true;
    this.update();
    try {
      await act();
    } catch (error) {
      lab.problem("result", error);
    } finally {
      this.#working = false;
      this.#making = null;
      this.update();
    }
  }
}

define("fv-result", FvResult);

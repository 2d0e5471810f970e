// The visitor's own copy of CIFAR-10: chosen or dropped, kept in the browser, and forgotten. Property: batches; event: "change".
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, setText } from "../shell/dom.js";
import { bytes, percent, t } from "../shell/i18n.js";
import { cifarBatches, forgetCifar, keepCifar } from "./cifar10.js";

export class FvCifar10 extends FvElement {
  #here = { batches: 0, bytes: 0 };
  /** Share of the files that is read; negative while none are. */
  #read = -1;

  /** How many batches are here, as far as `look` has seen. */
  get batches() { return this.#here.batches; }

  build() {
    this.innerHTML = `
      <p class="hint" data-i18n="data.cifar10.how"></p>
      <div class="actions">
        <button class="small" type="button" data-testid="cifar10-choose" data-i18n="data.cifar10.choose"></button>
        <button class="small plain" type="button" data-testid="cifar10-forget" data-i18n="data.cifar10.forget"></button>
        <input class="visually-hidden" type="file" multiple accept=".bin,.zip,.tar,.gz,.tgz" data-testid="cifar10-input"
          data-i18n-label="data.cifar10.choose" tabindex="-1"></div>
      <p role="status" data-testid="cifar10-state"></p>`;
    const input = find(this, "cifar10-input", HTMLInputElement);
    find(this, "cifar10-choose", HTMLButtonElement).addEventListener("click", () => input.click());
    find(this, "cifar10-forget", HTMLButtonElement).addEventListener("click", async () => {
      await forgetCifar();
      this.dispatchEvent(new Event("change"));
    });
    input.addEventListener("change", () => {
      void this.#keep([...input.files ?? []]);
      input.value = "";
    });
    for (const name of ["dragover", "drop"]) this.addEventListener(name, (event) => event.preventDefault());
    this.addEventListener("drop", (event) => void this.#keep([...event.dataTransfer?.files ?? []]));
  }

  /** Looks which batches are here. */
  async look() {
    const { train, test } = await cifarBatches();
    const all = [...train, ...test];
    this.#here = { batches: all.length, bytes: all.reduce((sum, { blob }) => sum + blob.size, 0) };
    this.update();
  }

  update() {
    const { batches, bytes: size } = this.#here;
    const here = batches ? t("data.cifar10.here", { count: batches, size: bytes(size) }) : t("data.cifar10.none");
    const reading = t("data.cifar10.reading", { share: percent(Math.max(0, this.#read), 0) });
    setText(find(this, "cifar10-state", HTMLElement), this.#read < 0 ? here : reading);
    find(this, "cifar10-forget", HTMLElement).hidden = batches === 0;
  }

  /** @param {File[]} files */
  async #keep(files) {
    showProblem(this, "cifar10", null);
    const read = (/** @type {number} */ share) => {
      this.#read = share;
      this.update();
    };
    read(0);
    try {
      const { lasting } = await keepCifar(files, { onProgress: (done, total) => read(done / total) });
      if (!lasting) showProblem(this, "cifar10", { code: "not-lasting", message: "" });
    } catch (error) {
      showProblem(this, "cifar10", error);
    }
    read(-1);
    this.dispatchEvent(new Event("change"));
  }
}

define("fv-cifar10", FvCifar10);

// Opens the card that the address or a file holds. Without one it says what a card is.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find } from "../shell/dom.js";
import { fromFile, fromFragment, holdsCard } from "./card.js";
import { FvRunView } from "./fv-run-view.js";

class FvRunPage extends FvElement {
  build() {
    this.innerHTML = `
      <div data-part="problem"></div>
      <div class="open-card" data-testid="open-card">
        <p class="hint" data-i18n="runs.page.about"></p>
        <label class="button small" data-testid="card-choose"><span data-i18n="runs.page.open"></span><input type="file"
          class="visually-hidden" accept=".json,application/json" data-testid="card-input"></label>
      </div>
      <fv-run-view data-testid="run-view" hidden></fv-run-view>`;
    const input = find(this, "card-input", HTMLInputElement);
    input.addEventListener("change", async () => {
      const [file] = input.files ?? [];
      if (file) await this.#show(() => fromFile(file));
      input.value = ""; // the same file may be chosen again
    });
    const box = find(this, "open-card", HTMLElement);
    for (const name of ["dragenter", "dragover"]) addEventListener(name, (event) => {
      event.preventDefault();
      box.classList.add("over");
    });
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) box.classList.remove("over"); });
    addEventListener("drop", (event) => {
      event.preventDefault();
      box.classList.remove("over");
      const [file] = event.dataTransfer?.files ?? [];
      if (file) void this.#show(() => fromFile(file));
    });
    addEventListener("hashchange", () => this.#fromAddress());
    void this.#fromAddress();
  }

  async #fromAddress() {
    if (holdsCard(location.hash)) await this.#show(() => fromFragment(location.hash));
  }

  /** A card that cannot be read is told, and what was shown stays.
   * @param {() => Promise<import("./record.js").RunRecord>} read */
  async #show(read) {
    const problem = /** @type {HTMLElement} */ (this.querySelector('[data-part="problem"]'));
    showProblem(problem, "card", null);
    const view = find(this, "run-view", FvRunView);
    try {
      view.run = await read();
    } catch (error) {
      showProblem(problem, "card", error);
      return;
    }
    view.scrollIntoView({ block: "nearest" });
  }
}

define("fv-run-page", FvRunPage);

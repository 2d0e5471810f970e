// Tries the new net: the camera while one looks on, or a picture; and keeps it or takes it away.
import { Camera } from "../data/camera.js";
import { drawBlob } from "../data/draw.js";
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, make, offer, setText } from "../shell/dom.js";
import { number, percent, t } from "../shell/i18n.js";
import { preparationOf } from "../parts/net-names.js";
import { workshop } from "./workshop.js";

/** @import { Classification, Net, Watch } from "../../../js/fovea.d.ts" */

const side = 256;
const top = 3;

class FvTrial extends FvElement {
  #camera = new Camera();
  /** @type {Watch | null} */
  #watch = null;
  /** @type {Net | null} The net that the camera is classified with. */
  #net = null;
  /** @type {Classification | null} */
  #result = null;
  #named = false;

  get sources() { return [workshop]; }

  build() {
    this.innerHTML = `
      <h2 data-i18n="finetune.try"></h2>
      <p class="hint" data-testid="try-note" data-i18n="finetune.try-note"></p>
      <div class="trial" hidden>
        <div class="view"><canvas data-testid="trial-picture" role="img" data-i18n-label="finetune.picture" hidden></canvas></div>
        <p class="row">
          <button type="button" data-testid="trial-camera"></button>
          <button type="button" data-testid="trial-choose" data-i18n="finetune.choose"></button>
          <input class="visually-hidden" type="file" accept="image/*" tabindex="-1"
            data-testid="trial-input" data-i18n-label="finetune.choose">
          <span class="hint" data-testid="trial-rate"></span>
        </p>
        <ol class="bars" data-testid="trial-answer"></ol>
        <form class="keep" novalidate>
          <label class="label" for="net-name" data-i18n="finetune.name"></label>
          <div class="row">
            <input id="net-name" type="text" dir="auto" maxlength="60" autocomplete="off" data-testid="net-name">
            <button class="primary" type="submit" data-testid="keep" data-i18n="finetune.keep"></button>
          </div>
          <p role="status" data-testid="kept"></p>
          <p><button class="small" type="button" data-testid="save-file" data-i18n="finetune.save"></button></p>
        </form>
      </div>`;
    this.querySelector(".view")?.prepend(this.#camera.video);
    this.#camera.video.hidden = true;
    const input = find(this, "trial-input", HTMLInputElement);
    find(this, "trial-camera", HTMLButtonElement).addEventListener("click", () => (
      this.#camera.isOpen ? this.#close() : this.#film()));
    find(this, "trial-choose", HTMLButtonElement).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      input.value = "";
      if (file) void this.#attempt(() => this.#look(file));
    });
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file) void this.#attempt(() => this.#look(file));
    });
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#attempt(() => workshop.keep(this.#name));
    });
    find(this, "save-file", HTMLButtonElement).addEventListener("click", () => this.#attempt(async () => {
      const blob = await workshop.state.net?.toBlob("safetensors", { precision: "float16" });
      if (blob) offer(new File([blob], `${this.#name.replace(/[^\p{L}\p{N}_-]+/gu, "-")}.safetensors`));
    }));
  }

  get #name() {
    return find(this, "net-name", HTMLInputElement).value.trim() || t("finetune.unnamed");
  }

  /** @param {() => Promise<unknown>} act */
  async #attempt(act) {
    showProblem(this, "trial", null);
    try {
      await act();
    } catch (error) {
      showProblem(this, "trial", error);
    }
    this.update();
  }

  #film() {
    return this.#attempt(async () => {
      await this.#camera.open(() => this.update());
      find(this, "trial-picture", HTMLElement).hidden = true;
      this.#camera.video.hidden = false;
      this.#follow();
    });
  }

  #close() {
    this.#watch?.stop();
    this.#watch = null;
    this.#camera.close();
    this.#camera.video.hidden = true;
    this.update();
  }

  /** Has what the camera shows classified by the net that there is now. */
  #follow() {
    const { net } = workshop.state;
    this.#watch?.stop();
    this.#net = net;
    if (!net || !this.#camera.isOpen) return;
    const watch = (this.#watch = net.watch(this.#camera.video, (result) => {
      if (watch !== this.#watch) return;
      const rate = number(watch.framesPerSecond, { maximumFractionDigits: 0 });
      setText(find(this, "trial-rate", HTMLElement), t("finetune.rate", { value: rate }));
      this.#show(result);
    }, { top, prepare: preparationOf(net), framesPerSecond: 20 }));
    watch.finished.catch((error) => showProblem(this, "trial", error));
  }

  /** @param {File} file */
  async #look(file) {
    this.#close();
    const { net } = workshop.state;
    if (!net) return;
    const canvas = find(this, "trial-picture", HTMLCanvasElement);
    canvas.hidden = !(await drawBlob(canvas, file, side));
    this.#show(await net.classify(file, { top, prepare: preparationOf(net) }));
  }

  /** @param {Classification} result */
  #show(result) {
    this.#result = result;
    const list = find(this, "trial-answer", HTMLElement);
    while (list.children.length > result.length) list.lastElementChild?.remove();
    result.forEach(({ label, probability }, i) => {
      const row = list.children[i] ?? list.appendChild(
        make("li", "", make("span", "class"), make("span", "share"), make("span", "meter", make("i"))));
      const [name, share, meter] = [...row.children];
      if (name instanceof HTMLElement) Object.assign(name, { dir: "auto", textContent: label });
      if (share) setText(share, percent(probability, 0));
      const bar = /** @type {HTMLElement | null | undefined} */ (meter?.querySelector("i"));
      bar?.style.setProperty("inline-size", `${100 * probability}%`);
      Object.assign(/** @type {HTMLElement} */ (row).dataset, { label, testid: `trial-${i + 1}` });
    });
  }

  update() {
    const { net, kept, collection } = workshop.state;
    find(this, "try-note", HTMLElement).hidden = net !== null;
    /** @type {HTMLElement} */ (this.querySelector(".trial")).hidden = net === null;
    setText(find(this, "trial-camera", HTMLElement), t(this.#camera.isOpen ? "finetune.close-camera" : "finetune.camera"));
    if (!this.#camera.isOpen) setText(find(this, "trial-rate", HTMLElement), "");
    if (net !== this.#net && this.#camera.isOpen) this.#follow();
    if (collection && !this.#named) {
      this.#named = true;
      find(this, "net-name", HTMLInputElement).value = collection.name;
    }
    const place = find(this, "kept", HTMLElement);
    if (place.dataset.name === kept + t("finetune.use")) return;
    place.dataset.name = kept + t("finetune.use");
    place.replaceChildren();
    if (!kept) return;
    const link = make("a", "", t("finetune.use"));
    link.href = `./?model=${encodeURIComponent(kept)}`;
    link.dataset.testid = "use";
    place.append(t("finetune.kept", { name: kept }), " ", link);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#close();
  }
}

define("fv-trial", FvTrial);

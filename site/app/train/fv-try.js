// Draw a digit, give a picture or take a test digit, and see what the net makes of it, also while it learns.
import { find, make, setText } from "../shell/dom.js";
import { language, milliseconds, number, percent, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { FvPad } from "../parts/fv-pad.js";
import { colour, themeChanges } from "../shell/fv-preferences.js";

/** @import { Classification, Picture } from "../../../js/fovea.d.ts" */

const betweenGuesses = 60;
const whileTraining = 700;

class FvTry extends LabElement {
  /** @type {{ picture: () => Picture, prepare: "digit" | "fit" } | null} What is to be classified. */
  #subject = null;
  #busy = false;
  #again = false;
  #lastGuess = 0;
  #lastStep = -1;
  /** @type {Classification | null} */
  #result = null;
  /** @type {number | null} The right answer, where it is known. */
  #label = null;
  /** @type {unknown} */
  #net = null;

  build() {
    this.innerHTML = `
      <div class="slate" data-testid="drop">
        <fv-pad></fv-pad>
        <p class="invite hint" data-i18n="try.invite"></p>
      </div>
      <div class="actions">
        <button class="small" type="button" data-testid="clear" data-i18n="try.clear"></button>
        <button class="small" type="button" data-testid="choose-picture" data-i18n="try.choose"></button>
        <button class="small" type="button" data-testid="test-digit" data-i18n="try.test-digit"></button>
        <input class="visually-hidden" type="file" accept="image/*" data-testid="picture-input" data-i18n-label="try.choose" tabindex="-1">
      </div>
      <fv-alerts place="try"></fv-alerts>
      <div class="answer" data-testid="answer" role="group" data-i18n-label="try.answer">
        <p class="wait hint" data-testid="try-note"></p>
        <ol data-testid="predictions"></ol>
        <figure class="seen" hidden>
          <canvas data-testid="seen" role="img" data-i18n-label="try.seen" width="28" height="28"></canvas>
          <figcaption class="hint"><span data-i18n="try.seen"></span><br><span data-testid="try-time"></span></figcaption>
        </figure>
        <p class="visually-hidden" role="status" data-testid="spoken"></p>
      </div>`;
    const input = find(this, "picture-input", HTMLInputElement);
    find(this, "clear", HTMLButtonElement).addEventListener("click", () => this.#pad.clear());
    find(this, "choose-picture", HTMLButtonElement).addEventListener("click", () => input.click());
    find(this, "test-digit", HTMLButtonElement).addEventListener("click", () => this.#testDigit());
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) void this.#picture(file);
      input.value = "";
    });
    this.addEventListener("draw", () => this.#drawn());
    this.#listenToDrops();
    themeChanges.addEventListener("change", () => this.#show());
    language.addEventListener("change", () => this.#show());
    this.#show();
  }

  get #pad() {
    return /** @type {FvPad} */ (this.querySelector("fv-pad"));
  }

  #listenToDrops() {
    const slate = find(this, "drop", HTMLElement);
    for (const name of ["dragenter", "dragover"]) {
      this.addEventListener(name, (event) => {
        event.preventDefault();
        slate.classList.add("over");
      });
    }
    this.addEventListener("dragleave", () => slate.classList.remove("over"));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      slate.classList.remove("over");
      const file = event.dataTransfer?.files[0];
      if (file) void this.#picture(file);
    });
    // A picture dropped beside the slate must not replace the page.
    for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
    document.addEventListener("paste", (event) => {
      const file = [...(event.clipboardData?.files ?? [])].find((f) => f.type.startsWith("image/"));
      if (file) void this.#picture(file);
    });
  }

  #drawn() {
    this.#label = null;
    lab.clearProblem("try");
    this.#subject = this.#pad.isDrawing ? { picture: () => this.#pad.picture(), prepare: "digit" } : null;
    if (!this.#subject) {
      this.#result = null;
      lab.set({ seen: null });
    }
    this.#guess();
    this.#show();
  }

  /** @param {Blob} file */
  async #picture(file) {
    lab.clearProblem("try");
    this.#label = null;
    this.#result = null;
    this.#subject = { picture: () => file, prepare: "digit" };
    // What the browser cannot show, the net may still read, and the other way round.
    const image = await createImageBitmap(file).catch(() => null);
    if (image) this.#pad.show(image);
    else this.#pad.clear();
    this.#subject = { picture: () => file, prepare: "digit" };
    if (!lab.state.net && !image) lab.problem("try", { code: "file", message: "" });
    this.#guess();
    this.#show();
  }

  async #testDigit() {
    lab.clearProblem("try");
    const button = find(this, "test-digit", HTMLButtonElement);
    button.disabled = true;
    try {
      const { pixels, shape, label } = await lab.testDigit();
      const [height = 28, width = 28] = shape;
      const data = new ImageData(width, height);
      for (let i = 0; i < width * height; i++) data.data.set([pixels[i] ?? 0, pixels[i] ?? 0, pixels[i] ?? 0, 255], i * 4);
      this.#pad.show(await createImageBitmap(data));
      this.#subject = { picture: () => data, prepare: "fit" };
      this.#label = label;
      this.#result = null;
      this.#guess();
      this.#show();
    } catch (error) {
      lab.problem("try", error);
    } finally {
      button.disabled = false;
    }
  }

  update() {
    const { net, position, progress } = lab.state;
    if (net !== this.#net) {
      this.#net = net;
      this.#result = null;
      this.#guess();
      this.#show();
    } else if (progress && position.step !== this.#lastStep && performance.now() - this.#lastGuess > whileTraining) {
      this.#lastStep = position.step;
      this.#guess(); // the net has learned meanwhile
    }
    if (!this.#result) this.#note();
  }

  /** Classifies now, or as soon as the running classification is through. */
  async #guess() {
    if (!this.#subject || !lab.state.net) return;
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    this.#lastGuess = performance.now();
    const subject = this.#subject;
    try {
      const result = await lab.classify(subject.picture(), subject.prepare);
      if (this.#subject && (this.#subject === subject || this.#pad.isDrawing)) this.#result = result;
    } catch (error) {
      if (this.#subject === subject) {
        this.#subject = null;
        this.#result = null;
        lab.problem("try", error);
      }
    }
    this.#show();
    await new Promise((resolve) => setTimeout(resolve, betweenGuesses));
    this.#busy = false;
    if (!this.#again) return;
    this.#again = false;
    void this.#guess();
  }

  #note() {
    const { net, phase } = lab.state;
    const key = !net ? (phase === "starting" ? "try.wait" : "try.untrained") : this.#subject ? "try.thinking" : "try.ready";
    setText(find(this, "try-note", HTMLElement), this.#result ? "" : t(key));
  }

  #show() {
    this.#note();
    find(this, "clear", HTMLButtonElement).disabled = this.#pad.isEmpty;
    const list = find(this, "predictions", HTMLElement);
    const figure = /** @type {HTMLElement} */ (this.querySelector(".seen"));
    const result = this.#result;
    figure.hidden = list.hidden = !result;
    if (!result) {
      list.replaceChildren();
      return setText(find(this, "spoken", HTMLElement), "");
    }
    while (list.children.length > result.length) list.lastElementChild?.remove();
    result.forEach((prediction, i) => {
      const row = list.children[i] ?? list.appendChild(make("li", "", make("span", "digit"), make("span", "meter", make("i")), make("span", "share")));
      const bar = /** @type {HTMLElement} */ (row.querySelector("i"));
      const digit = /^\d$/.test(prediction.label) ? number(Number(prediction.label)) : prediction.label;
      setText(/** @type {Element} */ (row.children[0]), digit);
      bar.style.inlineSize = `${100 * prediction.probability}%`;
      setText(/** @type {Element} */ (row.children[2]), percent(prediction.probability));
      /** @type {HTMLElement} */ (row).dataset.label = prediction.label;
      /** @type {HTMLElement} */ (row).dataset.testid = `prediction-${i + 1}`;
    });
    this.#spoken(result);
    this.#seen(result);
  }

  /** @param {Classification} result */
  #spoken(result) {
    const [best] = result;
    if (!best) return;
    setText(find(this, "spoken", HTMLElement), t("try.spoken", { label: best.label, share: percent(best.probability, 0) }));
    const known = this.#label === null ? "" : t(String(this.#label) === best.label ? "try.right" : "try.wrong", { label: this.#label });
    setText(find(this, "try-time", HTMLElement), known || t("try.time", { time: milliseconds(result.ms) }));
  }

  /** @param {Classification} result */
  #seen({ seen, shape: [height = 1, width = 1, channels = 1] }) {
    const canvas = find(this, "seen", HTMLCanvasElement);
    canvas.width = width;
    canvas.height = height;
    const image = new ImageData(width, height);
    const [ink, paper] = [colour("--ink"), colour("--sunk")].map(rgb);
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) {
        const share = (seen?.[i * channels + (channels >= 3 ? c : 0)] ?? 0) / 255;
        image.data[i * 4 + c] = channels >= 3 ? 255 * share : (paper?.[c] ?? 0) * (1 - share) + (ink?.[c] ?? 0) * share;
      }
      image.data[i * 4 + 3] = 255;
    }
    canvas.getContext("2d")?.putImageData(image, 0, 0);
  }
}

/** @param {string} hex Such as #13201b. */
function rgb(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

customElements.define("fv-try", FvTry);

// Draw a digit, give a picture or take one of the test set, and see what the net makes of it, also while it learns.
import { imageOf } from "../data/draw.js";
import { define, find, setText } from "../shell/dom.js";
import { language, t } from "../shell/i18n.js";
import { themeChanges } from "../shell/fv-preferences.js";
import { FvPad } from "../parts/fv-pad.js";
import { showAnswer } from "./answer.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { takePictures } from "./incoming.js";

/** @import { Classification, Picture } from "../../../js/fovea.d.ts" */
/** What is to be classified. @typedef {{ picture: () => Picture, prepare: "digit" | "fit" }} Subject */

const betweenGuesses = 60; // ms
const whileTraining = 700; // ms

class FvTry extends LabElement {
  /** @type {Subject | null} */
  #subject = null;
  #busy = false;
  #again = false;
  #lastGuess = 0;
  #lastStep = -1;
  /** @type {Classification | null} */
  #result = null;
  /** @type {string | null} The right answer, where it is known. */
  #label = null;
  /** @type {unknown} */
  #net = null;

  build() {
    this.innerHTML = `
      <div class="slate" data-testid="drop">
        <fv-pad></fv-pad>
        <p class="invite hint" data-testid="try-invite"></p>
      </div>
      <div class="actions">
        <button class="small" type="button" data-testid="clear" data-i18n="try.clear"></button>
        <button class="small" type="button" data-testid="choose-picture" data-i18n="try.choose"></button>
        <button class="small" type="button" data-testid="test-digit"></button>
        <input class="visually-hidden" type="file" accept="image/*" data-testid="picture-input" data-i18n-label="try.choose"
          tabindex="-1">
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
    find(this, "test-digit", HTMLButtonElement).addEventListener("click", () => this.#testSample());
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) void this.#picture(file);
      input.value = "";
    });
    this.addEventListener("draw", () => this.#drawn());
    takePictures(this, find(this, "drop", HTMLElement), (file) => void this.#picture(file));
    themeChanges.addEventListener("change", () => this.#show());
    language.addEventListener("change", () => this.#show());
    this.#show();
  }

  get #pad() {
    return /** @type {FvPad} */ (this.querySelector("fv-pad"));
  }

  /** Whether it is digits that the net reads: then they can be drawn, and are found in pictures as MNIST does. */
  get #digits() {
    return lab.state.choice.kind === "mnist";
  }

  #drawn() {
    this.#label = null;
    lab.clearProblem("try");
    this.#subject = this.#pad.isDrawing ? { picture: () => this.#pad.picture(), prepare: this.#digits ? "digit" : "fit" } : null;
    if (!this.#subject) this.#result = null;
    this.#guess();
    this.#show();
  }

  /** @param {Blob} file */
  async #picture(file) {
    lab.clearProblem("try");
    this.#label = null;
    this.#result = null;
    /** @type {Subject} */
    const subject = { picture: () => file, prepare: this.#digits ? "digit" : "fit" };
    this.#subject = subject;
    // What the browser cannot show, the net may still read, and the other way round.
    const image = await createImageBitmap(file).catch(() => null);
    if (image) this.#pad.show(image);
    else this.#pad.clear();
    this.#subject = subject;
    if (!lab.state.net && !image) lab.problem("try", { code: "file", message: "" });
    this.#guess();
    this.#show();
  }

  async #testSample() {
    lab.clearProblem("try");
    const button = find(this, "test-digit", HTMLButtonElement);
    button.disabled = true;
    try {
      const { pixels, shape, label } = await lab.testSample();
      const picture = imageOf(pixels, shape);
      this.#pad.show(await createImageBitmap(picture));
      this.#subject = { picture: () => picture, prepare: "fit" };
      this.#label = lab.state.data?.test.classes[label] ?? String(label);
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
    const { net, position, progress, choice } = lab.state;
    this.hidden = choice.kind === "points";
    this.#pad.inert = !this.#digits;
    setText(find(this, "try-invite", HTMLElement), t(this.#digits ? "try.invite" : "try.invite-picture"));
    setText(find(this, "test-digit", HTMLButtonElement), t(this.#digits ? "try.test-digit" : "try.test-picture"));
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
    const ready = this.#digits ? "try.ready" : "try.ready-picture";
    const key = !net ? (phase === "starting" ? "try.wait" : "try.untrained") : this.#subject ? "try.thinking" : ready;
    setText(find(this, "try-note", HTMLElement), this.#result ? "" : t(key));
  }

  #show() {
    this.#note();
    find(this, "clear", HTMLButtonElement).disabled = this.#pad.isEmpty;
    showAnswer(this, this.#result, this.#label);
  }
}

define("fv-try", FvTry);

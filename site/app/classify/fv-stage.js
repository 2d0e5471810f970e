// The one large place: pictures are dropped, pasted, chosen, fetched, drawn or filmed here, and shown.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, setText } from "../shell/dom.js";
import { language, number, percent, t } from "../shell/i18n.js";
import { Camera } from "../data/camera.js";
import { FvPad } from "../parts/fv-pad.js";
import { desk } from "./desk.js";
import { intake } from "./intake.js";
import { className } from "../parts/net-names.js";
import { nets } from "../parts/nets.js";
import { paintPicture, paintWhere } from "./paint.js";

/** @import { Mode } from "./desk.js" */

class FvStage extends FvElement {
  /** @type {unknown} What the canvas shows. */
  #shown = undefined;
  /** @type {unknown} */
  #where = null;
  /** @type {unknown} */
  #problem = null;
  #language = "";
  #mode = /** @type {Mode} */ ("empty");
  #camera = new Camera();

  get sources() { return [desk, intake]; }

  build() {
    this.innerHTML = `
      <div class="place" data-testid="stage">
        <div class="invite">
          <svg viewBox="0 0 48 48" aria-hidden="true"><rect x="5" y="9" width="38" height="30" rx="4"/>
            <circle cx="16" cy="19" r="3.5"/><path d="M6 35l11-10 7 6 9-9 9 8"/></svg>
          <p class="call" data-i18n="index.drop"></p>
          <p class="hint" data-i18n="index.drop-more"></p>
          <fv-examples></fv-examples>
        </div>
        <div class="view" hidden>
          <canvas class="picture" data-testid="picture" role="img"></canvas>
          <canvas class="where" data-testid="where-map" role="img" hidden></canvas>
          <p class="hint" data-testid="no-view" data-i18n="index.no-view" hidden></p>
        </div>
        <fv-pad data-label="index.pad" hidden></fv-pad>
        <p class="glance" data-testid="glance" aria-hidden="true" hidden></p>
        <p class="rate" data-testid="frames-per-second" hidden></p>
        <p class="coming" role="status" data-testid="coming" hidden></p>
      </div>
      <div class="tools">
        <button class="primary" type="button" data-testid="choose" data-i18n="index.choose"></button>
        <button type="button" data-testid="draw" data-i18n="index.draw"></button>
        <button type="button" data-testid="camera" data-i18n="index.camera"></button>
        <button type="button" data-testid="folder" data-i18n="index.folder"></button>
        <button class="plain" type="button" data-testid="pause" hidden></button>
        <button class="plain" type="button" data-testid="clear" data-i18n="index.clear" hidden></button>
        <button class="plain" type="button" data-testid="stop-coming" data-i18n="index.cancel" hidden></button>
        <input class="visually-hidden" type="file" multiple tabindex="-1"
          data-testid="picture-input" data-i18n-label="index.choose">
        <input class="visually-hidden" type="file" webkitdirectory tabindex="-1"
          data-testid="folder-input" data-i18n-label="index.folder">
      </div>
      <div class="problems"></div>
      <form class="address" data-testid="address-form" novalidate>
        <label class="visually-hidden" for="address" data-i18n="index.address"></label>
        <input id="address" type="text" inputmode="url" dir="auto" autocomplete="off" spellcheck="false"
          data-testid="address" data-i18n-placeholder="index.address">
        <button type="submit" data-testid="fetch" data-i18n="index.fetch"></button>
      </form>`;
    const { video } = this.#camera;
    video.dataset.testid = "video";
    video.dataset.i18nLabel = "index.camera-view";
    video.hidden = true;
    find(this, "stage", HTMLElement).append(video);
    this.#listenToButtons();
    this.#listenToPage();
  }

  get #pad() { return /** @type {FvPad} */ (this.querySelector("fv-pad")); }

  #listenToButtons() {
    const on = (/** @type {string} */ name, /** @type {() => void} */ act) => (
      find(this, name, HTMLButtonElement).addEventListener("click", act));
    const pictures = find(this, "picture-input", HTMLInputElement);
    const folder = find(this, "folder-input", HTMLInputElement);
    on("choose", () => pictures.click());
    on("folder", () => folder.click());
    on("draw", () => {
      this.#pad.clear();
      desk.draw();
    });
    on("camera", () => this.#film());
    on("pause", () => (desk.state.watching ? desk.pause() : this.#watch()));
    on("clear", () => (desk.state.mode === "draw" && !this.#pad.isEmpty ? this.#pad.clear() : desk.clear()));
    on("stop-coming", () => intake.stop());
    for (const input of [pictures, folder]) {
      input.addEventListener("change", () => {
        const files = [...(input.files ?? [])];
        input.value = "";
        intake.take(files);
      });
    }
    find(this, "address-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const field = find(this, "address", HTMLInputElement);
      if (field.value.trim()) void intake.fetch(field.value);
      else field.focus();
    });
    this.addEventListener("draw", () => {
      const pad = this.#pad;
      if (desk.state.mode === "draw") desk.drawn(pad.isDrawing ? () => pad.picture() : null);
    });
    desk.addEventListener("camera", () => this.#watch());
  }

  /** Pictures may be dropped and pasted anywhere on the page. */
  #listenToPage() {
    const place = find(this, "stage", HTMLElement);
    for (const name of ["dragenter", "dragover"]) {
      addEventListener(name, (event) => {
        event.preventDefault();
        place.classList.add("over");
      });
    }
    addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) place.classList.remove("over");
    });
    addEventListener("drop", (event) => {
      event.preventDefault();
      place.classList.remove("over");
      if (event.dataTransfer) void intake.receive(event.dataTransfer);
    });
    document.addEventListener("paste", (event) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (!event.clipboardData || (typing && event.clipboardData.files.length === 0)) return;
      event.preventDefault();
      void intake.receive(event.clipboardData);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && desk.state.watching) desk.pause();
    });
  }

  async #film() {
    try {
      await this.#camera.open(() => {
        desk.clear();
        desk.fail({ code: "film-ended", message: "" });
      });
      if (this.#camera.isOpen) await this.#watch();
    } catch (error) {
      desk.fail(error);
    }
  }

  async #watch() {
    await this.#camera.video.play();
    await desk.watch(this.#camera.video);
  }

  update() {
    const { mode, watching, result, framesPerSecond, problem } = desk.state;
    if (mode !== this.#mode) this.#changed(mode);
    const place = find(this, "stage", HTMLElement);
    place.dataset.mode = mode;
    this.#show(".invite", mode === "empty");
    this.#show(".view", mode === "picture");
    this.#show("fv-pad", mode === "draw");
    this.#show("video", mode === "camera");
    this.#show('[data-testid="pause"]', mode === "camera");
    this.#show('[data-testid="clear"]', mode !== "empty");
    setText(find(this, "pause", HTMLElement), t(watching ? "index.pause" : "index.resume"));
    setText(find(this, "clear", HTMLElement), t(mode === "camera" ? "index.close-camera" : "index.clear"));
    this.#show('[data-testid="frames-per-second"]', mode === "camera" && (result !== null || !watching));
    const rate = !watching ? "index.paused" : framesPerSecond < 1 ? "index.rate-slow" : "index.rate";
    const value = number(framesPerSecond, { maximumFractionDigits: framesPerSecond < 10 ? 1 : 0 });
    setText(find(this, "frames-per-second", HTMLElement), t(rate, { value }));
    if (mode === "camera" && !watching) this.#camera.video.pause();
    this.#coming();
    this.#paint();
    this.#glance();
    if (problem !== this.#problem || language.code !== this.#language) {
      this.#problem = problem;
      this.#language = language.code;
      const place = /** @type {HTMLElement} */ (this.querySelector(".problems"));
      showProblem(place, "stage", problem?.error ?? null, problem ? remedies(problem.error) : {});
    }
  }

  /** @param {Mode} mode */
  #changed(mode) {
    if (this.#mode === "camera") this.#camera.close();
    this.#mode = mode;
  }

  /** @param {string} selector @param {boolean} visible */
  #show(selector, visible) {
    /** @type {HTMLElement} */ (this.querySelector(selector)).hidden = !visible;
  }

  #coming() {
    const { coming, found } = intake.state;
    this.#show('[data-testid="coming"]', coming || found > 0);
    this.#show('[data-testid="stop-coming"]', coming);
    const text = found > 0 ? t("index.finding", { count: found }) : coming ? t("index.coming") : "";
    setText(find(this, "coming", HTMLElement), text);
  }

  /** The answer in a word, for small screens where the whole of it is further down. */
  #glance() {
    const { result, by } = desk.state;
    const [best] = result ?? [];
    this.#show(".glance", Boolean(best));
    const said = best && t("index.spoken", { label: className(best.label, by), share: percent(best.probability, 0) });
    if (said) setText(find(this, "glance", HTMLElement), said);
  }

  #paint() {
    const { subject, where, mode, problem } = desk.state;
    if (mode !== "picture" || !subject) return;
    const canvas = find(this, "picture", HTMLCanvasElement);
    const shown = where?.map.picture ?? subject.bitmap;
    if (shown !== this.#shown) {
      this.#shown = shown;
      canvas.hidden = !shown;
      if (shown) paintPicture(canvas, shown);
    }
    this.#show('[data-testid="no-view"]', !shown && !problem);
    canvas.setAttribute("aria-label", subject.name || t("index.picture"));
    const map = find(this, "where-map", HTMLCanvasElement);
    map.hidden = !where;
    if (where && where !== this.#where) paintWhere(map, where);
    if (where) map.setAttribute("aria-label", t("index.where-map"));
    this.#where = where;
  }
}

/** What a reader may do at once about an error. @param {unknown} error @returns {Record<string, () => void>} */
function remedies(error) {
  const { code = "internal" } = /** @type {any} */ (error);
  if (!["start", "worker-lost", "internal", "model-network"].includes(code)) return {};
  return { restart: () => {
    void nets.restart().then(() => desk.again());
  } };
}

define("fv-stage", FvStage);

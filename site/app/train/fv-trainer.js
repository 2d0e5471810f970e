// Train, pause, resume, stop; how far it is and how fast; and the question what becomes of the old net.
import { define, find, make, setText } from "../shell/dom.js";
import { duration, megabytes, milliseconds, number, percent, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { download } from "./fv-saves.js";
import { stageText } from "./stage.js";
import { dataInfo, isKept } from "../data/mnist.js";

/** @import { DataInfo } from "../data/mnist.js" */

/** How many points of the curve the accuracy in training is the mean of. */
const recentPoints = 20;

const buttons = ["train", "continue", "start-over", "pause", "resume", "stop", "cancel"];

class FvTrainer extends LabElement {
  #wrong = 0;
  #ticks = 0;
  /** @type {{ info: DataInfo, kept: boolean } | null} The digits' file, which is the one that is downloaded. */
  #digits = null;

  build() {
    this.innerHTML = `
      <div class="actions">
        <button class="primary" type="button" data-testid="train" data-i18n="train.train"></button>
        <button class="primary" type="button" data-testid="continue"></button>
        <button class="primary" type="button" data-testid="resume" data-i18n="train.resume"></button>
        <button type="button" data-testid="pause" data-i18n="train.pause"></button>
        <button type="button" data-testid="stop" data-i18n="train.stop"></button>
        <button type="button" data-testid="start-over" data-i18n="train.start-over"></button>
        <button type="button" data-testid="cancel" data-i18n="train.cancel"></button>
        <p class="hint" data-testid="train-note"></p>
      </div>
      <div class="question" data-testid="question" role="group" aria-labelledby="question-title" hidden>
        <h3 id="question-title" data-part="title"></h3>
        <p data-testid="question-text"></p>
        <div class="actions">
          <button class="primary" type="button" data-testid="question-save" data-part="save"></button>
          <button type="button" data-testid="question-replace" data-part="replace"></button>
          <button type="button" data-testid="question-keep" data-i18n="question.keep"></button>
        </div>
      </div>
      <div class="download" data-testid="download" hidden>
        <span id="download-label"></span>
        <progress aria-labelledby="download-label" max="1"></progress>
      </div>
      <div class="run" data-testid="run" hidden>
        <div class="track" role="progressbar" aria-valuemin="0" aria-valuemax="100" data-i18n-label="train.progress"
          data-testid="progress"><i></i></div>
        <dl class="figures">
          <div class="big"><dt></dt><dd data-testid="validation-accuracy"></dd></div>
          <div><dt data-i18n="figure.pass"></dt><dd data-testid="pass"></dd></div>
          <div data-part="best" hidden><dt data-i18n="figure.best"></dt><dd data-testid="best-pass"></dd></div>
          <div><dt data-i18n="figure.speed"></dt><dd data-testid="images-per-second"></dd></div>
          <div><dt data-i18n="figure.step"></dt><dd data-testid="ms-per-step"></dd></div>
          <div><dt data-i18n="figure.left"></dt><dd data-testid="time-left"></dd></div>
        </dl>
      </div>
      <p class="visually-hidden" role="status" data-testid="phase"></p>`;
    const does = {
      train: () => lab.train(), continue: () => lab.continue(), resume: () => lab.resume(), pause: () => lab.pause(),
      stop: () => lab.stop(), "start-over": () => lab.train(), cancel: () => lab.cancelLoading(),
      "question-replace": () => lab.replaceOld(), "question-keep": () => lab.keepOld(),
      "question-save": async () => { if (await download()) await lab.replaceOld(); },
    };
    for (const [name, act] of Object.entries(does)) find(this, name, HTMLButtonElement).addEventListener("click", act);
    void this.#askForDigits();
    lab.addEventListener("settings", (event) => {
      this.#wrong = /** @type {CustomEvent<number>} */ (event).detail;
      this.update();
    });
  }

  /** How much the digits are to download is told before. */
  async #askForDigits() {
    try {
      const info = await dataInfo();
      this.#digits = { info, kept: await isKept(info) };
      this.update();
    } catch {
      // told when the data is really needed
    }
  }

  update() {
    const { phase, net } = lab.state;
    const edited = lab.edited;
    const usable = !!net && ["stopped", "done", "failed"].includes(phase);
    /** @type {Record<string, boolean>} */
    const visible = {
      train: phase === "empty" || (usable && edited),
      continue: usable && !edited,
      "start-over": usable && !edited,
      pause: phase === "running",
      resume: phase === "paused",
      stop: phase === "running" || phase === "paused",
      cancel: phase === "starting" && !!lab.state.loading,
    };
    const hadFocus = this.contains(document.activeElement);
    for (const name of buttons) {
      const button = find(this, name, HTMLButtonElement);
      const hide = !visible[name];
      const lostFocus = hide && button === document.activeElement;
      button.hidden = hide;
      if (lostFocus) this.dataset.refocus = "";
    }
    const blocked = lab.state.engine !== "ready" || !!lab.state.netError || !lab.fits || !lab.state.chosen || this.#wrong > 0;
    find(this, "train", HTMLButtonElement).disabled = blocked;
    find(this, "start-over", HTMLButtonElement).disabled = blocked;
    find(this, "continue", HTMLButtonElement).disabled = this.#wrong > 0 || lab.state.engine !== "ready";
    find(this, "continue", HTMLButtonElement).textContent = t(phase === "done" ? "train.further" : "train.continue");
    // A button that goes away under the keyboard hands its focus to the one that takes its place.
    if ("refocus" in this.dataset || (hadFocus && !this.contains(document.activeElement))) {
      const next = buttons.map((name) => find(this, name, HTMLButtonElement)).find((b) => !b.hidden && !b.disabled);
      if (next) {
        delete this.dataset.refocus;
        next.focus({ preventScroll: true }); // the visitor may be drawing further down
      }
    }
    setText(find(this, "train-note", HTMLElement), this.#note(edited));
    setText(find(this, "phase", HTMLElement), t(`phase.${phase}`));
    this.dataset.phase = phase;
    this.#question();
    this.#download();
    this.#figures();
  }

  /** @param {boolean} edited */
  #note(edited) {
    const { phase, choice, data, position, engine, netError, loading } = lab.state;
    if (engine === "loading") return t("engine.starting");
    if (phase === "starting") return loading ? "" : t("train.preparing");
    if (!lab.state.chosen && !lab.busy) return t("train.no-data");
    if (netError && (phase === "empty" || edited)) return t("train.net-wrong");
    if (!lab.fits && (phase === "empty" || edited)) return t("train.misfit");
    if (edited) return t(lab.busy ? "train.edited-running" : "train.edited");
    if (phase === "stopped") return `${t("train.stopped-at", { step: position.step, steps: position.steps })} ${this.#kept()}`;
    if (phase === "done" || phase === "failed") return this.#kept();
    if (phase === "empty" && choice.kind === "mnist" && this.#digits) {
      if (data || this.#digits.kept) return t("train.data-here");
      return t("train.downloads", { size: megabytes(this.#digits.info.bytes) });
    }
    return "";
  }

  /** What training that goes on does not take from the settings, where they say something else. */
  #kept() {
    const { settings, netSettings } = lab.state;
    if (!netSettings || (settings.batch === netSettings.batch && settings.seed === netSettings.seed)) return "";
    return t("train.keeps", { batch: netSettings.batch, seed: number(netSettings.seed, { useGrouping: false }) });
  }

  #question() {
    const { asking, history, position } = lab.state;
    const box = find(this, "question", HTMLElement);
    const wasHidden = box.hidden;
    box.hidden = !asking;
    const accuracy = history.validation.at(-1)?.accuracy ?? history.training.at(-1)?.accuracy;
    const worth = accuracy === undefined
      ? t("question.text") : t("question.text-accuracy", { accuracy: percent(accuracy), step: position.step });
    setText(find(this, "question-text", HTMLElement), worth);
    if (asking) {
      for (const name of ["title", "save", "replace"]) {
        setText(/** @type {Element} */ (box.querySelector(`[data-part="${name}"]`)), t(`question.${asking}.${name}`));
      }
    }
    find(this, "question-keep", HTMLButtonElement).textContent = t(lab.edited ? "question.keep" : "question.back");
    if (asking && wasHidden) find(this, "question-save", HTMLButtonElement).focus();
  }

  #download() {
    const { loading, phase } = lab.state;
    const box = find(this, "download", HTMLElement);
    box.hidden = !loading || phase !== "starting";
    if (!loading || box.hidden) return;
    const { done, total } = loading;
    const bar = box.querySelector("progress");
    if (bar && total) bar.value = done / total;
    else bar?.removeAttribute("value");
    setText(/** @type {Element} */ (box.querySelector("span")), stageText(loading));
  }

  #figures() {
    const { net, phase, position, progress } = lab.state;
    find(this, "run", HTMLElement).hidden = !net;
    if (!net) return;
    const share = position.steps ? position.step / position.steps : 0;
    const track = find(this, "progress", HTMLElement);
    const bar = /** @type {HTMLElement} */ (track.querySelector("i"));
    bar.style.inlineSize = `${100 * share}%`;
    track.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    track.dataset.step = String(position.step);
    track.dataset.steps = String(position.steps);
    this.#marks(track, position.epochs);
    const pass = Math.min(position.epochs, Math.max(1, position.epoch));
    const progressed = { percent: Math.round(100 * share), pass, passes: position.epochs };
    track.setAttribute("aria-valuetext", t("train.progress-text", progressed));
    setText(find(this, "pass", HTMLElement), t("figure.pass-of", { pass, passes: position.epochs }));
    this.#accuracy();
    this.#best();
    const live = phase === "running" && progress;
    setText(find(this, "images-per-second", HTMLElement),
      progress ? number(progress.imagesPerSecond, { maximumFractionDigits: 0 }) : "–");
    setText(find(this, "ms-per-step", HTMLElement), progress ? milliseconds(progress.msPerStep) : "–");
    setText(find(this, "time-left", HTMLElement), live ? duration(progress.secondsLeft) : "–");
  }

  /** The pass with the lowest validation loss so far, which is kept in the end. */
  #best() {
    const { netSettings, history: { validation } } = lab.state;
    const box = /** @type {HTMLElement} */ (this.querySelector("[data-part=best]"));
    box.hidden = !netSettings?.keepBest || validation.length < 2;
    if (box.hidden) return;
    const best = validation.reduce((low, point, i) => (point.loss < (validation[low]?.loss ?? Infinity) ? i : low), 0);
    setText(find(this, "best-pass", HTMLElement), number(best + 1));
  }

  /** What part of the validation set it recognises; until the first evaluation, what part of the latest in training. */
  #accuracy() {
    const { training, validation } = lab.state.history;
    const tested = validation.at(-1)?.accuracy;
    const recent = training.slice(-recentPoints);
    const accuracy = tested ?? (recent.length ? recent.reduce((sum, p) => sum + p.accuracy, 0) / recent.length : undefined);
    const figure = find(this, "validation-accuracy", HTMLElement);
    figure.dataset.value = String(tested ?? "");
    figure.classList.toggle("training", tested === undefined);
    setText(figure, accuracy === undefined ? "–" : percent(accuracy, tested === undefined ? 0 : 1));
    setText(/** @type {Element} */ (figure.previousElementSibling),
      t(tested === undefined ? "figure.accuracy-training" : "figure.accuracy"));
  }

  /** A mark where each pass ends. @param {HTMLElement} track @param {number} epochs */
  #marks(track, epochs) {
    if (epochs === this.#ticks) return;
    this.#ticks = epochs;
    for (const mark of track.querySelectorAll("b")) mark.remove();
    for (let i = 1; i < epochs && epochs <= 30; i++) {
      const mark = make("b");
      mark.style.insetInlineStart = `${(100 * i) / epochs}%`;
      track.append(mark);
    }
  }
}

define("fv-trainer", FvTrainer);

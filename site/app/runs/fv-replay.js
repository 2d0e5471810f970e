// A run made again from its record, with both curves over each other, and whether the same came out.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, setText } from "../shell/dom.js";
import { duration, number, percent, t } from "../shell/i18n.js";
import { Overlay } from "./overlay.js";
import { repeatable } from "./record.js";
import { Trial } from "./trial.js";

/** @import { RunRecord } from "./record.js" */

class FvReplay extends FvElement {
  /** @type {RunRecord | null} */
  #run = null;
  /** @type {Trial | null} */
  #trial = null;
  /** @type {Overlay | null} */
  #overlay = null;
  #frame = 0;

  build() {
    this.innerHTML = `
      <div class="two-charts" data-part="charts"></div>
      <div class="actions">
        <button type="button" class="primary" data-testid="replay"></button>
        <button type="button" data-testid="replay-stop" data-i18n="runs.replay.stop" hidden></button>
        <p class="hint" data-testid="replay-note"></p>
      </div>
      <div class="download" data-testid="replay-progress" hidden><span id="replay-label"
        data-testid="replay-stage"></span><progress aria-labelledby="replay-label" max="1"></progress></div>
      <p class="outcome" role="status" data-testid="replay-outcome" hidden></p>`;
    this.#overlay = new Overlay(/** @type {HTMLElement} */ (this.querySelector('[data-part="charts"]')));
    find(this, "replay", HTMLButtonElement).addEventListener("click", () => this.#start());
    find(this, "replay-stop", HTMLButtonElement).addEventListener("click", () => this.#trial?.stop());
  }

  get run() { return this.#run; }

  set run(run) {
    this.#trial?.stop();
    this.#trial = null;
    this.#run = run;
    if (this.isConnected) this.update();
  }

  #start() {
    if (!this.#run) return;
    const trial = (this.#trial = new Trial(this.#run));
    showProblem(this, "replay", null);
    trial.addEventListener("change", () => {
      if (trial !== this.#trial) return;
      if (trial.state.phase === "failed") showProblem(this, "replay", trial.state.error);
      this.#frame ||= requestAnimationFrame(() => {
        this.#frame = 0;
        this.update();
      });
    });
    void trial.start();
  }

  update() {
    const run = this.#run;
    if (!run) return;
    const { state } = this.#trial ?? {};
    const busy = ["data", "training", "examining"].includes(state?.phase ?? "");
    const start = find(this, "replay", HTMLButtonElement);
    const stop = find(this, "replay-stop", HTMLButtonElement);
    const focused = document.activeElement === start || document.activeElement === stop;
    start.hidden = busy;
    stop.hidden = !busy;
    if (focused && !(busy ? stop : start).contains(document.activeElement)) (busy ? stop : start).focus({ preventScroll: true });
    setText(start, t(state && !busy ? "runs.replay.again" : "runs.replay.start"));
    const why = run.moved ? "moved" : run.changed ? "changed" : "unfinished";
    const note = t(`runs.replay.${repeatable(run) ? "note" : why}`);
    setText(find(this, "replay-note", HTMLElement), busy ? "" : note);
    this.dataset.phase = state?.phase ?? "idle";
    this.#progress(state);
    this.#outcome(run, state);
    const again = state?.history;
    this.#overlay?.draw([
      { name: t("runs.replay.then"), colour: "--short", training: run.training, validation: run.validation },
      ...(again ? [{
        name: t("runs.replay.now"), colour: "--long", dash: [7, 5],
        training: columnsOf(again.training), validation: columnsOf(again.validation),
      }] : []),
    ]);
  }

  /** @param {Trial["state"] | undefined} state */
  #progress(state) {
    const box = find(this, "replay-progress", HTMLElement);
    const bar = /** @type {HTMLProgressElement} */ (box.querySelector("progress"));
    box.hidden = !["data", "training", "examining"].includes(state?.phase ?? "");
    if (!state || box.hidden) return;
    const { stage, step, steps, secondsLeft } = state;
    box.dataset.step = String(step);
    if (state.phase === "examining") {
      bar.removeAttribute("value");
      setText(find(this, "replay-stage", HTMLElement), t("runs.examining"));
    } else if (state.phase === "training") {
      bar.value = steps ? step / steps : 0;
      setText(find(this, "replay-stage", HTMLElement), t("runs.replay.training", { step, steps, left: duration(secondsLeft) }));
    } else {
      const known = stage && stage.total > 0;
      if (known) bar.value = stage.done / stage.total;
      else bar.removeAttribute("value");
      const shareOf = known ? percent(stage.done / stage.total, 0) : "";
      const words = stage ? t(`data.stage.${stage.stage}`, { share: shareOf }) : t("runs.replay.data");
      setText(find(this, "replay-stage", HTMLElement), words);
    }
  }

  /** @param {RunRecord} run @param {Trial["state"] | undefined} state */
  #outcome(run, state) {
    const line = find(this, "replay-outcome", HTMLElement);
    const found = state?.comparison;
    line.hidden = !found && state?.phase !== "stopped";
    line.dataset.code = found?.code ?? "";
    if (line.hidden) return;
    if (!found || !state?.record) return setText(line, t("runs.replay.stopped"));
    const { result } = state.record;
    const values = {
      accuracy: result.accuracy === undefined ? "–" : percent(result.accuracy, 2),
      before: run.result.accuracy === undefined ? "–" : percent(run.result.accuracy, 2),
      loss: number(found.loss, { maximumSignificantDigits: 2 }),
      points: number(100 * found.accuracy, { maximumFractionDigits: 2 }),
      backend: t(`backend.${run.backend}`), now: t(`backend.${state.record.backend}`),
      version: run.program, program: state.record.program,
    };
    const why = found.code === "differs" && run.program !== state.record.program ? "version" : found.code;
    setText(line, t(`runs.replay.${why}`, values));
  }
}

/** @param {{ step: number, loss: number, accuracy: number }[]} points */
function columnsOf(points) {
  return { step: points.map((p) => p.step), loss: points.map((p) => p.loss), accuracy: points.map((p) => p.accuracy) };
}

define("fv-replay", FvReplay);
export { FvReplay };

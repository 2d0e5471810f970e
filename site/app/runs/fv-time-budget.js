// "The best net in 60 seconds": measures this device, plans a net and its training, trains, and says what was promised and what
// came out.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, english, find, setText } from "../shell/dom.js";
import { language, number, parseNumber, percent, remember, remembered, t } from "../shell/i18n.js";
import { engine } from "../shell/engine.js";
import { lab } from "../train/lab.js";
import { Countdown } from "./countdown.js";
import { planFor, settingsOf } from "./planning.js";

/** @import { Plan } from "./budget.js" */

/** "asking": the laboratory asks what becomes of the trained net; "training": until the net is examined; "cut": the time was up.
 * @typedef {"idle" | "data" | "measuring" | "asking" | "training" | "done" | "cut" | "stopped" | "failed"} BudgetPhase */

const shortest = 10;
const longest = 600;
const key = "fovea.budget";

class FvTimeBudget extends FvElement {
  #phase = /** @type {BudgetPhase} */ ("idle");
  /** @type {Plan | null} */
  #plan = null;
  #seconds = 60;
  /** Of the time, from the first measurement to the examination. Pauses and questions do not count. */
  #clock = new Countdown();
  /** Seconds that measuring and rehearsing took. */
  #measured = 0;
  #share = 0;
  #paused = false;
  #cut = false;
  /** What came out; `accuracy` on the test set is null where it could not be examined.
   * @type {{ seconds: number, step: number, steps: number, accuracy: number | null } | null} */
  #outcome = null;
  /** @type {AbortController | null} */
  #abort = null;

  get sources() { return [lab]; }

  build() {
    this.dataset.testid ||= "time-budget";
    this.innerHTML = `
      <div class="budget-head"><h3 data-i18n="runs.budget.title"></h3><p class="hint" data-i18n="runs.budget.lead"></p></div>
      <form class="actions" novalidate>
        <label class="budget-time"><span data-i18n="runs.budget.seconds"></span>
          <input type="text" inputmode="numeric" data-testid="budget-seconds" aria-describedby="budget-error"></label>
        <button type="submit" data-testid="budget-start" data-i18n="runs.budget.start"></button>
        <button type="button" data-testid="budget-cancel" data-i18n="runs.budget.cancel" hidden></button>
        <p class="wrong" id="budget-error" data-testid="budget-error" role="status"></p>
      </form>
      <div class="budget-progress" data-testid="budget-measuring" hidden><span id="budget-stage"
        data-testid="budget-stage"></span>
        <progress max="1" aria-labelledby="budget-stage"></progress></div>
      <div class="promise" data-testid="budget-plan" role="status" hidden>
        <p><b data-testid="budget-promise"></b> <span data-i18n="runs.budget.limit" data-testid="budget-limit"></span>
          <span data-testid="budget-reason"></span> <span data-testid="budget-expected"></span></p>
        <p class="plan-net" data-testid="budget-net"></p>
        <p data-testid="budget-outcome" class="outcome"></p>
      </div>`;
    const field = find(this, "budget-seconds", HTMLInputElement);
    this.#seconds = Number(remembered(key)) || this.#seconds;
    field.addEventListener("input", () => this.#check());
    /** @type {HTMLFormElement} */ (this.querySelector("form")).addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#check()) void this.#start();
      else field.focus();
    });
    find(this, "budget-cancel", HTMLButtonElement).addEventListener("click", () => this.#abort?.abort());
    lab.addEventListener("ended", () => this.#ended());
  }

  /** The seconds typed, where they may be. */
  #check() {
    const field = find(this, "budget-seconds", HTMLInputElement);
    const seconds = parseNumber(field.value);
    const right = seconds >= shortest && seconds <= longest;
    if (right) this.#seconds = seconds;
    field.setAttribute("aria-invalid", String(!right));
    setText(find(this, "budget-error", HTMLElement), right ? "" : t("runs.budget.want", { shortest, longest }));
    return right;
  }

  async #start() {
    remember(key, String(this.#seconds));
    const { signal } = (this.#abort = new AbortController());
    showProblem(this, "budget", null);
    this.#plan = this.#outcome = null;
    this.#paused = this.#cut = false;
    this.#share = 0;
    this.#set("data");
    try {
      const fovea = await engine.fovea();
      const data = await lab.loadData();
      signal.throwIfAborted();
      this.#set("measuring");
      const clock = (this.#clock = new Countdown());
      clock.run();
      const onProgress = (/** @type {number} */ share) => {
        this.#share = share;
        this.#show();
      };
      const { plan, backend, endMs } = await planFor(fovea, data, this.#seconds, { elapsed: () => clock.ms, onProgress, signal });
      this.#measured = clock.ms / 1000;
      this.#plan = plan;
      if (backend !== (lab.state.net?.backend.name ?? lab.state.wanted)) await lab.useBackend(backend);
      clock.alarm(endMs, () => {
        this.#cut = true;
        this.update();
      });
      this.#train(plan);
    } catch (error) {
      this.#set(signal.aborted ? "idle" : "failed");
      if (!signal.aborted) showProblem(this, "budget", error);
    }
  }

  /** Hands the plan to the laboratory. The steps are those of this run alone; later ones count passes again.
   * @param {Plan} plan */
  #train(plan) {
    lab.edit(plan.text);
    lab.configure({ ...settingsOf(plan), epochs: Math.max(1, Math.ceil(plan.passes)) });
    this.#clock.hold();
    this.#set("asking");
    void lab.train();
  }

  /** @param {BudgetPhase} phase */
  #set(phase) {
    this.#phase = phase;
    this.update();
  }

  update() {
    this.#follow();
    this.#show();
    if (this.dataset.language === language.code) return;
    this.dataset.language = language.code;
    const field = find(this, "budget-seconds", HTMLInputElement);
    field.value = number(this.#seconds, { useGrouping: false }); // in the reader's digits
    this.#check();
  }

  /** What becomes of the planned run in the laboratory. */
  #follow() {
    const { phase, netText, text } = lab.state;
    const plan = this.#plan;
    if (!plan || !["asking", "training"].includes(this.#phase)) return;
    if (this.#phase === "asking") {
      if (phase === "starting" || (phase === "running" && netText === plan.text)) {
        this.#clock.run();
        this.#phase = "training";
      } else if (text !== plan.text) this.#leave("idle"); // the trained net was kept
      return;
    }
    this.#paused ||= phase === "paused";
    if (phase === "paused") this.#clock.hold();
    else this.#clock.run();
    if (this.#cut && phase === "running") void lab.stop(); // the net stays as it is then
    if (phase === "empty") this.#leave("failed"); // the program is gone
  }

  /** The planned run is over, and its net examined. */
  #ended() {
    if (this.#phase !== "training") return;
    const { phase, position: { step, steps }, result } = lab.state;
    this.#outcome = { seconds: this.#clock.ms / 1000, step, steps, accuracy: result?.accuracy ?? null };
    this.#leave(phase === "done" ? "done" : this.#cut ? "cut" : "stopped");
  }

  /** @param {BudgetPhase} phase */
  #leave(phase) {
    this.#phase = phase;
    this.#clock.hold();
    lab.configure({ steps: 0 });
  }

  #show() {
    const phase = this.#phase;
    const measuring = phase === "data" || phase === "measuring";
    const busy = measuring || phase === "asking" || phase === "training" || lab.busy;
    this.dataset.phase = phase;
    const start = find(this, "budget-start", HTMLButtonElement);
    const cancel = find(this, "budget-cancel", HTMLButtonElement);
    const focused = document.activeElement === start || document.activeElement === cancel;
    start.disabled = busy || lab.state.engine !== "ready";
    cancel.hidden = !measuring;
    if (focused && measuring) cancel.focus({ preventScroll: true });
    find(this, "budget-seconds", HTMLInputElement).disabled = measuring || phase === "training";
    const progress = find(this, "budget-measuring", HTMLElement);
    progress.hidden = !measuring;
    /** @type {HTMLProgressElement} */ (progress.querySelector("progress")).value = this.#share;
    if (measuring) setText(find(this, "budget-stage", HTMLElement), t(`runs.budget.${phase}`));
    const box = find(this, "budget-plan", HTMLElement);
    box.hidden = !this.#plan;
    if (this.#plan) this.#tell(this.#plan);
  }

  /** @param {Plan} plan */
  #tell(plan) {
    const { text, batch, steps, seconds, reason, expected } = plan;
    const say = (/** @type {string} */ name, /** @type {string} */ words) => (
      setText(find(this, `budget-${name}`, HTMLElement), words));
    const [measuring, wanted] = [inSeconds(this.#measured), inSeconds(this.#seconds)];
    const passes = number(plan.passes, { maximumSignificantDigits: 2 });
    const time = inSeconds(Math.min(this.#measured + seconds, this.#seconds)); // what does not fit is cut off
    say("promise", t("runs.budget.promise", { steps, batch, passes, time, wanted }));
    say("reason", t(`runs.budget.reason.${reason}`));
    say("expected", expected ? t("runs.budget.expected", { low: percent(expected[0]), high: percent(expected[1]) }) : "");
    const net = find(this, "budget-net", HTMLElement);
    if (net.textContent !== text) net.replaceChildren(english(text, "english code"));
    const outcome = find(this, "budget-outcome", HTMLElement);
    outcome.hidden = !this.#outcome;
    if (!this.#outcome) return;
    const { seconds: total, step, steps: planned, accuracy } = this.#outcome;
    outcome.dataset.seconds = String(total);
    const words = this.#phase === "done" ? (this.#paused ? "paused" : "came") : this.#phase;
    setText(outcome, t(`runs.budget.${words}`, {
      total: inSeconds(total), wanted, measuring, step, steps: planned, accuracy: accuracy === null ? "–" : percent(accuracy),
    }));
  }
}

/** As the time was given, so that both compare. @param {number} seconds */
const inSeconds = (seconds) => t("unit.s", { value: number(Math.round(seconds)) });

define("fv-time-budget", FvTimeBudget);

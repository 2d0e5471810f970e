// "The best net in 60 seconds": measures this device, plans a net and its training, trains, and says what was promised and what came out.
import { showProblem } from "../shell/alert.js";
import { english, find, FvElement, setText } from "../shell/dom.js";
import { duration, language, number, parseNumber, percent, remember, remembered, t } from "../shell/i18n.js";
import { engine } from "../shell/engine.js";
import { lab } from "../train/lab.js";
import { optionsOf } from "../train/settings.js";
import { candidates, corrected, fit, measure, rehearsalOf } from "./budget.js";
import { mnist } from "./known.js";
import { median } from "./statistics.js";

/**
 * @import { BackendName, Fovea } from "../../../js/fovea.d.ts"
 * @import { LearningSets } from "../train/learning-data.js"
 * @import { Candidate, Plan } from "./budget.js"
 */

/** "asking": the laboratory asks what becomes of the trained net. @typedef {"idle" | "data" | "measuring" | "asking" | "training" | "done" | "stopped" | "failed"} BudgetPhase */

const shortest = 10;
const longest = 600;
const key = "fovea.budget";

class FvTimeBudget extends FvElement {
  #phase = /** @type {BudgetPhase} */ ("idle");
  /** @type {Plan | null} */
  #plan = null;
  /** Seconds that measuring took, and the whole of it. */
  #measured = 0;
  #total = 0;
  #share = 0;
  #seconds = 60;
  /** When its training began; 0: not yet. */
  #began = 0;
  #paused = false;
  /** Share of the test set that is recognised. @type {number | null} */
  #accuracy = null;
  /** @type {AbortController | null} */
  #abort = null;

  get sources() { return [lab]; }

  build() {
    this.dataset.testid ||= "time-budget";
    this.innerHTML = `
      <div class="budget-head"><h3 data-i18n="runs.budget.title"></h3><p class="hint" data-i18n="runs.budget.lead"></p></div>
      <form class="actions" novalidate>
        <label class="budget-time"><span data-i18n="runs.budget.seconds"></span> <input type="text" inputmode="numeric" data-testid="budget-seconds" aria-describedby="budget-error"></label>
        <button type="submit" data-testid="budget-start" data-i18n="runs.budget.start"></button>
        <button type="button" data-testid="budget-cancel" data-i18n="runs.budget.cancel" hidden></button>
        <p class="wrong" id="budget-error" data-testid="budget-error" role="status"></p>
      </form>
      <div class="budget-progress" data-testid="budget-measuring" hidden><span id="budget-stage" data-testid="budget-stage"></span><progress max="1" aria-labelledby="budget-stage"></progress></div>
      <div class="promise" data-testid="budget-plan" role="status" hidden>
        <p><b data-testid="budget-promise"></b> <span data-testid="budget-reason"></span> <span data-testid="budget-expected"></span></p>
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
    this.#plan = null;
    this.#began = 0;
    this.#paused = false;
    this.#accuracy = null;
    this.#share = 0;
    this.#set("data");
    try {
      const fovea = await engine.fovea();
      const data = await lab.loadData();
      const { train, validation } = data;
      signal.throwIfAborted();
      this.#set("measuring");
      const began = performance.now();
      const task = { shape: [...train.shape], classes: train.classes.length, count: train.count, testCount: validation?.count ?? 0 };
      const list = candidates(task);
      const backend = await backendFor(fovea, list);
      const measured = await measure(list, task, this.#seconds, {
        signal, now: () => performance.now(),
        benchmark: ({ text, batch }, steps) => fovea.benchmark(text, { backend, batch, steps, warmup: 1, optimizer: "adam" }),
        onProgress: (share) => {
          this.#share = share;
          this.#show();
        },
      });
      const { choice, settings } = lab.state;
      const asMeasured = choice.kind === "mnist" && Object.values(settings.augment).every((value) => !value);
      const known = asMeasured ? mnist : [];
      const left = () => this.#seconds - (performance.now() - began) / 1000;
      const rough = fit(measured, task, left(), known);
      const steps = rehearsalOf(rough);
      const ms = await rehearse(fovea, backend, rough, steps, data, signal);
      signal.throwIfAborted();
      const plan = corrected(rough, task, left(), steps, ms, known);
      this.#measured = (performance.now() - began) / 1000;
      this.#plan = plan;
      if (backend !== (lab.state.net?.backend.name ?? lab.state.wanted)) await lab.useBackend(backend);
      this.#train(plan);
    } catch (error) {
      this.#set(signal.aborted ? "idle" : "failed");
      if (!signal.aborted) showProblem(this, "budget", error);
    }
  }

  /** Hands the plan to the laboratory. The steps are those of this run alone; later ones count passes again. @param {Plan} plan */
  #train(plan) {
    lab.edit(plan.text);
    lab.configure({ ...planOf(plan), epochs: Math.max(1, Math.ceil(plan.passes)) });
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
    find(this, "budget-seconds", HTMLInputElement).value = number(this.#seconds, { useGrouping: false }); // in the reader's digits
    this.#check();
  }

  /** What becomes of the planned run in the laboratory. */
  #follow() {
    const { phase, netText, text } = lab.state;
    const plan = this.#plan;
    if (!plan || !["asking", "training"].includes(this.#phase)) return;
    if (this.#phase === "asking") {
      if (phase === "starting" || (phase === "running" && netText === plan.text)) {
        this.#began ||= performance.now();
        this.#phase = "training";
      } else if (text !== plan.text) this.#leave("idle"); // the trained net was kept
      return;
    }
    this.#paused ||= phase === "paused";
    if (phase !== "done" && phase !== "stopped" && phase !== "failed" && phase !== "empty") return;
    this.#total = this.#measured + (performance.now() - this.#began) / 1000;
    this.#leave(phase === "done" ? "done" : "stopped");
  }

  /** @param {BudgetPhase} phase */
  #leave(phase) {
    this.#phase = phase;
    lab.configure({ steps: 0 });
  }

  #show() {
    const phase = this.#phase;
    const measuring = phase === "data" || phase === "measuring";
    const busy = measuring || phase === "asking" || phase === "training" || ["starting", "running", "paused"].includes(lab.state.phase);
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
    const { text, batch, steps, passes, seconds, reason, expected } = plan;
    const say = (/** @type {string} */ name, /** @type {string} */ words) => setText(find(this, `budget-${name}`, HTMLElement), words);
    say("promise", t("runs.budget.promise", { time: duration(seconds), steps, passes: number(passes, { maximumSignificantDigits: 2 }), batch }));
    say("reason", t(`runs.budget.reason.${reason}`));
    say("expected", expected ? t("runs.budget.expected", { low: percent(expected[0]), high: percent(expected[1]) }) : "");
    const net = find(this, "budget-net", HTMLElement);
    if (net.textContent !== text) net.replaceChildren(english(text, "english code"));
    const outcome = find(this, "budget-outcome", HTMLElement);
    outcome.hidden = this.#phase !== "done" && this.#phase !== "stopped";
    if (outcome.hidden) return;
    this.#accuracy ??= lab.state.netText === text && !lab.busy ? lab.state.result?.accuracy ?? null : null; // it stays, whatever is trained next
    const accuracy = this.#accuracy;
    const words = this.#phase === "stopped" ? "runs.budget.stopped" : this.#paused ? "runs.budget.paused" : "runs.budget.came";
    outcome.dataset.seconds = String(this.#total);
    setText(outcome, t(words, { total: duration(this.#total), wanted: duration(this.#seconds), measuring: duration(this.#measured), accuracy: accuracy === null ? "…" : percent(accuracy) }));
  }
}

/** Milliseconds that the plan's first steps take with the laboratory's settings. @param {Fovea} fovea @param {BackendName} backend
 * @param {Plan} plan @param {number} steps @param {LearningSets} data @param {AbortSignal} signal */
async function rehearse(fovea, backend, { text, batch, learningRate }, steps, { train, validation }, signal) {
  const { settings } = lab.state;
  const net = await fovea.net(text, { backend, classes: [...train.classes], seed: settings.seed, signal });
  try {
    const began = performance.now();
    const planned = { ...settings, ...planOf({ batch, learningRate, steps }) };
    await net.train(train, { ...optionsOf(planned, !!validation), ...(validation && { validation }), signal }).finished;
    return performance.now() - began;
  } finally {
    void net.close().catch(() => {});
  }
}

/** What a plan sets. @param {Pick<Plan, "batch" | "learningRate" | "steps">} plan */
const planOf = ({ batch, learningRate, steps }) => (
  { batch, learningRate, steps, optimizer: /** @type {const} */ ("adam"), schedule: /** @type {const} */ ("one-cycle") });

/** The backend that was chosen; else the faster of GPU and SIMD for the second net. @param {Fovea} fovea @param {Candidate[]} list @returns {Promise<BackendName>} */
async function backendFor(fovea, list) {
  if (lab.state.wanted) return lab.state.wanted;
  const able = (await fovea.backends()).filter(({ name, available, software }) => available && name !== "cpu" && !software).map(({ name }) => name);
  if (able.length < 2) return able[0] ?? "cpu";
  const { text = "", batch = 1 } = list[Math.min(2, list.length - 1)] ?? {};
  const times = [];
  for (const backend of able) times.push({ backend, ms: median(await fovea.benchmark(text, { backend, batch, steps: 3, warmup: 1 }).catch(() => [Infinity])) });
  return times.reduce((a, b) => (b.ms < a.ms ? b : a)).backend;
}

customElements.define("fv-time-budget", FvTimeBudget);

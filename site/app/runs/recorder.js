// Follows the laboratory and keeps each of its runs when it ends.
import { lab } from "../train/lab.js";
import { optionsOf } from "../train/settings.js";
import { remember, remembered } from "../shell/i18n.js";
import { described, digestOf, maxPoints, newId, programVersion, Rates } from "./made.js";
import { blank, choiceOf, columns, recordFrom, settingsOf } from "./record.js";
import { runs } from "./store.js";

/**
 * @import { Net, TrainingProgress } from "../../../js/fovea.d.ts"
 * @import { RunRecord } from "./record.js"
 */

const key = "fovea.run";

/** Fires "change" when a run was kept, or a rate has come. */
class Recorder extends EventTarget {
  /** The learning rates of the run that the laboratory shows. */
  rates = new Rates();
  /** The run as it was kept last. @type {RunRecord | null} */
  record = null;

  /** @type {Net | null} */
  #net = null;
  /** @type {TrainingProgress | null} */
  #progress = null;
  #phase = "empty";
  #result = lab.state.result;
  #id = "";
  #backend = "";
  #moved = false;
  #changed = false;
  /** The settings it trained with so far. */
  #settings = "";
  #keeping = Promise.resolve();
  /** What is wrong with the run's keeping. @type {unknown} */
  error = null;
  /** Milliseconds of training before the last start, and when that was; 0 where it does not run. */
  #spent = 0;
  #since = 0;

  constructor() {
    super();
    lab.addEventListener("change", () => this.#look());
    addEventListener("pagehide", () => this.#remember());
  }

  /** Seconds of training so far. */
  get seconds() {
    return (this.#spent + (this.#since ? performance.now() - this.#since : 0)) / 1000;
  }

  #look() {
    const { net, progress, phase, result } = lab.state;
    if (net !== this.#net) this.#begin(net);
    if (!net) return;
    if (phase === "running" && this.#phase !== "running" && this.#phase !== "paused") this.#start();
    this.#clock(phase === "running");
    if (progress && progress !== this.#progress) this.#add(progress);
    this.#progress = progress;
    const ran = ["starting", "running", "paused"].includes(this.#phase);
    const ended = ran && ["done", "stopped", "failed"].includes(phase);
    this.#phase = phase;
    const examined = result !== null && result !== this.#result;
    this.#result = result;
    if (ended || examined) this.#keeping = this.#keeping.then(() => this.#keep(net)); // the examination comes a little later
    if (ended || phase === "paused") this.#remember();
  }

  /** A training begins, or goes on. */
  #start() {
    const { netSettings, data } = lab.state;
    const settings = netSettings ? JSON.stringify(optionsOf(netSettings, !!data?.validation)) : "";
    const beyond = this.#phase === "done" || this.record?.result.state === "done";
    if (beyond || (this.#settings !== "" && this.#settings !== settings)) this.#changed = true;
    this.#settings = settings;
  }

  /** Another net: a new run, or the one that this device kept over a reload. @param {Net | null} net */
  #begin(net) {
    this.#net = net;
    this.rates = new Rates();
    this.record = null;
    this.#phase = lab.state.phase;
    this.#backend = "";
    const before = net && lab.state.position.step > 0 ? this.#remembered() : null;
    this.#id = before?.id ?? newId();
    this.#spent = before?.spent ?? 0;
    this.#moved = before?.moved ?? false;
    this.#changed = before?.changed ?? false;
    this.#settings = "";
    this.#result = lab.state.result;
    this.error = null;
    this.#since = 0;
    if (before) void runs.list().then((all) => {
      const kept = all.find(({ id }) => id === before.id);
      if (!kept || this.#net !== net || this.record) return;
      this.record = kept;
      if (this.rates.step.length === 0) this.rates = Rates.from(kept.rates);
      this.dispatchEvent(new Event("change"));
    });
    this.dispatchEvent(new Event("change"));
  }

  /** @returns {{ id: string, spent: number, moved: boolean, changed: boolean } | null} */
  #remembered() {
    try {
      const { id, text, seed, spent, moved, changed } = JSON.parse(remembered(key) ?? "null");
      if (text !== lab.state.netText || seed !== lab.state.netSettings?.seed || !/^[\w-]{1,60}$/.test(id)) return null;
      return { id, spent: Number(spent) || 0, moved: moved === true, changed: changed === true };
    } catch {
      return null; // nothing there
    }
  }

  #remember() {
    if (!this.#net) return;
    const spent = 1000 * this.seconds;
    const { netText: text, netSettings } = lab.state;
    const about = { id: this.#id, text, seed: netSettings?.seed, spent, moved: this.#moved, changed: this.#changed };
    remember(key, JSON.stringify(about));
  }

  /** @param {boolean} running */
  #clock(running) {
    if (running && !this.#since) this.#since = performance.now();
    if (!running && this.#since) {
      this.#spent += performance.now() - this.#since;
      this.#since = 0;
    }
  }

  /** @param {TrainingProgress} progress */
  #add(progress) {
    this.#backend ||= progress.backend.name;
    this.#moved ||= progress.backend.name !== this.#backend;
    this.rates.add(progress);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Net} net */
  async #keep(net) {
    const { data, position, history, netText, netSettings, netChoice, phase, lastValidation, result } = lab.state;
    if (net !== this.#net || !data || !netSettings || !netChoice || position.step === 0) return;
    const [id, seconds] = [this.#id, this.seconds];
    const [on, last] = result ? ["test", result]
      : history.validation.length > 0 ? ["validation", history.validation.at(-1)] : ["training", history.training.at(-1)];
    try {
      const [weights, digest] = await Promise.all([net.digest().catch(() => ""), digestOf(data.train)]);
      const run = recordFrom({
        ...blank(), id, name: this.record?.name ?? "", when: Date.now(), program: programVersion, text: netText,
        settings: settingsOf(optionsOf(netSettings, !!data.validation)),
        data: { choice: choiceOf(netChoice), digest, holdout: netSettings.holdout, ...described(data) },
        backend: net.backend.name, adapter: net.backend.adapter, moved: this.#moved, changed: this.#changed,
        training: columns(history.training, maxPoints), validation: columns(history.validation, maxPoints), rates: this.rates,
        result: {
          state: phase === "failed" || phase === "stopped" ? phase : "done", step: position.step, steps: position.steps,
          parameters: net.summary.parameters,
          ...(last && Number.isFinite(last.loss) && { loss: last.loss, accuracy: last.accuracy }), on, seconds,
        },
        ...(lastValidation && { perClass: lastValidation.perClass, confusion: lastValidation.confusion }), weights,
      });
      await runs.put(run);
      if (net !== this.#net) return;
      this.record = run;
    } catch (error) {
      this.error = error;
    }
    this.dispatchEvent(new Event("change"));
  }
}

export const recorder = new Recorder();

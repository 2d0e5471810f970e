// A training: begun, gone on with, paused, stopped, and followed.
import { FoveaError } from "../../../js/fovea.js";
import { engine } from "../shell/engine.js";
import { History } from "./history.js";
import { optionsOf } from "./settings.js";

/**
 * @import * as api from "../../../js/fovea.d.ts"
 * @import { LabType } from "./lab.js"
 * @import { LearningSets } from "./learning-data.js"
 */

const saveEvery = 5000; // ms

export class Training {
  #lab;
  /** @type {api.Training | null} */
  #running = null;
  #saveTimer = 0;

  /** @param {LabType} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** @param {{ replace?: boolean }} [options] */
  async train({ replace = false } = {}) {
    const lab = this.#lab;
    if (lab.busy) return;
    if (lab.state.net && lab.state.position.step > 0 && !replace) return lab.set({ asking: "train" });
    const { settings, text, choice, wanted } = lab.state;
    await this.#run(settings.holdout, async (data) => {
      if (!lab.fovea) throw new FoveaError("Fovea has not started yet", { code: "closed" });
      const net = await lab.fovea.net(text, { backend: wanted ?? "auto", classes: data.train.classes, seed: settings.seed });
      await lab.state.net?.close().catch(() => {});
      lab.set({
        net, netText: text, netSettings: settings, netChoice: choice, history: new History(), lastValidation: null,
        position: { step: 0, steps: 0, epoch: 0, epochs: settings.epochs }, savedAt: 0,
      });
      const { train, validation } = data;
      return net.train(train, { ...optionsOf(settings, !!validation), ...(validation && { validation }) });
    });
  }

  async continue() {
    const lab = this.#lab;
    const { net, netSettings, settings, position, phase } = lab.state;
    if (!net || lab.busy) return;
    // What says which sample comes next stays as it began.
    const { batch, seed, holdout } = netSettings ?? settings;
    const next = { ...settings, batch, seed, holdout };
    const changed = settings.epochs !== netSettings?.epochs;
    const more = changed ? Math.max(settings.epochs, position.epoch) : Math.max(position.epochs, settings.epochs);
    const epochs = phase === "done" ? position.epochs + settings.epochs : more;
    const steps = settings.steps === 0 ? 0 : phase === "done" ? position.steps + settings.steps : settings.steps;
    await this.#run(holdout, async ({ train, validation }) => {
      lab.set({ netSettings: next });
      const options = optionsOf({ ...next, epochs, steps }, !!validation);
      return net.train(train, { ...options, ...(validation && { validation }), resume: true });
    });
  }

  /** Trains to the end, and examines the net: "ended". @param {number} holdout
   * @param {(data: LearningSets) => Promise<api.Training>} begin */
  async #run(holdout, begin) {
    const lab = this.#lab;
    const before = lab.state.phase;
    lab.clearProblem("train");
    lab.set({ phase: "starting", asking: null, progress: null, result: null });
    try {
      const data = await lab.loadData(holdout);
      this.#running = await begin(data);
      lab.set({ phase: "running" });
    } catch (error) {
      lab.set({ phase: lab.state.net ? (before === "empty" ? "stopped" : before) : "empty" });
      lab.problem("train", error);
      return lab.dispatchEvent(new Event("ended"));
    }
    clearInterval(this.#saveTimer);
    this.#saveTimer = window.setInterval(() => lab.save(), saveEvery);
    await this.#follow(this.#running);
  }

  /** @param {api.Training} training */
  async #follow(training) {
    const lab = this.#lab;
    for await (const event of training.events()) {
      if (training === this.#running) this.#receive(event);
    }
    if (training !== this.#running) return;
    clearInterval(this.#saveTimer);
    this.#running = null;
    let bestEpoch = 0;
    try {
      ({ bestEpoch } = await training.finished);
      const { step, steps } = lab.state.position;
      lab.set({ phase: training.state === "stopped" && step < steps ? "stopped" : "done" });
      lab.notice(lab.state.phase === "done" ? "finished" : "stopped", "", { step });
    } catch (error) {
      lab.set({ phase: "failed" });
      lab.problem("train", error);
      if (/** @type {FoveaError} */ (error).code === "diverged") lab.notice("diverged", "", { step: lab.state.position.step });
    }
    await lab.save();
    await lab.examine(bestEpoch ?? 0);
    lab.dispatchEvent(new Event("ended"));
  }

  /** @param {api.TrainingEvent} event */
  #receive(event) {
    const lab = this.#lab;
    const { history } = lab.state;
    if (event.type === "progress") {
      const { step, steps, epoch, epochs } = event;
      history.add(event);
      lab.set({ progress: event, position: { step, steps, epoch, epochs } });
    } else if (event.type === "validation") {
      history.addValidation(event);
      lab.set({ lastValidation: event });
      if (lab.state.choice.kind !== "points") {
        lab.notice("validation", "", { epoch: event.epoch, accuracy: event.accuracy, loss: event.loss });
      }
    } else if (event.type === "state") {
      if (event.state === "running" || event.state === "paused") lab.set({ phase: event.state });
      if (event.state === "paused") void lab.save();
    } else {
      lab.notice(event.code, event.message);
      if (event.code === "device-lost" || event.code === "backend-changed") void engine.look();
    }
  }

  async pause() { await this.#running?.pause().catch((error) => this.#lab.problem("train", error)); }
  async resume() { await this.#running?.resume().catch((error) => this.#lab.problem("train", error)); }
  async stop() { await this.#running?.stop().catch((error) => this.#lab.problem("train", error)); }

  async end() {
    const training = this.#running;
    await this.stop();
    await training?.finished.catch(() => {});
  }

  forget() {
    this.#running = null;
    clearInterval(this.#saveTimer);
  }
}

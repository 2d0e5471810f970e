// Starting the program, starting it again, and what it computes with.
import { engine } from "../shell/engine.js";
import { remembered } from "../shell/i18n.js";
import { becomeKeeper } from "./store.js";
import { settingsFrom } from "./settings.js";

/** @import * as api from "../../../js/fovea.d.ts" */
/** @import { LabType } from "./lab.js" */

/** What was remembered of the last visit. */
function draft() {
  try {
    return JSON.parse(remembered("fovea.draft") ?? "null");
  } catch {
    return null;
  }
}

export class Program {
  #lab;

  /** @param {LabType} lab */
  constructor(lab) {
    this.#lab = lab;
    engine.addEventListener("change", () => lab.set({ load: engine.state.load, backends: engine.state.backends }));
  }

  async start() {
    const { text, settings, choice } = draft() ?? {};
    await this.#lab.choose(choice ?? this.#lab.state.choice);
    if (settings) this.#lab.settle(settingsFrom(settings));
    if (typeof text === "string" && text) this.#lab.edit(text);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.#lab.save();
    });
    void becomeKeeper().then((keeper) => this.#lab.set({ keeper }));
    await this.#boot();
  }

  /** Starts the program, and takes up the net kept on this device or in memory. */
  async #boot() {
    const lab = this.#lab;
    lab.set({ engine: "loading", load: { loaded: 0, total: 0 } });
    try {
      await engine.fovea();
    } catch (error) {
      lab.set({ engine: "failed" });
      const blocked = /** @type {any} */ (error).code === "blocked";
      return lab.problem("page", error, { code: blocked ? "blocked" : "start", action: "restart" });
    }
    lab.set({ engine: "ready" });
    lab.clearProblem("page");
    void lab.checkText();
    await lab.takeUp();
  }

  async restart() {
    this.#lab.set({ problems: [] });
    await this.#boot();
  }

  /** The program is gone, and with it the training; what was saved last is taken up when it starts again. */
  lost() {
    const lab = this.#lab;
    if (lab.state.engine !== "ready") return;
    void engine.drop();
    lab.forgetTraining();
    lab.set({ engine: "failed", net: null, data: null, phase: "empty", switching: false, examining: false });
    lab.problem("page", null, { code: "engine", action: "restart" });
  }

  /** @param {api.BackendName} name */
  async useBackend(name) {
    const lab = this.#lab;
    lab.clearProblem("backend");
    const { net, wanted } = lab.state;
    lab.set({ wanted: name });
    if (!net) return;
    lab.set({ switching: true });
    try {
      await net.setBackend(name);
      lab.notice("switched", "", { backend: name });
    } catch (error) {
      lab.set({ wanted });
      lab.problem("backend", error);
      void engine.look();
    } finally {
      lab.set({ switching: false });
    }
  }
}

// The program, started once for the page. Whoever needs it calls `engine.fovea()`; who shows how far it is reads `engine.state`
// and listens to "change".
import { Fovea } from "../../../js/fovea.js";

/** @import * as api from "../../../js/fovea.d.ts" */

/** "idle": nobody has asked for it yet. @typedef {"idle" | "loading" | "ready" | "failed"} EnginePhase */

class Engine extends EventTarget {
  state = {
    phase: /** @type {EnginePhase} */ ("idle"),
    load: { loaded: 0, total: 0 },
    /** @type {api.BackendInfo[]} What this device has to compute with; empty until the program has looked. */
    backends: [],
    /** @type {unknown} Why it failed. */
    error: null,
  };

  /** @type {Fovea | null} The program, where it runs. */
  running = null;
  /** @type {Promise<Fovea> | null} */
  #starting = null;

  /** The program, started if it is not yet, or anew if that failed. @returns {Promise<Fovea>} */
  fovea() {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start() {
    this.#set({ phase: "loading", load: { loaded: 0, total: 0 }, error: null });
    const worker = document.querySelector('meta[name="fovea-worker"]')?.getAttribute("content") || "js/worker.js";
    try {
      this.running = await Fovea.start({
        worker: new URL(worker, document.baseURI),
        onProgress: (loaded, total) => this.#set({ load: { loaded, total } }),
      });
    } catch (error) {
      this.#starting = null;
      this.#set({ phase: "failed", error });
      throw error;
    }
    this.#set({ phase: "ready" });
    void this.look();
    return this.running;
  }

  /** Looks anew at what there is to compute with. */
  async look() {
    const backends = await this.running?.backends().catch(() => null); // what uses them says what is wrong
    if (backends) this.#set({ backends });
  }

  /** Gives up a program that is lost; the next call of `fovea` starts another. */
  async drop() {
    const lost = this.running;
    this.running = null;
    this.#starting = null;
    this.#set({ phase: "idle", backends: [] });
    await lost?.close().catch(() => {});
  }

  /** @param {Partial<Engine["state"]>} changes */
  #set(changes) {
    Object.assign(this.state, changes);
    this.dispatchEvent(new Event("change"));
  }
}

export const engine = new Engine();

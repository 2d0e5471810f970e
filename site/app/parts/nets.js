// The networks that can answer: those of the site, those that this browser keeps, and those that the visitor opened. One answers
// at a time; it is loaded when it is first needed.
import { engine } from "../shell/engine.js";
import { remember, remembered, t } from "../shell/i18n.js";
import { ofSite, opened, rememberOpened, saved } from "./net-choices.js";
import { coded } from "./net-names.js";

/**
 * @import { BackendName, LoadOptions, ModelSource, Net } from "../../../js/fovea.d.ts"
 * @import { Choice } from "./net-choices.js"
 */

/** How far loading is: first the program, then the network's download, then opening it. `total` is 0 where it is unknown.
 * @typedef {{ id: string, phase: "program" | "download" | "open", loaded: number, total: number }} Loading */

const chosenKey = "fovea.classify.net";
const progressEvery = 100; // ms
/** How many networks stay in memory: going back and forth between two is then free. */
const most = 2;

class Nets extends EventTarget {
  state = {
    choices: [...ofSite, ...opened()],
    /** Which one the visitor wants; "auto": the one of the site that suits the picture. */
    wanted: remembered(chosenKey) ?? "auto",
    backend: /** @type {BackendName | "auto"} */ ("auto"),
    switching: false,
    /** @type {{ id: string, net: Net } | null} Which one is ready to answer. */
    current: null,
    /** @type {Loading | null} */
    loading: null,
  };

  /** @type {Map<string, Net>} The last one used comes last. */
  #kept = new Map();
  /** @type {{ id: string, controller: AbortController, net: Promise<Net> } | null} */
  #opening = null;

  constructor() {
    super();
    engine.addEventListener("change", () => this.#engineChanged());
  }

  /** What a choice is called. @param {string} id */
  title(id) {
    const choice = this.state.choices.find((one) => one.id === id);
    if (!choice) return id;
    return choice.kind === "site" ? t(`index.net.${id}`) : choice.title;
  }

  /** Which network is to answer about a picture that suits `suited`. @param {"mnist" | "cifar10"} suited */
  idFor(suited) {
    const { wanted, choices } = this.state;
    return choices.some(({ id }) => id === wanted) ? wanted : suited;
  }

  /** @param {string} id */
  want(id) {
    remember(chosenKey, id);
    this.#set({ wanted: id });
  }

  /**
   * A network, loaded if it is not; what is being loaded instead is given up.
   * @param {string} id
   * @returns {Promise<Net>}
   */
  async get(id) {
    const kept = this.#kept.get(id);
    if (kept) {
      this.#opening?.controller.abort();
      this.#use(id, kept);
      return kept;
    }
    if (this.#opening?.id === id) return this.#opening.net;
    this.#opening?.controller.abort();
    const controller = new AbortController();
    const opening = this.#opening = { id, controller, net: this.#open(id, controller.signal) };
    try {
      const net = await opening.net;
      if (this.#opening !== opening) { // another one was wanted just when it was there
        await net.close();
        throw Object.assign(new Error("another network was chosen"), { name: "AbortError", code: "aborted" });
      }
      this.#use(id, net);
      return net;
    } finally {
      if (this.#opening === opening) {
        this.#opening = null;
        this.#set({ loading: null });
      }
    }
  }

  /** @param {string} id @param {AbortSignal} signal */
  async #open(id, signal) {
    const choice = this.state.choices.find((one) => one.id === id);
    if (!choice) throw { code: "model-file", message: id };
    this.#set({ loading: { id, phase: "program", ...engine.state.load } });
    const fovea = await engine.fovea().catch((error) => {
      throw error?.code === "blocked" ? error : { code: "start", message: error?.message };
    });
    signal.throwIfAborted();
    try {
      return await fovea.load(choice.source, { ...choice.options, backend: this.state.backend, signal,
        onProgress: ({ phase, loadedBytes, totalBytes = 0 }) => {
          if (!signal.aborted) this.#progress({ id, phase, loaded: loadedBytes, total: totalBytes });
        } });
    } catch (error) {
      throw coded(error, "model");
    }
  }

  /** Gives up loading. */
  cancel() {
    this.#opening?.controller.abort();
    this.#opening = null;
    this.#set({ loading: null });
  }

  /** @param {string} id @param {Net} net */
  #use(id, net) {
    this.#kept.delete(id);
    this.#kept.set(id, net);
    for (const [old, one] of [...this.#kept].slice(0, -most)) {
      this.#kept.delete(old);
      void one.close();
    }
    if (this.state.current?.net !== net) this.#set({ current: { id, net } });
  }

  /** Lets everything go, such as after the program died; the next call of `get` begins anew. */
  async restart() {
    this.cancel();
    this.#kept.clear();
    this.#set({ current: null });
    await engine.drop();
  }

  /** Computes elsewhere from now on. @param {BackendName | "auto"} backend */
  async useBackend(backend) {
    const { current } = this.state;
    this.#set({ backend, switching: current !== null });
    try {
      for (const [id, net] of this.#kept) {
        if (net !== current?.net || backend === "auto") this.#drop(id, net);
      }
      if (!current) return;
      if (backend === "auto") await this.get(current.id);
      else await current.net.setBackend(backend);
    } finally {
      this.#set({ switching: false });
    }
  }

  /** @param {string} id @param {Net} net */
  #drop(id, net) {
    this.#kept.delete(id);
    if (this.state.current?.net === net) this.state.current = null;
    void net.close();
  }

  /**
   * Adds a network that the visitor opens, and chooses it once it is open.
   * @param {{ title: string, source: ModelSource, options: LoadOptions }} opened
   */
  async add({ title, source, options }) {
    const id = typeof source === "string" ? `at ${source}` : `file ${title}`;
    const [old] = this.state.choices.filter((one) => one.id === id);
    const net = this.#kept.get(id);
    if (net) this.#drop(id, net); // the same one with other settings
    const { wanted } = this.state;
    this.#set({ choices: [...this.state.choices.filter((one) => one !== old), { id, kind: "opened", title, source, options }] });
    try {
      await this.get(id);
      this.want(id);
      rememberOpened(this.state.choices);
    } catch (error) {
      this.#set({ wanted, choices: this.state.choices.filter((one) => one.id !== id).concat(old ?? []) });
      throw error;
    }
  }

  /** Keeps the network in the browser, so that it is there after a reload. @param {string} name */
  async keep(name) {
    const { current } = this.state;
    if (!current) return;
    await current.net.save(name);
    await this.#listSaved();
    this.#kept.delete(current.id);
    this.#use(`saved ${name}`, current.net);
    const choices = this.state.choices.filter(({ id }) => id !== current.id);
    this.#set({ current: { id: `saved ${name}`, net: current.net }, choices });
    this.want(`saved ${name}`);
  }

  async #listSaved() {
    const kept = await saved(engine.running);
    if (kept) this.#set({ choices: [...this.state.choices.filter(({ kind }) => kind !== "saved"), ...kept] });
  }

  #listed = false;

  #engineChanged() {
    const { phase, load } = engine.state;
    if (phase === "ready" && !this.#listed) {
      this.#listed = true;
      void this.#listSaved();
    }
    const { loading } = this.state;
    if (phase === "loading" && loading?.phase === "program") this.#progress({ ...loading, ...load });
  }

  #told = 0;

  /** Takes up how far loading is, at most ten times a second: a download tells each of its many chunks.
   * @param {Loading} loading */
  #progress(loading) {
    const { loading: before } = this.state;
    const same = before?.id === loading.id && before.phase === loading.phase;
    if (same && performance.now() - this.#told < progressEvery) return;
    this.#told = performance.now();
    this.#set({ loading });
  }

  /** @param {Partial<Nets["state"]>} changes */
  #set(changes) {
    Object.assign(this.state, changes);
    this.dispatchEvent(new Event("change"));
  }
}

export const nets = new Nets();

// The laboratory: everything the page knows, and what can be done with it. Components read `lab.state`, call its
// methods and listen to its "change" events; they never talk to each other.
import { FoveaError } from "../../../js/fovea.js";
import { dataInfo, fetchData, isKept } from "../data/mnist.js";
import { History } from "./history.js";
import { engine } from "../shell/engine.js";
import { remember, remembered } from "../shell/i18n.js";
import { layOut, plain, presets } from "./presets.js";
import { settingsFrom } from "./settings.js";
import * as store from "./store.js";

/** @import * as api from "../../../js/fovea.d.ts" */
/** @import { Settings } from "./settings.js" */

/** "empty": no net yet; "starting": data or net on the way; "done": all passes made. @typedef {"empty" | "starting" | "running" | "paused" | "stopped" | "done" | "failed"} Phase */
/** @typedef {{ place: string, code: string, detail: string, action?: string }} Problem */
/** @typedef {{ time: number, code: string, detail: string, values?: Record<string, string | number> }} Notice */
/** @typedef {{ step: number, steps: number, epoch: number, epochs: number }} Position */

const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const saveEvery = 5000;
const checkAfter = 250;

/** @param {string} key */
function parsed(key) {
  try {
    return JSON.parse(remembered(key) ?? "null");
  } catch {
    return null;
  }
}

class Lab extends EventTarget {
  state = {
    engine: /** @type {"loading" | "ready" | "failed"} */ ("loading"),
    load: { loaded: 0, total: 0 },
    /** @type {api.BackendInfo[]} */
    backends: [],
    /** @type {api.BackendName | null} What the user asked for; null: Fovea chooses. */
    wanted: null,
    switching: false,
    text: presets.convnet,
    settings: settingsFrom(null),
    /** @type {api.Summary | null} Of the text, when it is valid. */
    summary: null,
    /** @type {FoveaError | null} What is wrong with the text. */
    netError: null,
    checking: true,
    /** @type {{ line: number, column: number, length: number } | null} The layer pointed at in the drawing. */
    pointed: null,
    /** @type {api.Net | null} */
    net: null,
    netText: "",
    /** @type {Settings | null} What the net was begun with. */
    netSettings: null,
    phase: /** @type {Phase} */ ("empty"),
    /** @type {Position} */
    position: { step: 0, steps: 0, epoch: 0, epochs: 0 },
    /** @type {Extract<api.TrainingEvent, { type: "progress" }> | null} */
    progress: null,
    history: new History(),
    /** @type {import("../data/mnist.js").DataInfo | null} */
    dataInfo: null,
    dataKept: false,
    /** @type {{ loaded: number, total: number } | null} Bytes of the digits' file. */
    download: null,
    /** @type {{ done: number, total: number } | null} Digits out of their file. */
    unpacking: null,
    /** @type {{ train: api.Dataset, test: api.Dataset } | null} */
    data: null,
    /** @type {"train" | "open" | null} What would replace the trained net, while the page asks what to do with it. */
    asking: null,
    /** @type {Notice[]} */
    notices: [],
    /** @type {Problem[]} */
    problems: [],
    /** @type {number} When the net was last kept on this device; 0: not yet. */
    savedAt: 0,
    keeper: true,
    storageFailed: false,
    /** @type {{ pixels: Uint8Array, shape: number[] } | null} What the net saw last. */
    seen: null,
  };

  constructor() {
    super();
    engine.addEventListener("change", () => this.set({ load: engine.state.load, backends: engine.state.backends }));
  }

  /** @type {api.Training | null} */
  #training = null;
  /** @type {store.Saved | null} The newest save, in memory. */
  #saved = null;
  #saving = false;
  #changeTimer = 0;
  #checkTimer = 0;
  #check = 0;
  #saveTimer = 0;
  /** @type {AbortController | null} */
  #abort = null;
  /** @type {Promise<{ train: api.Dataset, test: api.Dataset }> | null} The data set on its way. */
  #loading = null;
  /** @type {Uint8Array<ArrayBuffer> | null} A file that waits for the answer. */
  #waiting = null;

  /** Tells the components, soon and once for many changes. @param {Partial<Lab["state"]>} [changes] */
  set(changes = {}) {
    Object.assign(this.state, changes);
    if (this.#changeTimer) return;
    this.#changeTimer = window.setTimeout(() => {
      this.#changeTimer = 0;
      this.dispatchEvent(new Event("change"));
    }, 16);
  }

  /** @param {string} place @param {unknown} error @param {Partial<Problem>} [more] */
  problem(place, error, more = {}) {
    const { code, message } = /** @type {any} */ (error ?? {});
    if (code === "closed" || code === "aborted") return;
    if (code === "worker-lost") return this.#lost();
    const problem = { place, code: typeof code === "string" ? code : "internal", detail: String(message ?? ""), ...more };
    this.set({ problems: [...this.state.problems.filter((p) => p.place !== place), problem] });
  }

  /** @param {string} place */
  clearProblem(place) {
    if (this.state.problems.some((p) => p.place === place)) this.set({ problems: this.state.problems.filter((p) => p.place !== place) });
  }

  /** @param {string} code @param {string} [detail] @param {Record<string, string | number>} [values] */
  notice(code, detail = "", values) {
    this.set({ notices: [...this.state.notices, { time: Date.now(), code, detail, values }].slice(-50) });
  }

  // Starting.

  async start() {
    const draft = parsed("fovea.draft");
    if (typeof draft?.text === "string") this.set({ text: draft.text, settings: settingsFrom(draft.settings) });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.save();
    });
    void this.#loadDataInfo();
    void store.becomeKeeper().then((keeper) => this.set({ keeper }));
    await this.#boot();
  }

  /** Starts the program, and takes up the net kept on this device or in memory. */
  async #boot() {
    this.set({ engine: "loading", load: { loaded: 0, total: 0 } });
    try {
      await engine.fovea();
    } catch (error) {
      this.set({ engine: "failed" });
      const blocked = /** @type {FoveaError} */ (error).code === "blocked";
      return this.problem("page", error, { code: blocked ? "blocked" : "start", action: "restart" });
    }
    this.set({ engine: "ready" });
    this.clearProblem("page");
    void this.#checkText();
    await this.#takeUp();
  }

  async #takeUp() {
    let saved = this.#saved;
    try {
      saved ??= await store.read();
    } catch (error) {
      return this.problem("train", error, { code: "restore" });
    }
    if (!saved) return;
    try {
      await this.#openSaved(saved);
    } catch (error) {
      this.#saved = saved; // "Save to file" still offers it
      this.problem("train", error, { code: "restore", action: "save-file" });
    }
  }

  /** @param {store.Saved} saved */
  async #openSaved({ session, bytes }) {
    const fovea = this.#engine();
    const info = await fovea.inspect(bytes);
    const settings = settingsFrom({ ...info, ...session?.settings });
    const net = await fovea.net(session?.text ?? info.text, { backend: this.state.wanted ?? "auto", classes: digits, seed: settings.seed });
    try {
      await net.restore(bytes.slice());
    } catch (error) {
      void net.close().catch(() => {});
      throw error;
    }
    const { step, steps, epoch, epochs } = info;
    const history = session?.history ? History.from(session.history) : History.from({ training: info.history });
    history.rewind(step);
    await this.state.net?.close().catch(() => {});
    this.#saved = { session, bytes };
    this.set({
      net, netText: session?.text ?? info.text, netSettings: settings, history, position: { step, steps, epoch, epochs },
      phase: step > 0 && step >= steps ? "done" : "stopped", savedAt: session?.time ?? 0, progress: null, asking: null,
    });
    if (!remembered("fovea.draft")) this.edit(layOut(this.state.netText));
  }

  get fovea() {
    return engine.running;
  }

  #engine() {
    if (!this.fovea) throw new FoveaError("Fovea has not started yet", { code: "closed" });
    return this.fovea;
  }

  /** The program is gone, and with it the training; what was saved last is taken up when it starts again. */
  #lost() {
    if (this.state.engine !== "ready") return;
    void engine.drop();
    this.#training = null;
    clearInterval(this.#saveTimer);
    this.set({ engine: "failed", net: null, data: null, phase: "empty", switching: false });
    this.problem("page", null, { code: "engine", action: "restart" });
  }

  async restart() {
    this.set({ problems: [] });
    await this.#boot();
  }

  // The net's text.

  /** @param {string} text */
  edit(text) {
    // Laid out anew it is the same net, and a question about it stands.
    const asking = plain(text) === plain(this.state.text) ? this.state.asking : null;
    this.set({ text, checking: true, pointed: null, asking });
    this.#draft();
    clearTimeout(this.#checkTimer);
    this.#checkTimer = window.setTimeout(() => this.#checkText(), checkAfter);
  }

  /** @param {Partial<Settings>} settings */
  configure(settings) {
    this.set({ settings: { ...this.state.settings, ...settings } });
    this.#draft();
    if (settings.batch) void this.#checkText();
  }

  #draft() {
    remember("fovea.draft", JSON.stringify({ text: this.state.text, settings: this.state.settings }));
  }

  async #checkText() {
    if (!this.fovea) return;
    const check = ++this.#check;
    try {
      const summary = await this.fovea.describe(this.state.text, { batch: this.state.settings.batch });
      if (check === this.#check) this.set({ summary, netError: null, checking: false });
    } catch (error) {
      if (check !== this.#check) return;
      this.set({ netError: /** @type {FoveaError} */ (error), checking: false });
      if (/** @type {FoveaError} */ (error).code === "worker-lost") this.#lost();
    }
  }

  /** Whether the text says another net than the one that was trained. */
  get edited() {
    const { net, netText, text, summary, netError } = this.state;
    if (!net || plain(text) === plain(netText)) return false;
    return !!netError || !summary || summary.text !== net.summary.text;
  }

  // The data.

  async #loadDataInfo() {
    try {
      const info = await dataInfo();
      this.set({ dataInfo: info, dataKept: await isKept(info) });
    } catch {
      // told when the data is really needed
    }
  }

  /** The data set, downloaded and unpacked if need be, once however many ask. */
  async loadData() {
    if (this.state.data) return this.state.data;
    this.#loading ??= this.#fetchData().finally(() => { this.#loading = null; });
    return this.#loading;
  }

  async #fetchData() {
    const info = this.state.dataInfo ?? (await dataInfo().catch((error) => { throw new FoveaError(error.message, { code: "download" }); }));
    const { signal } = (this.#abort = new AbortController());
    this.set({ dataInfo: info, download: { loaded: 0, total: info.bytes } });
    try {
      const packed = await fetchData(info, (loaded, total) => this.set({ download: { loaded, total } }), signal)
        .catch((error) => { throw new FoveaError(error.message, { code: error.name === "AbortError" ? "aborted" : "download" }); });
      this.set({ download: null, unpacking: { done: 0, total: 1 } });
      const data = await this.#engine().packedDataset(packed, { onProgress: (done, total) => this.set({ unpacking: { done, total } }) });
      this.set({ data, dataKept: true });
      return data;
    } finally {
      this.#abort = null;
      this.set({ download: null, unpacking: null });
    }
  }

  cancelDownload() {
    this.#abort?.abort();
  }

  /** A test digit taken at random. @returns {Promise<api.Sample>} */
  async testDigit() {
    const { test } = await this.loadData();
    return test.sample(Math.floor(Math.random() * test.count));
  }

  // Training.

  /** Begins a new net from the text; asks first if a trained one would go. @param {{ replace?: boolean }} [options] */
  async train({ replace = false } = {}) {
    if (this.state.net && this.state.position.step > 0 && !replace) return this.set({ asking: "train" });
    await this.#run(async (data) => {
      const settings = { ...this.state.settings };
      const text = this.state.text;
      const net = await this.#engine().net(text, { backend: this.state.wanted ?? "auto", classes: digits, seed: settings.seed });
      await this.#training?.stop().catch(() => {});
      await this.state.net?.close().catch(() => {});
      this.set({ net, netText: text, netSettings: settings, history: new History(), position: { step: 0, steps: 0, epoch: 0, epochs: settings.epochs }, savedAt: 0 });
      return net.train(data.train, { ...settings, validation: data.test });
    });
  }

  /** Goes on with the net there is: to the end of its passes, or further if they are all made. */
  async continue() {
    await this.#run(async (data) => {
      const { net, netSettings, settings, position, phase } = this.state;
      if (!net) throw new FoveaError("there is no net to go on with", { code: "argument" });
      const rest = { ...settings, batch: netSettings?.batch ?? settings.batch, seed: netSettings?.seed ?? settings.seed };
      const changed = settings.epochs !== netSettings?.epochs;
      const epochs = phase === "done" ? position.epochs + settings.epochs : changed ? Math.max(settings.epochs, position.epoch) : Math.max(position.epochs, settings.epochs);
      this.set({ netSettings: { ...rest } });
      return net.train(data.train, { ...rest, epochs, validation: data.test, resume: true });
    });
  }

  /** @param {(data: { train: api.Dataset, test: api.Dataset }) => Promise<api.Training>} begin */
  async #run(begin) {
    const before = this.state.phase;
    this.clearProblem("train");
    this.set({ phase: "starting", asking: null, progress: null });
    try {
      const data = await this.loadData();
      this.#training = await begin(data);
      this.set({ phase: "running" });
    } catch (error) {
      this.set({ phase: this.state.net ? (before === "empty" ? "stopped" : before) : "empty" });
      return this.problem("train", error);
    }
    clearInterval(this.#saveTimer);
    this.#saveTimer = window.setInterval(() => this.save(), saveEvery);
    await this.#follow(this.#training);
  }

  /** @param {api.Training} training */
  async #follow(training) {
    for await (const event of training.events()) {
      if (training === this.#training) this.#receive(event);
    }
    if (training !== this.#training) return;
    clearInterval(this.#saveTimer);
    this.#training = null;
    try {
      await training.finished;
      const { step, steps } = this.state.position;
      this.set({ phase: training.state === "stopped" && step < steps ? "stopped" : "done" });
      this.notice(this.state.phase === "done" ? "finished" : "stopped", "", { step: this.state.position.step });
    } catch (error) {
      this.set({ phase: "failed" });
      this.problem("train", error);
      if (/** @type {FoveaError} */ (error).code === "diverged") this.notice("diverged", "", { step: this.state.position.step });
    }
    await this.save();
  }

  /** @param {api.TrainingEvent} event */
  #receive(event) {
    const { history } = this.state;
    if (event.type === "progress") {
      const { step, steps, epoch, epochs } = event;
      const moved = this.state.progress && this.state.progress.backend.name !== event.backend.name;
      history.add(event);
      this.set({ progress: event, position: { step, steps, epoch, epochs } });
      if (moved) this.set();
    } else if (event.type === "validation") {
      history.addValidation(event);
      this.notice("validation", "", { epoch: event.epoch, accuracy: event.accuracy, loss: event.loss });
    } else if (event.type === "state") {
      if (event.state === "running" || event.state === "paused") this.set({ phase: event.state });
      if (event.state === "paused") void this.save();
    } else {
      this.notice(event.code, event.message);
      if (event.code === "device-lost" || event.code === "backend-changed") void engine.look();
    }
  }

  async pause() { await this.#training?.pause().catch((error) => this.problem("train", error)); }
  async resume() { await this.#training?.resume().catch((error) => this.problem("train", error)); }
  async stop() { await this.#training?.stop().catch((error) => this.problem("train", error)); }

  /** Keeps the trained net, and puts its text back into the editor. */
  keepOld() {
    this.#waiting = null;
    this.set({ asking: null });
    if (this.edited) this.edit(layOut(this.state.netText));
  }

  /** Does what the page asked about. */
  async replaceOld() {
    const waiting = this.#waiting;
    if (this.state.asking === "train") await this.train({ replace: true });
    else if (waiting) await this.#openFile(waiting);
  }

  /** @param {api.BackendName} name */
  async useBackend(name) {
    this.clearProblem("backend");
    const { net, wanted } = this.state;
    this.set({ wanted: name });
    if (!net) return;
    this.set({ switching: true });
    try {
      await net.setBackend(name);
      this.notice("switched", "", { backend: name });
    } catch (error) {
      this.set({ wanted });
      this.problem("backend", error);
      void engine.look();
    } finally {
      this.set({ switching: false });
    }
  }

  /** @param {api.Picture} picture @param {"digit" | "fit"} prepare */
  async classify(picture, prepare) {
    if (!this.state.net) return null;
    const result = await this.state.net.classify(picture, { top: 3, prepare });
    if (result.seen) this.set({ seen: { pixels: result.seen, shape: result.shape } });
    return result;
  }

  // Keeping.

  #session() {
    const { netText, netSettings, history } = this.state;
    return { version: 1, text: netText, settings: netSettings, history: history.toJSON(), time: Date.now() };
  }

  /** Keeps the net on this device, so that a reload loses nothing. */
  async save() {
    const { net } = this.state;
    if (!net || this.#saving) return;
    this.#saving = true;
    try {
      const bytes = new Uint8Array(await (await net.toBlob()).arrayBuffer());
      if (net !== this.state.net) return;
      this.#saved = { session: this.#session(), bytes };
      if (!this.state.keeper) return;
      await store.write(this.#saved);
      this.set({ savedAt: Date.now(), storageFailed: false });
    } catch (error) {
      if (!this.state.storageFailed) this.problem("saves", error, { code: "storage" });
      this.set({ storageFailed: true });
    } finally {
      this.#saving = false;
    }
  }

  /** The net as a file to take away, named after its step. @returns {Promise<File | null>} */
  async file() {
    let bytes = this.#saved?.bytes;
    if (this.state.net) bytes = new Uint8Array(await (await this.state.net.toBlob()).arrayBuffer());
    if (!bytes) return null;
    const { step } = await this.#engine().inspect(bytes);
    return new File([bytes], `fovea-digits-step-${step}.safetensors`, { type: "application/octet-stream" });
  }

  /** Opens a saved net; asks first if a trained one would go. @param {Blob} blob */
  async open(blob) {
    this.clearProblem("saves");
    try {
      const bytes = new Uint8Array(await blob.arrayBuffer());
      await this.#engine().inspect(bytes); // a wrong file is told at once, and touches nothing
      if (this.state.net) {
        this.#waiting = bytes;
        return this.set({ asking: "open" });
      }
      await this.#openFile(bytes);
    } catch (error) {
      this.problem("saves", error);
    }
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async #openFile(bytes) {
    this.#waiting = null;
    this.set({ asking: null });
    const training = this.#training;
    if (training) {
      await this.stop();
      await training.finished.catch(() => {});
    }
    try {
      await this.#openSaved({ session: null, bytes });
      this.edit(layOut(this.state.netText));
      this.notice("opened", "", { step: this.state.position.step });
      await this.save();
    } catch (error) {
      this.problem("saves", error);
    }
  }
}

export const lab = new Lab();

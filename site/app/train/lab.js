// The laboratory: everything the page of training knows, and what can be done with it. Components read `lab.state`, call its
// methods and listen to its "change" events, and "ended" after a training and its examination; they never talk to each other.
// What it does stands in modules by purpose: keeping.js, learning-data.js, net-text.js, preparing.js (settings), program.js,
// result.js, training.js.
import { problemOf } from "../shell/alert.js";
import { engine } from "../shell/engine.js";
import { remember } from "../shell/i18n.js";
import { History } from "./history.js";
import { Keeping } from "./keeping.js";
import { LearningData, sameChoice } from "./learning-data.js";
import { NetText } from "./net-text.js";
import { plain } from "./presets.js";
import { Preparing } from "./preparing.js";
import { Program } from "./program.js";
import { Result } from "./result.js";
import { defaults } from "./settings.js";
import { Training } from "./training.js";

/**
 * @import * as api from "../../../js/fovea.d.ts"
 * @import { Choice, LoadStage } from "../data/sources.js"
 * @import { FoveaError } from "../../../js/fovea.js"
 * @import { Wanted } from "./adapt.js"
 * @import { LearningSets } from "./learning-data.js"
 * @import { Settings } from "./settings.js"
 */

/** "empty": no net yet; "starting": data or net on the way; "done": all passes made.
 * @typedef {"empty" | "starting" | "running" | "paused" | "stopped" | "done" | "failed"} Phase */
/** @typedef {{ place: string, code: string, detail: string, action?: string }} Problem */
/** @typedef {{ time: number, code: string, detail: string, values?: Record<string, string | number> }} Notice */
/** @typedef {{ step: number, steps: number, epoch: number, epochs: number }} Position */
/** How the net does on the test set, which neither trained it nor chose it, and after which step.
 * @typedef {{ accuracy: number, loss: number, count: number, step: number, bestEpoch: number }} Examined */

class Lab extends EventTarget {
  state = {
    engine: /** @type {"loading" | "ready" | "failed"} */ ("loading"),
    load: { loaded: 0, total: 0 },
    /** @type {api.BackendInfo[]} */
    backends: [],
    /** @type {api.BackendName | null} What the user asked for; null: Fovea chooses. */
    wanted: null,
    switching: false,
    /** @type {Choice} What is to be learned from, and what that wants of a net. */
    choice: { kind: "mnist" },
    /** Whether the visitor has said what to learn from; `choice` is the one before where not. */
    chosen: true,
    /** @type {Wanted} */
    wants: { input: [28, 28, 1], classes: 10 },
    /** @type {LearningSets | null} The data of `choice`, once it is here; `validation` is null where nothing is held back. */
    data: null,
    /** @type {LoadStage | null} */
    loading: null,
    text: "",
    /** @type {Settings} */
    settings: defaults,
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
    /** @type {Choice | null} What the net was begun with. */
    netChoice: null,
    phase: /** @type {Phase} */ ("empty"),
    /** @type {Position} */
    position: { step: 0, steps: 0, epoch: 0, epochs: 0 },
    /** @type {api.TrainingProgress | null} */
    progress: null,
    /** @type {api.TrainingValidation | null} The newest. */
    lastValidation: null,
    history: new History(),
    /** @type {Examined | null} */
    result: null,
    examining: false,
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
  };

  #changeTimer = 0;
  #data = new LearningData(this);
  #text = new NetText(this);
  #preparing = new Preparing(this);
  #training = new Training(this);
  #result = new Result(this);
  #keeping = new Keeping(this);
  #program = new Program(this);

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
    if (/** @type {any} */ (error)?.code === "worker-lost") return this.#program.lost();
    const found = problemOf(place, error);
    if (!found) return;
    const { code, detail } = found;
    const problem = { place, code: code === "data" ? "fit" : code, detail, ...more };
    this.set({ problems: [...this.state.problems.filter((p) => p.place !== place), problem] });
  }

  /** @param {string} place */
  clearProblem(place) {
    if (this.state.problems.some((p) => p.place === place)) {
      this.set({ problems: this.state.problems.filter((p) => p.place !== place) });
    }
  }

  /** @param {string} code @param {string} [detail] @param {Record<string, string | number>} [values] */
  notice(code, detail = "", values) {
    this.set({ notices: [...this.state.notices, { time: Date.now(), code, detail, values }].slice(-50) });
  }

  /** What the visitor was about to do is there after a reload. */
  remember() {
    const { text, settings, choice } = this.state;
    remember("fovea.draft", JSON.stringify({ text, settings, choice }));
  }

  /** Whether the text or the data is another than the trained net's. */
  get edited() {
    const { net, netText, text, summary, netError, choice, netChoice } = this.state;
    if (!net) return false;
    if (netChoice && !sameChoice(choice, netChoice)) return true;
    if (plain(text) === plain(netText)) return false;
    return !!netError || !summary || summary.text !== net.summary.text;
  }

  /** Whether the net of the text takes the data's samples and tells its classes apart. */
  get fits() {
    const { summary, wants } = this.state;
    return !summary || (summary.input.join() === wants.input.join() && summary.classes === wants.classes);
  }

  /** Whether there is a training, so that settings wait. */
  get busy() { return ["starting", "running", "paused"].includes(this.state.phase); }

  /** The program, where it runs. */
  get fovea() { return engine.running; }

  start() { return this.#program.start(); }
  restart() { return this.#program.restart(); }
  /** @param {api.BackendName} name */
  useBackend(name) { return this.#program.useBackend(name); }

  /** Other data to learn from; null: it is not said yet which. @param {Choice | null} choice */
  choose(choice) { return this.#data.choose(choice); }
  /** The data, read if need be, once however many ask.
   * @param {number} [holdout] share to choose by; default: that of the settings */
  loadData(holdout) { return this.#data.load(holdout); }
  cancelLoading() { this.#data.cancel(); }
  /** A sample of the test set taken at random. */
  testSample() { return this.#data.testSample(); }

  /** @param {string} text */
  edit(text) { this.#text.edit(text); }
  checkText() { return this.#text.check(); }
  /** Changes the text so that it fits the data. */
  adapt() { this.#text.adapt(); }

  /** @param {Partial<Settings>} settings */
  configure(settings) { this.#preparing.configure(settings); }
  undo() { this.#preparing.undo(); }
  redo() { this.#preparing.redo(); }
  /** What was changed in the settings, the oldest first, and what was taken back of it. */
  get changes() { return this.#preparing.changes; }
  /** Settings to begin with: nothing to take back. @param {Settings} settings */
  settle(settings) { this.#preparing.settle(settings); }

  /** Begins a new net from the text; asks first if a trained one would go. @param {{ replace?: boolean }} [options] */
  train(options) { return this.#training.train(options); }
  /** Goes on with the net there is: to the end of its passes, or further if they are all made. */
  continue() { return this.#training.continue(); }
  pause() { return this.#training.pause(); }
  resume() { return this.#training.resume(); }
  stop() { return this.#training.stop(); }
  /** Ends a training and waits until it has ended. */
  endTraining() { return this.#training.end(); }
  /** Forgets a training whose program is gone. */
  forgetTraining() { this.#training.forget(); }

  /** Keeps the trained net, and puts its text and its data back. */
  async keepOld() {
    this.#keeping.forgetWaiting();
    this.set({ asking: null });
    const { netChoice, netText } = this.state;
    if (!this.edited) return;
    if (netChoice) await this.#data.choose(netChoice);
    this.#text.show(netText);
  }

  /** Does what the page asked about. */
  replaceOld() {
    return this.state.asking === "train" ? this.train({ replace: true }) : this.#keeping.openWaiting();
  }

  /** @param {number} bestEpoch */
  examine(bestEpoch) { return this.#result.examine(bestEpoch); }
  /** Keeps the net in the browser under a name, for the other pages. @param {string} name */
  saveAs(name) { return this.#result.saveAs(name); }
  /** The net in a format to take away, as a file. @param {import("./result.js").Format} format */
  exported(format) { return this.#result.exported(format); }

  /** The net kept on this device, taken up. */
  takeUp() { return this.#keeping.takeUp(); }
  /** Keeps the net on this device, so that a reload loses nothing. */
  save() { return this.#keeping.save(); }
  /** The net as a file to take away, named after its data and step. @returns {Promise<File | null>} */
  file() { return this.#keeping.file(); }
  /** Opens a saved net; asks first if a trained one would go. @param {Blob} blob */
  open(blob) { return this.#keeping.open(blob); }

  /** @param {api.Picture} picture @param {"digit" | "fit"} prepare */
  async classify(picture, prepare) {
    return this.state.net ? this.state.net.classify(picture, { top: 3, prepare }) : null;
  }
}

/** @typedef {Lab} LabType */

export const lab = new Lab();

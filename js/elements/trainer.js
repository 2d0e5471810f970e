// <fovea-trainer>: pictures by class in, a net that tells them apart out.
import { FoveaElement } from "./base.js";
import { ClassList } from "./classes.js";
import { Curve } from "./curve.js";
import { english, make, setText } from "./dom.js";
import { Lesson } from "./lesson.js";
import { Loading } from "./loading.js";
import { modelOptions, modelSource, split } from "./model.js";
import { Outcome } from "./outcome.js";
import { aborted } from "./shared.js";

/** @import { BackendName, Fovea, Net, TrainingEvent } from "../fovea.js" */
/** @import { Point } from "./curve.js" */

const usualNet = "INPUT 32x32x3 -> [CONV 5x5x16 pad 2 -> RELU -> POOL 2]*3 -> FC {classes}";

export class FoveaTrainer extends FoveaElement {
  static observedAttributes = [...FoveaElement.observedAttributes, "classes", "model"];

  /** The training that runs. @type {Lesson | null} */
  #lesson = null;
  /**
   * What it does just now: the share that is done, if known, and how that is said.
   * @type {{ share: number, text: () => string } | null}
   */
  #doing = null;
  /** @type {{ training: Point[], checks: Point[], steps: number }} */
  #history = { training: [], checks: [], steps: 1 };
  /** The model that is fine-tuned, once it is loaded. @type {Net | null} */
  #base = null;

  #classes = new ClassList({
    onChange: () => this.#showTrain(),
    attempt: (act) => void this.attempt(act),
    fail: (error) => this.fail(error),
  });
  #train = make("button", { type: "button", part: "button train primary", "aria-describedby": "need",
    click: () => void this.#press() });
  #need = make("p", { part: "note", id: "need" });
  #loading = new Loading(() => void this.#press());
  #bar = make("progress", { part: "progress", label: "training", max: 1 });
  #state = make("p", { part: "note state" });
  /** What Fovea says of the training, such as that a class has too few pictures. */
  #notice = make("p", { part: "note notice", role: "status" });
  #curves = [new Curve("accuracy"), new Curve("loss")];
  #outcome = new Outcome((act) => void this.attempt(act));

  constructor() {
    super("trainer");
    this.view.append(this.#classes.element,
      make("div", { part: "run" }, make("div", { part: "actions" }, this.#train, this.#need),
        this.#loading.element, this.#bar, this.#state, this.#notice),
      make("div", { part: "curves" }, ...this.#curves.map(({ element }) => element)), this.#outcome.element);
  }

  /** What the last training gave, as in the event "trained"; null before. */
  get outcome() {
    const learned = this.#outcome.learned;
    return learned && { net: learned.net, accuracy: learned.evaluation.accuracy, count: learned.evaluation.count };
  }

  start() {
    if (this.#classes.isEmpty) this.#fillClasses();
    this.#classes.open();
  }

  release() {
    this.#lesson?.stop();
    this.#lesson = null;
    this.#loading.forget();
    this.#classes.close();
    this.#outcome.forget();
    this.#forgetBase();
  }

  /** @param {string} name */
  changed(name) {
    if (name === "classes") this.#fillClasses();
    if (name === "model") this.#forgetBase();
  }

  update() {
    this.#classes.update(this.words);
    this.#loading.update(this.words);
    this.#outcome.update(this.words, this.messages);
    this.#showTrain();
    this.#showProgress();
  }

  #showTrain() {
    const { words } = this;
    const lack = this.#classes.lack();
    setText(this.#train, words.text(this.#lesson ? "stop" : "train"));
    this.#train.disabled = !this.#lesson && lack !== "";
    setText(this.#need, this.#lesson ? "" : lack || words.text("share"));
  }

  #showProgress() {
    const { training, checks, steps } = this.#history;
    for (const curve of this.#curves) curve.show(training, checks, steps, this.words);
    this.#bar.hidden = !this.#doing;
    setText(this.#state, this.#doing?.text() ?? "");
    this.#bar.value = this.#doing?.share || 0;
  }

  #fillClasses() {
    const names = split(this.getAttribute("classes") ?? "", ",");
    this.#classes.reset(names.length > 0 ? names : ["", ""]);
  }

  #forgetBase() {
    void this.#base?.close();
    this.#base = null;
  }

  /** The button trains, or stops what trains. */
  async #press() {
    if (this.#lesson) {
      this.#loading.forget();
      return this.#lesson.stop();
    }
    const lesson = this.#lesson = new Lesson();
    this.#history = { training: [], checks: [], steps: 1 };
    this.#notice.replaceChildren();
    this.#classes.closeCameras();
    this.#showTrain();
    await this.attempt(() => this.#give(lesson));
    if (this.#lesson !== lesson) return;
    this.#lesson = null;
    this.#doing = null;
    this.#showTrain();
    this.#showProgress();
  }

  /** @param {Lesson} lesson */
  async #give(lesson) {
    const fovea = await this.#loading.run((started, options) => this.#prepare(started, options));
    const does = (/** @type {"reading" | "tuning"} */ what, /** @type {number} */ done, /** @type {number} */ total) => (
      this.#does(done / total, () => this.words.text(what)));
    does("reading", 0, 1);
    const learned = await lesson.give(fovea, {
      pictures: this.#classes.pictures,
      text: this.getAttribute("net") || usualNet,
      base: this.#base ?? undefined,
      backend: /** @type {BackendName | "auto" | null} */ (this.getAttribute("backend")) ?? undefined,
      epochs: Number(this.getAttribute("epochs")) || undefined,
    }, {
      onReading: (done, total) => does("reading", done, total),
      onTuning: ({ stage, done, total }) => does(stage === "features" ? "reading" : "tuning", done, total),
      onEvent: (event) => this.#follow(event),
    });
    if (this.#lesson !== lesson) return void learned.net.close();
    this.#outcome.show(learned);
    this.dispatchEvent(new CustomEvent("trained", { detail: this.outcome }));
    const name = this.getAttribute("save");
    if (!name) return;
    await learned.net.save(name);
    this.#outcome.kept(name);
  }

  /**
   * Loads the model that is to be fine-tuned, if there is one.
   * @param {Fovea} fovea
   * @param {{ signal: AbortSignal, onProgress: (progress: any) => void }} options
   */
  async #prepare(fovea, { signal, onProgress }) {
    const source = this.getAttribute("model");
    if (!source || this.#base) return fovea;
    const base = await fovea.load(modelSource(source, this), { ...modelOptions(this), signal, onProgress });
    if (signal.aborted) {
      void base.close();
      throw aborted(signal);
    }
    this.#base = base;
    return fovea;
  }

  /** @param {TrainingEvent} event */
  #follow(event) {
    if (event.type === "progress") {
      const { step, steps, epoch, epochs, secondsLeft } = event;
      this.#history.steps = steps;
      this.#history.training.push(event);
      this.#does(step / steps, () => (
        this.words.text("learning", { epoch, epochs, time: this.words.time(1000 * Math.ceil(secondsLeft)) })));
    } else if (event.type === "validation") {
      this.#history.checks.push(event);
      this.#showProgress();
    } else if (event.type === "notice") {
      this.#notice.replaceChildren(english(event.message));
    }
  }

  /** @param {number} share @param {() => string} text */
  #does(share, text) {
    this.#doing = { share, text };
    this.#showProgress();
  }
}

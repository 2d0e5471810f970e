// Two short trainings on real digits, without and with a remedy, and their curves.
import { showProblem } from "../../shell/alert.js";
import { FvElement, define, english, find, make, setText } from "../../shell/dom.js";
import { engine } from "../../shell/engine.js";
import { duration, number, percent, t } from "../../shell/i18n.js";
import { load } from "../../data/sources.js";
import { button, Segments } from "../controls.js";
import { Curves } from "./curves.js";
import { experimentNames, experiments, picked, validationSamples } from "./experiments.js";

/** @import { Dataset, Fovea, Training } from "../../../../js/fovea.d.ts" */

const sides = /** @type {const} */ (["without", "with"]);
const seeds = [1, 2, 3];
const drawEvery = 200; // ms

/** @returns {Record<"training" | "validation", { x: number[], y: number[] }>} */
const noCurves = () => ({ training: { x: [], y: [] }, validation: { x: [], y: [] } });

class FvTraining extends FvElement {
  #name = /** @type {keyof typeof experiments} */ ("dropout");
  #seed = 1;
  #phase = /** @type {"idle" | "loading" | "running" | "done" | "stopped"} */ ("idle");
  #running = /** @type {"" | "without" | "with"} */ ("");
  #progress = "";
  #left = 0;
  #curves = { without: noCurves(), with: noCurves() };
  /** @type {AbortController | null} */
  #stop = null;
  #timer = 0;

  build() {
    this.experiment = new Segments("experiment", experimentNames, {
      legend: "learn-training.experiment", key: "learn-training.experiment.",
      choose: (name) => this.#choose(name, this.#seed) });
    this.seed = new Segments("seed", seeds, {
      legend: "learn-training.seed", choose: (seed) => this.#choose(this.#name, seed) });
    const texts = make("div", "texts", ...sides.map((side) => {
      const net = make("div", `net ${side}`, make("b"), make("code"));
      net.dataset.testid = `net-${side}`;
      return net;
    }));
    const idea = make("p", "idea");
    idea.dataset.testid = "idea";
    const status = make("p", "hint");
    status.dataset.testid = "training-status";
    status.setAttribute("role", "status");
    const legend = make("ul", "legend", ...sides.flatMap((side) => ["validation", "training"].map((what) => {
      const line = make("li", `${side} ${what}`, make("i"), make("span"), make("b"));
      line.dataset.testid = `${side}-${what}`;
      return line;
    })));
    this.plotBox = make("div", "curves");
    this.plotBox.setAttribute("role", "img");
    this.plotBox.dataset.testid = "curves";
    this.problem = make("div");
    this.append(make("div", "row", this.experiment.element, this.seed.element), idea, texts,
      make("div", "row player", button("run", "learn-training.run", () => void this.#run(), "primary"),
        button("stop", "lesson.stop", () => this.#stop?.abort()), status),
      this.problem, legend, this.plotBox);
    this.curves = new Curves(this.plotBox);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop?.abort();
  }

  /** @param {keyof typeof experiments} name @param {number} seed */
  #choose(name, seed) {
    this.#stop?.abort();
    [this.#name, this.#seed, this.#phase] = [name, seed, "idle"];
    this.#curves = { without: noCurves(), with: noCurves() };
    this.update();
  }

  async #run() {
    this.#stop?.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.#curves = { without: noCurves(), with: noCurves() };
    this.#phase = "loading";
    if (this.problem) showProblem(this.problem, "training", null);
    this.update();
    /** @type {Dataset[]} */
    const sets = [];
    try {
      await this.curves?.open();
      const { train, test } = await load({ kind: "mnist" }, { signal: stop.signal, onProgress: ({ stage, done, total }) => {
        this.#progress = total ? t(`data.stage.${stage}`, { share: percent(done / total, 0) }) : "";
        this.#soon();
      } });
      const fovea = await engine.fovea();
      const { samples } = experiments[this.#name];
      sets.push(await train.subset(picked(samples, train.count, this.#seed)));
      sets.push(await test.subset(picked(validationSamples, test.count, 1)));
      const [few, validation] = /** @type {[Dataset, Dataset]} */ (sets);
      this.#phase = "running";
      for (const side of sides) if (!stop.signal.aborted) await this.#train(fovea, side, few, validation, stop.signal);
      this.#end(stop, stop.signal.aborted ? "stopped" : "done");
    } catch (error) {
      this.#end(stop, "stopped");
      if (this.problem) showProblem(this.problem, "training", error, { restart: () => void this.#run() });
    } finally {
      for (const set of sets) void set.close();
    }
  }

  /** @param {AbortController} stop @param {"done" | "stopped"} phase */
  #end(stop, phase) {
    if (stop !== this.#stop) return;
    [this.#phase, this.#running, this.#stop] = [phase, "", null];
    this.update();
  }

  /**
   * @param {Fovea} fovea
   * @param {typeof sides[number]} side
   * @param {Dataset} few
   * @param {Dataset} validation
   * @param {AbortSignal} signal
   */
  async #train(fovea, side, few, validation, signal) {
    const run = experiments[this.#name][side];
    const curves = this.#curves[side];
    this.#running = side;
    const net = await fovea.net(run.text, { backend: "simd", classes: few.classes, seed: this.#seed });
    try {
      const training = net.train(few, { ...run.options, seed: this.#seed, validation, signal });
      await this.#follow(training, curves);
      await training.finished;
    } finally {
      await net.close();
    }
  }

  /** @param {Training} training @param {ReturnType<typeof noCurves>} curves */
  async #follow(training, curves) {
    for await (const event of training.events()) {
      if (event.type === "progress") {
        this.#left = event.secondsLeft;
        curves.training.x.push(event.step);
        curves.training.y.push(event.accuracy);
      } else if (event.type === "validation") {
        curves.validation.x.push(event.step);
        curves.validation.y.push(event.accuracy);
      }
      this.#soon();
    }
  }

  /** Shows what is new, a few times a second. */
  #soon() {
    this.#timer ||= window.setTimeout(() => { this.#timer = 0; this.update(); }, drawEvery);
  }

  update() {
    const experiment = experiments[this.#name];
    this.experiment?.show(this.#name);
    this.seed?.show(this.#seed);
    this.dataset.phase = this.#phase;
    const busy = this.#phase === "loading" || this.#phase === "running";
    find(this, "run", HTMLButtonElement).disabled = busy;
    find(this, "stop", HTMLButtonElement).disabled = !busy;
    setText(find(this, "idea", HTMLElement), t(`learn-training.idea.${this.#name}`, { samples: experiment.samples }));
    this.#sides();
    setText(find(this, "training-status", HTMLElement), this.#status());
    this.#draw();
  }

  /** The two nets, and how far each is. */
  #sides() {
    for (const side of sides) {
      const name = t(`learn-training.${side}.${this.#name}`);
      const { text } = experiments[this.#name][side];
      const box = find(this, `net-${side}`, HTMLElement);
      setText(/** @type {Element} */ (box.querySelector("b")), name);
      const code = /** @type {Element} */ (box.querySelector("code"));
      if (code.textContent !== text) code.replaceChildren(english(text));
      for (const what of /** @type {const} */ (["validation", "training"])) {
        const line = find(this, `${side}-${what}`, HTMLElement);
        setText(/** @type {Element} */ (line.querySelector("span")), t(`learn-training.legend.${what}`, { name }));
        const last = this.#curves[side][what].y.at(-1);
        setText(/** @type {Element} */ (line.querySelector("b")), last === undefined ? "" : percent(last));
      }
    }
  }

  #draw() {
    const { without, with: remedy } = this.#curves;
    const started = without.training.x.length > 0;
    if (this.plotBox) this.plotBox.hidden = !started;
    this.plotBox?.setAttribute("aria-label", without.validation.y.length
      ? t("learn-training.curves", this.#ends()) : t("learn-training.no-curves"));
    if (started) this.curves?.draw([without.validation, without.training, remedy.validation, remedy.training]);
  }

  /** The last accuracies on new digits. */
  #ends() {
    const { without, with: remedy } = this.#curves;
    return { without: percent(without.validation.y.at(-1) ?? 0), with: percent(remedy.validation.y.at(-1) ?? 0) };
  }

  #status() {
    switch (this.#phase) {
      case "idle": return t("learn-training.idle");
      case "loading": return this.#progress || t("engine.starting");
      case "running": return this.#running && t("learn-training.running", {
        name: t(`learn-training.${this.#running}.${this.#name}`), left: duration(this.#left) });
      case "stopped": return t("learn-training.stopped");
      case "done": return t("learn-training.done", { count: validationSamples, ...this.#ends() });
    }
  }
}

define("fv-training", FvTraining);

// A run that is made again from its record: with the same seed, to see whether the same comes out, or with others.
import { FoveaError } from "../../../js/fovea.js";
import { collections } from "../data/collections.js";
import { load } from "../data/sources.js";
import { engine } from "../shell/engine.js";
import { History } from "../train/history.js";
import { withHoldout } from "../train/learning-data.js";
import { described, digestOf, maxPoints, newId, programVersion, Rates } from "./made.js";
import { blank, columns, recordFrom, repeatable, replaySettings } from "./record.js";
import { apart } from "./verdicts.js";

/**
 * @import { BackendName, Dataset, Net, Training, TrainingValidation } from "../../../js/fovea.d.ts"
 * @import { LoadStage } from "../data/sources.js"
 * @import { LearningSets } from "../train/learning-data.js"
 * @import { RunRecord } from "./record.js"
 */

/** "examining": on the test set.
 * @typedef {"idle" | "data" | "training" | "examining" | "done" | "stopped" | "failed"} TrialPhase */
/** What a replay found, message runs.replay.<code>. `loss` and `accuracy`: how far the two runs' examinations are apart at most.
 * @typedef {{ code: "same" | "differs" | "near" | "curves", points: number, loss: number, accuracy: number }} Comparison */
/** @typedef {{ signal: AbortSignal, onProgress: (stage: LoadStage) => void }} Options */

/** The data of a run, found by its digest, and what frees it. Own pictures are looked for in all collections with its classes.
 * @param {RunRecord} run @param {Options} options @returns {Promise<{ data: LearningSets, free: () => void }>} */
async function dataOf({ data: { choice, classes, digest, holdout } }, options) {
  if (choice.kind !== "pictures") {
    const found = await setsOf(choice, holdout, options);
    const here = await digestOf(found.data.train);
    if (digest === "" || here === digest) return found;
    found.free();
    throw new FoveaError(`the data's digest is ${here || "not known"}, want ${digest}`, { code: "replay-data" });
  }
  const all = (await collections.list()).filter((one) => one.classes.join("\n") === classes.join("\n"));
  all.sort((a, b) => Number(b.id === choice.collection) - Number(a.id === choice.collection)); // most likely the one it names
  for (const { id } of all) {
    const found = await setsOf({ ...choice, collection: id }, holdout, options);
    if (await digestOf(found.data.train) === digest) return found;
    found.free();
  }
  throw new FoveaError(`none of ${all.length} collections with these classes has the digest ${digest}`,
    { code: "replay-pictures" });
}

/** @param {RunRecord["data"]["choice"]} choice @param {number} holdout @param {Options} options */
async function setsOf(choice, holdout, options) {
  const loaded = await load(/** @type {import("../data/sources.js").Choice} */ (choice), options);
  const data = await withHoldout(loaded, holdout);
  const shared = choice.kind === "mnist" || choice.kind === "cifar10"; // by all parts of the page, and left open
  const own = [...(shared ? [] : [loaded.train, loaded.test]), ...(data.validation ? [data.train, data.validation] : [])];
  return { data, free: () => { for (const set of own) void set.close().catch(() => {}); } };
}

/** Fires "change". */
export class Trial extends EventTarget {
  state = {
    phase: /** @type {TrialPhase} */ ("idle"),
    /** @type {LoadStage | null} */
    stage: null,
    step: 0, steps: 0, secondsLeft: 0,
    backend: /** @type {BackendName | ""} */ (""),
    history: new History(),
    /** @type {Comparison | null} */
    comparison: null,
    /** @type {unknown} */
    error: null,
    /** What came out, as a record of its own. @type {RunRecord | null} */
    record: null,
  };

  #stop = new AbortController();
  /** @type {Training | null} */
  #training = null;

  /** @param {RunRecord} run @param {{ seed?: number }} [changes] */
  constructor(run, { seed } = {}) {
    super();
    this.run = run;
    this.settings = seed === undefined ? replaySettings(run) : { ...run.settings, seed };
  }

  /** @param {Partial<Trial["state"]>} [changes] */
  #set(changes = {}) {
    Object.assign(this.state, changes);
    this.dispatchEvent(new Event("change"));
  }

  /** Runs to its end; failures are in the state. */
  async start() {
    const { signal } = this.#stop;
    let free = () => {};
    /** @type {Net | null} */
    let net = null;
    this.#set({ phase: "data" });
    try {
      const found = await dataOf(this.run, { signal, onProgress: (stage) => this.#set({ stage }) });
      free = found.free;
      const fovea = await engine.fovea();
      const own = (await fovea.backends()).find(({ name, available }) => available && name === this.run.backend);
      net = await fovea.net(this.run.text, {
        backend: own?.name ?? "auto", classes: [...found.data.train.classes], seed: this.settings.seed, signal,
      });
      this.#set({ phase: "training", stage: null, backend: net.backend.name });
      await this.#train(net, found.data);
    } catch (error) {
      this.#set({ phase: signal.aborted ? "stopped" : "failed", error: signal.aborted ? null : error });
    } finally {
      void net?.close().catch(() => {});
      free();
    }
  }

  stop() {
    this.#stop.abort(); // training ends after its step
  }

  /** @param {Net} net @param {LearningSets} data */
  async #train(net, data) {
    const { signal } = this.#stop;
    const began = performance.now();
    /** @type {TrainingValidation | null} */
    let examined = null;
    const rates = new Rates();
    let moved = false;
    this.#training = net.train(data.train, { ...this.settings, ...(data.validation && { validation: data.validation }), signal });
    for await (const event of this.#training.events()) {
      if (event.type === "progress") {
        const { step, steps, secondsLeft } = event;
        rates.add(event);
        this.state.history.add(event);
        moved ||= event.backend.name !== this.state.backend;
        this.#set({ step, steps, secondsLeft });
      } else if (event.type === "validation") {
        examined = event;
        this.state.history.addValidation(event);
        this.#set();
      }
    }
    await this.#training.finished;
    if (signal.aborted && this.state.step < this.state.steps) return this.#set({ phase: "stopped" });
    const seconds = (performance.now() - began) / 1000;
    this.#set({ phase: "examining" });
    const [weights, test] = [await net.digest(), data.test.count > 0 ? await net.evaluate(data.test) : null];
    const { history: { training, validation }, step, steps } = this.state;
    const last = test ?? validation.at(-1) ?? training.at(-1);
    const record = recordFrom({
      ...blank(), id: newId(), name: "", when: Date.now(), program: programVersion, text: this.run.text, settings: this.settings,
      data: { ...this.run.data, ...described(data), digest: await digestOf(data.train) },
      backend: net.backend.name, adapter: net.backend.adapter, moved, changed: false,
      training: columns(training, maxPoints), validation: columns(validation, maxPoints), rates,
      result: {
        state: "done", step, steps, parameters: net.summary.parameters, ...(last && { loss: last.loss, accuracy: last.accuracy }),
        on: test ? "test" : validation.length > 0 ? "validation" : "training", seconds,
      },
      ...(examined && { perClass: examined.perClass, confusion: examined.confusion }), weights,
    });
    this.#set({ phase: "done", record, comparison: this.#compared(record) });
  }

  /** @param {RunRecord} made @returns {Comparison} */
  #compared(made) {
    const distance = apart(this.run.validation, made.validation);
    if (this.run.weights !== "" && made.weights === this.run.weights) return { code: "same", ...distance };
    if (!repeatable(this.run)) return { code: "curves", ...distance };
    const exact = made.backend === this.run.backend && made.backend !== "webgpu" && !made.moved;
    return { code: exact ? "differs" : "near", ...distance };
  }
}

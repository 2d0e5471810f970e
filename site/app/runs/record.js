// What is kept of a run: everything that is needed to see what came out, and to run it again.
import { CardError, flag, list, object, oneOf, optional, real, text, whole } from "./check.js";
import { thin } from "./statistics.js";

/** @import { Curve } from "./statistics.js" */

const version = 1;
const maxSteps = 1e9;
const maxPoints = 2000;
const maxClasses = 1000;
const wholeMax = 0xffffffff;
const share = real(0, 1);
const anyLoss = real(0, 1e30);
const sha256 = text(64, /^([0-9a-f]{64})?$/);

const curve = object({
  step: list(whole(0, maxSteps), maxPoints), loss: list(anyLoss, maxPoints), accuracy: list(share, maxPoints),
});
const rates = object({ step: list(whole(0, maxSteps), maxPoints), rate: list(real(0, 1e6), maxPoints) });

/** Settings are those of Net.train, by the same names. What a later Fovea adds is left out, and the replay says so. */
const settings = object({
  epochs: whole(1, 1e6), steps: optional(whole(0, maxSteps)), batch: whole(1, 65536),
  optimizer: oneOf(["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "adadelta", "lamb", "lion"]),
  learningRate: real(0, 1e6),
  schedule: oneOf(["constant", "cosine", "warmup-cosine", "one-cycle", "step", "exponential", "plateau"]),
  warmup: optional(real(0, 1e6)), momentum: optional(share), weightDecay: optional(real(0, 1e6)), seed: whole(0, wholeMax),
  augment: optional(object({
    mirror: optional(share), flip: optional(share), shift: optional(real(0, 1e4)), rotate: optional(real(0, 360)),
    scale: optional(real(0, 100)), border: optional(oneOf(["zero", "edge"])), brightness: optional(real(0, 100)),
    contrast: optional(real(0, 100)), saturation: optional(real(0, 100)), noise: optional(real(0, 100)),
    cutout: optional(real(0, 1e4)), mixup: optional(real(0, 100)),
  })),
  smoothing: optional(share), average: optional(share), keepBest: optional(flag), patience: optional(whole(0, 1e6)),
});

/** What was chosen in fv-data. Files of CIFAR-10 and pictures are not part of a card: whoever replays it has them or not. */
const choice = object({
  kind: oneOf(["mnist", "cifar10", "points", "pictures"]),
  shape: optional(text(40, /^[\w-]*$/)), noise: optional(real(0, 100)), seed: optional(whole(0, wholeMax)),
  count: optional(whole(1, 1e7)),
  collection: optional(text(100)), size: optional(whole(1, 4096)), channels: optional(oneOf([1, 3])), test: optional(share),
});

const record = object({
  format: oneOf(["fovea-run"]), version: whole(1, 1e6),
  id: text(60, /^[\w-]*$/), name: text(120), when: real(0, 8.64e15), program: text(40),
  text: text(20000), settings,
  /** `digest` is of what trained, without the share `holdout` that was kept back (withHoldout), `validationCount` samples. */
  data: object({
    choice, title: text(200), digest: sha256, holdout: real(0, 0.9), count: whole(0, 1e9), validationCount: whole(0, 1e9),
    testCount: whole(0, 1e9),
    shape: list(whole(1, 65536), 4, 1), classes: list(text(200), maxClasses),
  }),
  /** Where it ran; `moved` where it did not stay there, and `changed` where it went on with other settings or beyond its end:
   * then the same does not come out of the beginning. */
  backend: oneOf(["webgpu", "simd", "cpu"]), adapter: text(300), moved: flag, changed: flag,
  training: curve, validation: curve, rates,
  /** `on` says what `loss` and `accuracy` are of: the test set; where that was not examined, what was held back to choose by;
   * else the last steps. */
  result: object({
    state: oneOf(["done", "stopped", "failed"]), step: whole(0, maxSteps), steps: whole(0, maxSteps), parameters: whole(0, 1e12),
    loss: optional(anyLoss), accuracy: optional(share), on: oneOf(["test", "validation", "training"]), seconds: real(0, 1e9),
  }),
  perClass: list(object({ label: text(200), count: whole(0, 1e9), accuracy: share }), maxClasses),
  confusion: list(list(whole(0, 1e9), maxClasses), maxClasses),
  /** Digest of the weights when it ended; "" where there is none. */
  weights: sha256,
});

/** @typedef {ReturnType<typeof record>} RunRecord */
/** @typedef {RunRecord["settings"]} RunSettings */
/** @typedef {RunRecord["data"]["choice"]} DataChoice */

/** A record from outside, checked: a copy with the fields of a record and nothing else. Throws a CardError.
 * @param {any} value @returns {RunRecord} */
export function recordFrom(value) {
  if (typeof value?.version === "number" && value.format === "fovea-run" && value.version > version) {
    throw new CardError(`version: got ${value.version}, this Fovea knows up to ${version}`, "card-version");
  }
  const checked = record(value, "");
  for (const name of /** @type {const} */ (["training", "validation"])) {
    const { step, loss, accuracy } = checked[name];
    if (loss.length !== step.length || accuracy.length !== step.length) {
      throw new CardError(`${name}: its columns have different lengths`);
    }
    if (!rising(step)) throw new CardError(`${name}.step: the steps do not rise`);
  }
  if (checked.rates.rate.length !== checked.rates.step.length || !rising(checked.rates.step)) {
    throw new CardError("rates: the steps do not rise, or a rate is missing");
  }
  const classes = checked.data.classes.length;
  const { confusion } = checked;
  if (confusion.length && (confusion.length !== classes || confusion.some((row) => row.length !== classes))) {
    throw new CardError(`confusion: want ${classes} rows of ${classes}, one for each class`);
  }
  return checked;
}

/** @param {number[]} steps */
const rising = (steps) => steps.every((step, i) => i === 0 || step > /** @type {number} */ (steps[i - 1]));

/** The settings that a record keeps, of those a net was trained with. @param {object} given @returns {RunSettings} */
export const settingsOf = (given) => settings(without(given), "settings");

/** @param {object} given @returns {DataChoice} */
export const choiceOf = (given) => choice(without(given), "data.choice");

/** Without fields that are null or not numbers: a form's way of leaving out. @param {object} given */
const without = (given) => (
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && !Number.isNaN(value))));

/** @typedef {"format" | "version" | "training" | "validation" | "rates" | "perClass" | "confusion" | "weights"} Filled */
/** Empty where nothing is known yet. @returns {Pick<RunRecord, Filled>} */
export const blank = () => ({
  format: "fovea-run", version, training: { step: [], loss: [], accuracy: [] }, validation: { step: [], loss: [], accuracy: [] },
  rates: { step: [], rate: [] }, perClass: [], confusion: [], weights: "",
});

/** Points as columns, thinned to `max`. @param {{ step: number, loss: number, accuracy: number }[]} points @param {number} max
 * @returns {Curve} */
export function columns(points, max) {
  const usable = points.filter(({ loss, accuracy }) => Number.isFinite(loss) && Number.isFinite(accuracy));
  return thin({ step: usable.map((p) => p.step), loss: usable.map((p) => p.loss), accuracy: usable.map((p) => p.accuracy) }, max);
}

/** Whether the same start, data and settings lead to the same weights: a run that was neither moved nor cut short. A run that was
 * stopped has the rates of the longer run it was meant to be; only constant ones are those of a shorter one, too.
 * @param {RunRecord} run */
export const repeatable = (run) => !run.moved && !run.changed && run.weights !== "" && (run.result.step === run.result.steps
  || (run.result.state === "stopped" && run.settings.schedule === "constant"));

/** The settings of its replay: as many steps as it made, where it was stopped and may be repeated. @param {RunRecord} run
 * @returns {RunSettings} */
export const replaySettings = (run) => (
  run.result.step < run.result.steps && repeatable(run) ? { ...run.settings, steps: run.result.step } : run.settings);

/** The same for runs that differ in nothing but their seed. @param {RunRecord} run */
export function family({ text, settings: { seed, ...rest }, data, backend, result }) {
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([text.replace(/\s+/g, " ").trim(), sorted, data.digest, backend, result.steps]);
}

// The settings of a training, as the form holds them, and what the program takes of them.

/** @import { Augment, OptimizerName, ScheduleName, TrainOptions } from "../../../js/fovea.d.ts" */

/** @typedef {NonNullable<Augment["border"]>} Border */
/** `steps` of 0: as many as the passes need. `holdout` is the share of the training set that is kept back to choose by. `augment`
 * has every field of `augmentFields`; 0 is left out. `border` is what comes in from outside when they move a picture.
 * @typedef {{ epochs: number, steps: number, batch: number, optimizer: OptimizerName, learningRate: number,
 *   schedule: ScheduleName, warmup: number, momentum: number, weightDecay: number, smoothing: number, average: number,
 *   keepBest: boolean, patience: number, holdout: number, seed: number, augment: Record<string, number>, border: Border,
 * }} Settings */

/** What changes pictures at random: to what most, and in what steps. What has one step is asked for as yes and no; `moves` brings
 * in what was outside of the picture.
 * @type {Record<string, { most: number, step: number, colours?: boolean, moves?: boolean }>} */
export const augmentFields = {
  mirror: { most: 0.5, step: 0.5 }, flip: { most: 0.5, step: 0.5 }, shift: { most: 8, step: 1, moves: true },
  rotate: { most: 45, step: 1, moves: true }, scale: { most: 0.5, step: 0.05, moves: true },
  brightness: { most: 1, step: 0.05 }, contrast: { most: 1, step: 0.05 }, saturation: { most: 1, step: 0.05, colours: true },
  noise: { most: 1, step: 0.05 }, cutout: { most: 16, step: 1 }, mixup: { most: 1, step: 0.1 },
};

const noAugment = Object.fromEntries(Object.keys(augmentFields).map((name) => [name, 0]));

/** Pictures are standardised before they are moved, so that zeros are the grey that the training set has in the mean. Digits
 * would get a grey bar beside their black, and photographs an edge that is in none of them, which tells the net how far they were
 * moved; the nearest pixel is black beside a digit and goes on with a photograph. Hence the page begins with that, for every kind
 * of data, while the API's default is the usual zero. @type {Settings} */
export const defaults = {
  epochs: 3, steps: 0, batch: 64, optimizer: "adam", learningRate: 0.004, schedule: "cosine", warmup: 0, momentum: 0.9,
  weightDecay: 0,
  smoothing: 0, average: 0, keepBest: true, patience: 0, holdout: 0.1, seed: 1, augment: noAugment, border: "edge",
};

/** What suits each kind of data to begin with. @type {Record<string, Partial<Settings>>} */
const usual = {
  points: { epochs: 60, batch: 32, learningRate: 0.01, schedule: "constant", holdout: 0.2 },
  pictures: { epochs: 20, batch: 16, learningRate: 0.002, augment: { ...noAugment, mirror: 0.5, shift: 2 } },
  cifar10: { epochs: 10, learningRate: 0.002, schedule: "one-cycle", augment: { ...noAugment, mirror: 0.5, shift: 4 } },
};

/** @param {string} kind of data @returns {Settings} */
export const defaultsFor = (kind) => ({ ...defaults, ...usual[kind] });

/** @type {Record<OptimizerName, number>} */
const rates = {
  adam: 0.004, adamw: 0.004, momentum: 0.05, nesterov: 0.05, sgd: 0.05, rmsprop: 0.001, adagrad: 0.01, adadelta: 1, lamb: 0.01,
  lion: 0.0005,
};

/** A rate to begin with. @param {OptimizerName} optimizer */
export const usualRate = (optimizer) => rates[optimizer];

/** Which optimizers the setting "momentum" means something to. @param {OptimizerName} optimizer */
export const hasMomentum = (optimizer) => ["momentum", "nesterov"].includes(optimizer);

/** @param {number} least @param {number} most */
const whole = (least, most) => (/** @type {number} */ v) => Number.isInteger(v) && v >= least && v <= most;

/** Which values each number may take; the words for it are messages settings.<name>.want.
 * @type {Record<string, (value: number) => boolean>} */
export const allowed = {
  epochs: whole(1, 10_000), steps: whole(0, 100_000_000), batch: whole(1, 4096), patience: whole(0, 1000),
  seed: whole(0, 0xffffffff),
  learningRate: (v) => Number.isFinite(v) && v > 0,
  weightDecay: (v) => Number.isFinite(v) && v >= 0,
  warmup: (v) => v >= 0 && v <= 1000,
  momentum: (v) => v >= 0 && v < 1,
  smoothing: (v) => v >= 0 && v < 1,
  average: (v) => v >= 0 && v < 1,
  holdout: (v) => v >= 0 && v <= 0.5,
};

/** Which values the others may take; the words for them are messages <name>.<value>.
 * @type {{ optimizer: OptimizerName[], schedule: ScheduleName[], border: Border[] }} */
export const choices = {
  optimizer: ["adam", "adamw", "momentum", "nesterov", "sgd", "rmsprop", "adagrad", "adadelta", "lamb", "lion"],
  schedule: ["cosine", "constant", "one-cycle", "warmup-cosine", "step", "exponential", "plateau"],
  border: ["edge", "zero"],
};

/** What was remembered, with defaults for what is missing or not allowed. @param {any} saved @returns {Settings} */
export function settingsFrom(saved) {
  /** @type {any} */
  const settings = { ...defaults };
  for (const [name, allows] of Object.entries(allowed)) {
    if (typeof saved?.[name] === "number" && allows(saved[name])) settings[name] = saved[name];
  }
  for (const [name, values] of Object.entries(choices)) {
    if (/** @type {string[]} */ (values).includes(saved?.[name])) settings[name] = saved[name];
  }
  if (typeof saved?.keepBest === "boolean") settings.keepBest = saved.keepBest;
  settings.augment = { ...noAugment };
  for (const [name, { most }] of Object.entries(augmentFields)) {
    const value = saved?.augment?.[name];
    if (typeof value === "number" && value >= 0 && value <= most) settings.augment[name] = value;
  }
  return settings;
}

/** Whether pictures are moved so that something comes in from outside. @param {Settings} settings */
export const moves = ({ augment }) => Object.entries(augment).some(([name, value]) => value > 0 && augmentFields[name]?.moves);

/** What of it changes pictures. @param {Settings} settings @returns {Augment} */
export function augmentOf(settings) {
  const { augment, border } = settings;
  return { ...Object.fromEntries(Object.entries(augment).filter(([, value]) => value > 0)), ...(moves(settings) && { border }) };
}

/** What the program takes. Without a validation set there is nothing to choose the best pass by. @param {Settings} settings
 * @param {boolean} validated @returns {TrainOptions} */
export function optionsOf(settings, validated) {
  const { holdout, steps, keepBest, patience, augment, border, momentum, ...rest } = settings;
  const changes = augmentOf(settings);
  return {
    ...rest, ...(steps > 0 && { steps }), ...(hasMomentum(settings.optimizer) && { momentum }),
    ...(Object.keys(changes).length > 0 && { augment: changes }), ...(validated && { keepBest, patience }),
  };
}

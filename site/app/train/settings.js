// The settings of a training, as the form holds them and as train() takes them.

/** @typedef {{ epochs: number, batch: number, optimizer: "adam" | "momentum" | "sgd", learningRate: number, schedule: "cosine" | "constant", momentum: number, weightDecay: number, seed: number }} Settings */

/** @type {Settings} */
export const defaults = { epochs: 3, batch: 64, optimizer: "adam", learningRate: 0.004, schedule: "cosine", momentum: 0.9, weightDecay: 0, seed: 1 };

/** @param {Settings["optimizer"]} optimizer */
export const usualRate = (optimizer) => (optimizer === "adam" ? 0.004 : 0.05);

/** Which values each number may take; the words for it are messages settings.<name>.want.
 * @type {Record<string, (value: number) => boolean>} */
export const allowed = {
  epochs: (v) => Number.isInteger(v) && v >= 1 && v <= 1000,
  batch: (v) => Number.isInteger(v) && v >= 1 && v <= 4096,
  learningRate: (v) => Number.isFinite(v) && v > 0,
  momentum: (v) => v >= 0 && v < 1,
  weightDecay: (v) => Number.isFinite(v) && v >= 0,
  seed: (v) => Number.isInteger(v) && v >= 0 && v <= 0xffffffff,
};

/** Which values the others may take; the words for them are messages <name>.<value>. */
export const choices = { optimizer: ["adam", "momentum", "sgd"], schedule: ["cosine", "constant"] };

/** What was remembered, with defaults for what is missing or not allowed. @param {any} saved @returns {Settings} */
export function settingsFrom(saved) {
  /** @type {any} */
  const settings = { ...defaults };
  for (const name of Object.keys(allowed)) {
    if (typeof saved?.[name] === "number" && allowed[name]?.(saved[name])) settings[name] = saved[name];
  }
  for (const [name, values] of Object.entries(choices)) {
    if (values.includes(saved?.[name])) settings[name] = saved[name];
  }
  return settings;
}

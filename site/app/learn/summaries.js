// Descriptions of nets by the engine, each asked for once: of a large one it takes a second or two.
import { engine } from "../shell/engine.js";

/** @import { Summary } from "../../../js/fovea.d.ts" */

/** @type {Map<string, Promise<Summary>>} */
const known = new Map();

/** @param {string} text @param {number} batch */
export function describe(text, batch = 1) {
  const key = `${batch} ${text}`;
  const asked = known.get(key) ?? engine.fovea().then((fovea) => fovea.describe(text, { batch }));
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  return asked;
}

/** @type {Promise<Awaited<ReturnType<import("../../../js/fovea.d.ts").Fovea["zoo"]>>> | undefined} */
let nets;

/** The published nets. */
export function zoo() {
  nets ??= engine.fovea().then((fovea) => fovea.zoo());
  nets.catch(() => { nets = undefined; });
  return nets;
}

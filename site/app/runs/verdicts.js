// What figures mean, in words: the health of layers, and which classes a net takes for each other.

/** @import { LayerHealth } from "../../../js/fovea.d.ts" */

/** Message runs.verdict.<code>, with the layer's number and a share.
 * @typedef {{ code: "healthy" | "dead" | "still" | "vanishing" | "exploding" | "saturated" | "diverged", layer: number,
 *   share: number }} Verdict */

const manyDead = 0.25;
/** A gradient so much weaker than that of the last layer moves hardly anything. */
const faint = 1e-4;
const large = 1e3;
const small = 1e-4;

/** What is wrong with a net, the worst first and at most one a layer; "healthy" alone where nothing is.
 * @param {LayerHealth[]} layers @returns {Verdict[]} */
export function verdicts(layers) {
  const strongest = Math.max(0, ...layers.map(({ gradient }) => gradient).filter(Number.isFinite));
  const found = layers.map((layer) => verdict(layer, strongest)).filter((v) => v !== null);
  const order = ["diverged", "exploding", "dead", "still", "vanishing", "saturated"];
  found.sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code) || b.share - a.share);
  return found.length > 0 ? found : [{ code: "healthy", layer: 0, share: 0 }];
}

/** @param {LayerHealth} layer @param {number} strongest @returns {Verdict | null} */
function verdict({ index, weight, gradient, mean, deviation, dead }, strongest) {
  const of = (/** @type {Verdict["code"]} */ code, share = 0) => ({ code, layer: index, share });
  if (![weight, gradient, mean, deviation].every(Number.isFinite)) return of("diverged");
  if (deviation > large || Math.abs(mean) > large) return of("exploding");
  if (dead >= manyDead) return of("dead", dead);
  if (gradient === 0) return of("still");
  if (gradient < faint * strongest) return of("vanishing");
  if (deviation < small) return of("saturated");
  return null;
}

/** Off the diagonal, the most frequent first. @param {number[][]} confusion [label][predicted] @param {number} most */
export function pairs(confusion, most) {
  return confusion.flatMap((row, label) => row.map((count, predicted) => (
    { label, predicted, count, share: count / Math.max(1, total(row)) })))
    .filter(({ label, predicted, count }) => label !== predicted && count > 0)
    .sort((a, b) => b.count - a.count).slice(0, most);
}

/** @param {number[]} row */
export const total = (row) => row.reduce((sum, n) => sum + n, 0);

/** The index of the greatest of `count` numbers from `from` on. @param {ArrayLike<number>} values @param {number} from
 * @param {number} count */
export function greatest(values, from, count) {
  let best = from;
  for (let i = from + 1; i < from + count; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best - from;
}

/** How far two runs are apart: greatest difference of their losses and accuracies at the same steps, and in the end.
 * @param {{ step: number[], loss: number[], accuracy: number[] }} a
 * @param {{ step: number[], loss: number[], accuracy: number[] }} b */
export function apart(a, b) {
  const where = new Map(b.step.map((step, i) => [step, i]));
  const differences = a.step.flatMap((step, i) => {
    const j = where.get(step);
    if (j === undefined) return [];
    const [loss, accuracy] = [(a.loss[i] ?? 0) - (b.loss[j] ?? 0), (a.accuracy[i] ?? 0) - (b.accuracy[j] ?? 0)];
    return [{ loss: Math.abs(loss), accuracy: Math.abs(accuracy) }];
  });
  const most = (/** @type {"loss" | "accuracy"} */ name) => Math.max(0, ...differences.map((d) => d[name]));
  return { points: differences.length, loss: most("loss"), accuracy: most("accuracy") };
}

// "The best net in 60 seconds": nets to choose from, measured on this device, and the plan that fits the time.
import { median } from "./statistics.js";

/** Shape [H, W, C] of a sample, number of classes, of samples to learn from, to examine on after each pass, and once at the end.
 * @typedef {{ shape: number[], classes: number, count: number, validationCount: number, testCount: number }} Task */
/** @typedef {{ text: string, width: number, batch: number, learningRate: number }} Candidate */
/** `ms`: of one training step; `startMs`: what it took until the first one; `examMs`: of a sample that is examined, where known.
 * @typedef {Candidate & { ms: number, startMs: number, examMs?: number }} Measured */
/** `reason`: why it is this one, message budget.reason.<reason>. `seconds`: of the whole run, with its examinations.
 * @typedef {Measured & { steps: number, passes: number, seconds: number, reason: "widest" | "slow" | "enough",
 *   expected: [number, number] | null }} Plan */
/** What a rehearsal made: steps, and examinations of what is held back, in so many milliseconds in all; `examMs` as above.
 * @typedef {{ steps: number, ms: number, exams: number, examMs?: number }} Made */

const smallBatch = 64;
const largeBatch = 256;
/** Fewer steps than this do not take a rate up and down again. */
const minSteps = 300;
/** A net should see so many pictures: each five times, or of a large set as many as there are digits in MNIST. */
const wanted = (/** @type {Task} */ { count }) => Math.min(5 * count, 60000);
/** More than so many passes, and so many steps, only learn by heart. */
const enough = { passes: 60, steps: 3000 };
/** A large batch must be faster by so much, since it leaves fewer steps. */
const worthwhile = 1.25;
/** What of the time is kept back: a device is not equally fast all the time. With 3 % a run of 60 s once took 64; too much costs
 * a few steps, and too little a run that is cut off before its rate has come down. */
const reserve = 0.08;
/** By how much the last examination may take longer than planned, and what the last step and keeping the net take besides. */
const examination = 1.5;
const settling = 300; // ms
const share = 0.07; // of the time, for measuring
const rehearsal = 0.04; // of the steps, on the real data
const maxRuns = 20;

/** Nets by their width, narrow ones first. A convolution halves the sides until about seven pixels are left; what has hardly any
 * pixels gets connected layers. @param {Task} task @returns {Candidate[]} */
export function candidates({ shape, classes, count }) {
  const [height = 1, width = 1, channels = 1] = shape;
  const side = Math.min(height, width);
  const stages = Math.max(1, Math.min(4, Math.floor(Math.log2(side / 6))));
  const input = `INPUT ${height}x${width}x${channels}`;
  /** @param {number} w */
  const text = (w) => (side < 8
    ? `${input} -> FC ${4 * w} -> RELU -> FC ${4 * w} -> RELU -> FC ${classes}`
    : `${input} ${convolutions(w, stages)}-> FC ${classes}`);
  const most = Math.max(1, Math.floor(count / 4));
  const batches = [...new Set([smallBatch, largeBatch].map((batch) => Math.min(batch, most)))];
  // Twice the samples a step bear √2 of the rate: Krizhevsky, "One weird trick for parallelizing convolutional neural networks",
  // 2014, arXiv:1404.5997.
  const rate = (/** @type {number} */ batch) => Number((0.01 * Math.sqrt(batch / smallBatch)).toPrecision(2));
  return [4, 8, 16, 32].flatMap((w) => batches.map((batch) => ({ text: text(w), width: w, batch, learningRate: rate(batch) })));
}

/** @param {number} width of the first @param {number} stages */
const convolutions = (width, stages) => (
  Array.from({ length: stages }, (_, i) => `-> CONV 5x5x${width << i} pad 2 -> BN -> RELU -> POOL 2 `).join(""));

/** Milliseconds that a sample's examination takes: a third of its part of a training step, for there is no way back, unless it
 * was measured. @param {Measured} net */
const examOf = ({ ms, batch, examMs }) => examMs ?? ms / batch / 3;

/** How many steps there is time for, and how long they take. What is held back is examined after each pass and at the end, and
 * then the test set. @param {Measured} net @param {Task} task @param {number} seconds */
function within(net, { count, validationCount, testCount }, seconds) {
  const { ms, startMs, batch } = net;
  const each = validationCount * examOf(net);
  const last = testCount * examOf(net);
  const perPass = count / batch; // steps
  const time = seconds * 1000 * (1 - reserve) - startMs - each - last;
  const steps = Math.max(1, Math.floor(time / (ms + each / perPass)));
  const most = Math.max(enough.steps, Math.floor(enough.passes * perPass));
  const made = Math.min(steps, most);
  const passes = made / perPass;
  const taken = startMs + made * ms + (Math.floor(passes) + 1) * each + last;
  return { steps: made, passes, enough: steps > most, seconds: taken / 1000 };
}

/** When, in milliseconds from the beginning of the time, training must end at the latest, wherever it is, so that the net is
 * examined in time. @param {Plan} plan @param {Task} task @param {number} seconds of the whole time */
export function lastMs(plan, { testCount }, seconds) {
  return Math.max(0, seconds * 1000 - examination * testCount * examOf(plan) - plan.ms - settling);
}

/** The plan that fits: the widest net that still sees enough, with what to expect of it where that was measured.
 * @param {Measured[]} measured @param {Task} task @param {number} seconds @param {Known[]} [known] @returns {Plan} */
export function fit(measured, task, seconds, known = []) {
  const plans = measured.map((net) => ({ ...net, ...within(net, task, seconds) }));
  const widths = [...new Set(plans.map(({ width }) => width))];
  const best = widths.map((width) => ofWidth(plans.filter((plan) => plan.width === width)));
  const judged = best.map((plan) => ({ ...plan, expected: expected(known, plan) }));
  const able = judged.filter((plan) => plan.steps >= minSteps && plan.steps * plan.batch >= wanted(task));
  const widest = able.at(-1);
  if (widest) return { ...widest, reason: widest.enough ? "enough" : "widest" };
  const narrow = judged[0];
  if (!narrow) throw new Error("no net was measured");
  return { ...narrow, reason: "slow" };
}

/** Of nets that differ in their batch: the small one, unless the large one is much faster and leaves steps enough.
 * @template {Measured & { steps: number }} P @param {P[]} plans @returns {P} */
function ofWidth(plans) {
  const [small, ...larger] = plans;
  const speed = (/** @type {P} */ { batch, ms }) => batch / ms;
  const fast = larger.find((plan) => plan.steps >= minSteps && small && speed(plan) >= worthwhile * speed(small));
  return /** @type {P} */ (fast ?? small);
}

/** How many steps of a plan are rehearsed. @param {Plan} plan */
export const rehearsalOf = ({ steps }) => Math.max(5, Math.round(rehearsal * steps));

/** The plan once more, after its first steps were made on the real data: what they, and the examinations, take besides what was
 * measured shows only there. A net is never taken for faster than it was. @param {Plan} plan @param {Task} task
 * @param {number} seconds that are left @param {Made} made @param {Known[]} [known] @returns {Plan} */
export function corrected(plan, task, seconds, { steps, ms, exams, examMs }, known) {
  const training = ms - exams * task.validationCount * (examMs ?? examOf(plan));
  const slower = { ...plan, ms: Math.max(plan.ms, training / Math.max(1, steps)), ...(examMs !== undefined && { examMs }) };
  return fit([slower], task, seconds, known);
}

/** What was measured of a known set: accuracies on its test samples, a seed each, after so many samples.
 * @typedef {{ width: number, batch: number, samples: number, accuracies: number[] }} Known */

/** Least and greatest accuracy to expect, between the measured ones by the logarithm of the samples seen; null outside of what
 * was measured. @param {Known[]} known @param {{ width: number, batch: number, steps: number }} plan
 * @returns {[number, number] | null} */
export function expected(known, { width, batch, steps }) {
  const of = known.filter((k) => k.width === width && k.batch === batch).sort((a, b) => a.samples - b.samples);
  const samples = steps * batch;
  const after = of.findIndex((k) => k.samples >= samples);
  const upper = of[after];
  if (!upper) return null;
  const ends = (/** @type {Known} */ { accuracies }) => [Math.min(...accuracies), Math.max(...accuracies)];
  const [low = 0, high = 0] = ends(upper);
  if (upper.samples === samples) return [low, high];
  const lower = of[after - 1];
  if (!lower) return null;
  const part = Math.log(samples / lower.samples) / Math.log(upper.samples / lower.samples);
  const [low0 = 0, high0 = 0] = ends(lower);
  return [low0 + part * (low - low0), high0 + part * (high - high0)];
}

/** Times the candidates, the cheap ones first, in a small share of the time; stops where wider ones could not see enough.
 * @param {Candidate[]} list @param {Task} task @param {number} seconds
 * @param {{ benchmark: (net: Candidate, steps: number) => Promise<number[]>, now: () => number,
 *   onProgress?: (share: number) => void, signal?: AbortSignal }} by `benchmark`: milliseconds of each step; `now`: so far
 * @returns {Promise<Measured[]>} */
export async function measure(list, task, seconds, { benchmark, now, onProgress, signal }) {
  const began = now();
  const limit = seconds * 1000 * share;
  /** @type {Measured[]} */
  const measured = [];
  for (const net of list) {
    signal?.throwIfAborted();
    const last = measured.filter(({ width }) => width < net.width).at(-1);
    if (last && !promising(last, task, seconds)) break;
    if (measured.length > 0 && now() - began > limit) break;
    const start = now();
    const first = median(await benchmark(net, 2));
    const startMs = Math.max(0, now() - start - 3 * first); // without its two steps and the one before to warm up
    const runs = Math.min(maxRuns, Math.floor(Math.min(limit / list.length, limit - (now() - began)) / first));
    signal?.throwIfAborted();
    const ms = runs >= 3 ? median(await benchmark(net, runs)) : first;
    measured.push({ ...net, ms, startMs });
    onProgress?.(Math.min(1, Math.max((now() - began) / limit, measured.length / list.length)));
  }
  return measured;
}

/** Whether a net of twice the width, which takes at least twice the time, could still see enough.
 * @param {Measured} net @param {Task} task @param {number} seconds */
function promising(net, task, seconds) {
  const { steps } = within({ ...net, ms: 2 * net.ms }, task, seconds);
  return steps >= minSteps && steps * net.batch >= wanted(task);
}

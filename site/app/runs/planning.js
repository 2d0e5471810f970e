// A plan for a given time, from what this device is measured to do with the laboratory's data and settings.
import { lab } from "../train/lab.js";
import { optionsOf } from "../train/settings.js";
import { candidates, corrected, fit, lastMs, measure, rehearsalOf } from "./budget.js";
import { mnist } from "./known.js";
import { median } from "./statistics.js";

/**
 * @import { BackendName, Fovea } from "../../../js/fovea.d.ts"
 * @import { LearningSets } from "../train/learning-data.js"
 * @import { Candidate, Made, Plan } from "./budget.js"
 */

/** The rehearsal takes at most this share of the time that is left. */
const rehearsalShare = 0.15;

/**
 * Measures, plans, and rehearses the plan.
 * @param {Fovea} fovea @param {LearningSets} data @param {number} seconds
 * @param {{ elapsed: () => number, onProgress: (share: number) => void, signal: AbortSignal }} by `elapsed`: its milliseconds so
 * far
 * @returns {Promise<{ plan: Plan, backend: BackendName, endMs: number }>} `endMs`: when training must end at the latest
 */
export async function planFor(fovea, data, seconds, { elapsed, onProgress, signal }) {
  const { train, validation, test } = data;
  const { choice, settings } = lab.state;
  const task = {
    shape: [...train.shape], classes: train.classes.length, count: train.count, validationCount: validation?.count ?? 0,
    testCount: test.count,
  };
  const list = candidates(task);
  const backend = await backendFor(fovea, list);
  const measured = await measure(list, task, seconds, {
    signal, onProgress, now: () => performance.now(),
    benchmark: ({ text, batch }, steps) => fovea.benchmark(text, { backend, batch, steps, warmup: 1, optimizer: "adam" }),
  });
  const unchanged = Object.values(settings.augment).every((value) => !value);
  const known = choice.kind === "mnist" && unchanged ? mnist : [];
  const left = () => Math.max(0, seconds - elapsed() / 1000);
  const rough = fit(measured, task, left(), known);
  const made = await rehearse(fovea, backend, rough, data, { ms: 1000 * rehearsalShare * left(), signal });
  signal.throwIfAborted();
  const plan = corrected(rough, task, left(), made, known);
  return { plan, backend, endMs: lastMs(plan, task, seconds) };
}

/** What a plan sets. @param {Pick<Plan, "batch" | "learningRate" | "steps">} plan */
export const settingsOf = ({ batch, learningRate, steps }) => (
  { batch, learningRate, steps, optimizer: /** @type {const} */ ("adam"), schedule: /** @type {const} */ ("one-cycle") });

/** Trains the plan's first steps with the laboratory's settings, in so many milliseconds at most.
 * @param {Fovea} fovea @param {BackendName} backend @param {Plan} plan @param {LearningSets} data
 * @param {{ ms: number, signal: AbortSignal }} until @returns {Promise<Made>} */
async function rehearse(fovea, backend, plan, { train, validation }, { ms, signal }) {
  const { settings } = lab.state;
  const net = await fovea.net(plan.text, { backend, classes: [...train.classes], seed: settings.seed, signal });
  let timer;
  try {
    const began = performance.now();
    const planned = { ...settings, ...settingsOf({ ...plan, steps: rehearsalOf(plan) }) };
    const training = net.train(train, { ...optionsOf(planned, !!validation), ...(validation && { validation }), signal });
    timer = setTimeout(() => void training.stop().catch(() => {}), ms);
    let exams = 0;
    let examMs;
    for await (const event of training.events()) {
      if (event.type !== "validation") continue;
      exams++;
      examMs = (1000 * event.seconds) / event.count;
    }
    return { steps: (await training.finished).steps, ms: performance.now() - began, exams, ...(examMs && { examMs }) };
  } finally {
    clearTimeout(timer);
    void net.close().catch(() => {});
  }
}

/** The backend that was chosen; else the faster of GPU and SIMD for the second net.
 * @param {Fovea} fovea @param {Candidate[]} list @returns {Promise<BackendName>} */
async function backendFor(fovea, list) {
  if (lab.state.wanted) return lab.state.wanted;
  const able = (await fovea.backends()).filter(({ name, available, software }) => available && name !== "cpu" && !software);
  if (able.length < 2) return able[0]?.name ?? "cpu";
  const { text = "", batch = 1 } = list[Math.min(2, list.length - 1)] ?? {};
  const times = [];
  for (const { name } of able) {
    const steps = await fovea.benchmark(text, { backend: name, batch, steps: 3, warmup: 1 }).catch(() => [Infinity]);
    times.push({ name, ms: median(steps) });
  }
  return times.reduce((a, b) => (b.ms < a.ms ? b : a)).name;
}

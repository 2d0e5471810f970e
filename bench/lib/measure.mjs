// One case: all its sides in turn, another one first each round.
import { parameters } from "./layers.mjs";
import { peers } from "./cases.mjs";
import { median } from "./median.mjs";
import { runTorch, torchMissing } from "./torch.mjs";

/**
 * Measures a case with the counts given. Returns its sides, Fovea's first, each with its name and either the figures
 * { ms, min, max, best, on, bytes } or the reason why there are none, { skipped } or { failed }. ms is the median of the
 * rounds' medians, min and max are of those too, and best is the fastest single sample.
 */
export async function measure(c, counts, chromium, { only = () => true } = {}) {
  const { rounds, peers: beside = c.peers, ...each } = counts;
  const sides = [side("fovea", c.fovea, { ...each, ...c.own }), ...beside.map((name) => side(name, peers[name], each))]
    .filter(({ name }) => only(name));

  function side(name, { page, process, options }, counts) {
    const all = { ...c.work, ...options, ...counts };
    const missing = process && torchMissing();
    return missing ? { name, skipped: missing } : { name, rounds: [], samples: [], run: () => (process ? runTorch(all) : chromium.inPage(page, all)) };
  }

  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < sides.length; i++) {
      const side = sides[(i + round) % sides.length];
      if (!side.run || side.failed) continue;
      try {
        const { ms, ...about } = await side.run();
        check(c, about);
        side.samples.push(...ms.map((value) => value / (c.per ?? 1)));
        side.rounds.push(median(ms) / (c.per ?? 1));
        Object.assign(side, about);
      } catch (error) {
        side.failed = error.message.replace(/^page\.evaluate: (Error: )?/, "").split("\n")[0];
      }
    }
  }
  return sides.map(({ name, rounds, samples, run, ...about }) => {
    const measured = rounds?.length > 0 && !about.failed;
    if (!measured) return { name, ...about };
    return { name, ...about, ms: median(rounds), min: Math.min(...rounds), max: Math.max(...rounds), best: Math.min(...samples) };
  });
}

/** Fails where a side has trained into nothing, or counts other parameters than the list of layers has. */
function check({ work }, about) {
  if (about.loss !== undefined && !Number.isFinite(about.loss)) throw new Error(`the loss is ${about.loss}`);
  const want = parameters(work.net);
  if (about.parameters !== undefined && about.parameters !== want) throw new Error(`the net has ${about.parameters} parameters, not ${want}`);
}

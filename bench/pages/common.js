import { walk, weightsOf } from "/bench/lib/layers.mjs";

/** Loads a classic script; libraries without modules put themselves on `window`. */
export function script(url) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = url;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${url}: does not load`));
    document.head.append(element);
  });
}

/** A small repeatable source of numbers in [0, 1): mulberry32. */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A batch as every side gets it: values in [0, 1), and class indices. */
export function batchOf(batch, { input }, classes = 10) {
  const next = random(1);
  const pixels = Float32Array.from({ length: batch * input.reduce((a, b) => a * b) }, next);
  const labels = Int32Array.from({ length: batch }, () => Math.floor(next() * classes));
  return { pixels, labels };
}

/** Draws the tensors of a layer: uniformly by He et al., so that values neither vanish nor overflow on their way. */
export function weights(next) {
  return (layer, shape) => weightsOf(layer, shape).map((tensor) => {
    const values = new Float32Array(tensor.shape.reduce((a, b) => a * b, 1));
    const bound = tensor.fanIn ? Math.sqrt(6 / tensor.fanIn) : 0;
    if (tensor.fill) values.fill(tensor.fill);
    else if (bound) for (let i = 0; i < values.length; i++) values[i] = bound * (2 * next() - 1);
    return { ...tensor, values };
  });
}

/** The tensors of each layer, in the order in which walk visits the layers, as `make` turns them into a library's. */
export function tensorsOf(net, make) {
  const draw = weights(random(2));
  const list = [];
  walk(net, null, (layer, _, shape) => {
    list.push(draw(layer, shape).map((tensor) => make(tensor, layer)));
    return null;
  });
  return list;
}

/** The net as a function of its input: each layer is apply(layer, x, tensors, shape). */
export function forward(net, tensors, apply) {
  return (x) => {
    let i = 0;
    return walk(net, x, (layer, x, shape) => apply(layer, x, tensors[i++], shape)).value;
  };
}

/** Milliseconds of each of `steps` calls of `step`, after `warmup` more. */
export async function time(step, { steps, warmup }) {
  const ms = [];
  for (let i = 0; i < warmup + steps; i++) {
    const began = performance.now();
    await step();
    if (i >= warmup) ms.push(performance.now() - began);
  }
  return ms;
}

/**
 * Milliseconds a run: samples of as many runs as take about sampleMs, after warm-up runs for warmupMs. `run(n)` does n
 * runs. Slow runs get fewer samples, at least three, once maxMs are over.
 */
export async function sample(run, { samples, sampleMs, warmupMs, maxMs }) {
  const timed = async (n) => {
    const began = performance.now();
    await run(n);
    return (performance.now() - began) / n;
  };
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  let n = 1, each;
  do {
    each = await timed(n);
    n = Math.max(1, Math.round(Math.min(2 * n, sampleMs / each)));
  } while (elapsed() < warmupMs);
  n = Math.max(1, Math.round(sampleMs / each));
  const ms = [];
  while (ms.length < samples && (ms.length < 3 || elapsed() < warmupMs + maxMs)) ms.push(await timed(n));
  return ms;
}

/** The run(n) of something that is done once at a time. */
export const repeated = (once) => async (n) => {
  for (let i = 0; i < n; i++) await once();
};

/** The place of the largest value: the answer of a classifier. */
export const argmax = (values) => values.reduce((best, value, i) => (value > values[best] ? i : best), 0);

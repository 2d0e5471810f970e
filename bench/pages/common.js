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

/** A batch as every side gets it: pixels in [0, 1), and class indices. */
export function batchOf(batch, size, classes = 10) {
  const next = random(1);
  const pixels = Float32Array.from({ length: batch * size * size }, next);
  const labels = Int32Array.from({ length: batch }, () => Math.floor(next() * classes));
  return { pixels, labels };
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

// Trains for long and sees that memory does not grow: `make soak MINUTES=60 BACKEND=simd`, after `make site`; a page test does it for
// some seconds.
import { fileURLToPath } from "node:url";
import { start } from "./api.mjs";
import { sample, watchMemories } from "./memory.mjs";

const mib = 1 << 20;
/** By how much each figure may be larger in the last third than in the second: what is collected late. */
const slack = { program: 2 * mib, devices: 0, page: 2 * mib, worker: 2 * mib, nodes: 200, threads: 0 };
const text = "INPUT 28x28x1 -> CONV 5x5x8 pad 2 -> RELU -> POOL 2 -> CONV 5x5x16 pad 2 -> RELU -> POOL 3 -> FC 10";

/**
 * Trains in a page whose `fovea` is the program, classifies meanwhile, and compares what it takes in the last third of the time
 * with the second; the first is for warming up. It returns what grew, in words.
 * @param {import("playwright-core").Page} page opened with watchMemories in its Worker
 * @param {number} seconds
 * @param {(line: string) => void} log
 * @param {"simd" | "webgpu"} [backend]
 */
export async function soak(page, seconds, log, backend = "simd") {
  await page.evaluate(begin, { text, backend });
  const thirds = [[], [], []];
  const began = Date.now();
  for (let third = 0; third < 3; third = Math.floor((3 * (Date.now() - began)) / (seconds * 1000))) {
    const step = await page.evaluate(use);
    const figures = await sample(page);
    thirds[third].push(figures);
    log(`${String(Math.round((Date.now() - began) / 1000)).padStart(6)} s  step ${step}  ${inWords(figures)}`);
    await page.waitForTimeout(Math.min(15_000, (seconds * 1000) / 60));
  }
  await page.evaluate(() => globalThis.training.stop());
  const most = (list, name) => Math.max(...list.map((figures) => figures[name]));
  return Object.keys(slack).filter((name) => most(thirds[2], name) > most(thirds[1], name) + slack[name])
    .map((name) => `${name} grew from ${most(thirds[1], name)} to ${most(thirds[2], name)}`);
}

/** In the page: trains without an end, until all that training needs has been there once. */
async function begin({ text, backend }) {
  const digits = (count) => fovea.dataset({ images: new Uint8Array(count * 784).map((_, i) => (i * 7) % 251),
    labels: new Uint8Array(count).map((_, i) => i % 10), shape: [28, 28, 1] });
  const net = await fovea.net(text, { backend });
  const training = net.train(await digits(2048), { batch: 64, epochs: 1e6, validation: await digits(256) });
  Object.assign(globalThis, { net, training, step: 0 });
  await new Promise((resolve) => {
    (async () => {
      for await (const event of training.events()) {
        if (event.type === "progress") globalThis.step = event.step;
        if (event.type === "validation") resolve();
      }
    })();
  });
}

/** In the page: has a picture classified, pauses and goes on; the step it is at. */
async function use() {
  await net.classify(new ImageData(28, 28), { prepare: "digit" });
  await training.pause();
  await training.resume();
  for (const before = step; step === before;) await new Promise((resolve) => setTimeout(resolve, 20));
  return step;
}

const inWords = (figures) => Object.entries(figures)
  .map(([name, value]) => `${name} ${/nodes|threads/.test(name) ? value : `${(value / mib).toFixed(1)} MiB`}`).join(", ");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const visit = await start();
  try {
    const page = await visit.open({ inWorker: watchMemories });
    await page.evaluate(async () => { globalThis.fovea = await Fovea.start(); });
    const grown = await soak(page, 60 * Number(process.argv[2] ?? 60), console.log, process.argv[3] ?? "simd");
    for (const line of grown) console.error(`soak: ${line}`);
    process.exitCode = grown.length > 0 ? 1 : 0;
  } finally {
    await visit.close();
  }
}

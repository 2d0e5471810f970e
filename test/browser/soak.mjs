// Trains for long and sees that memory does not grow: `make soak MINUTES=60 BACKEND=simd`, after `make site`; the page tests do it for
// some seconds.
import { fileURLToPath } from "node:url";
import { id, noticed, phase, start, stepAbove, stepOf } from "./page.mjs";
import { sample, watchMemories } from "./memory.mjs";

const mib = 1 << 20;
/** By how much each figure may be larger in the last third than in the second: what is collected late, and lines of the log. */
const slack = { program: 2 * mib, devices: 0, page: 2 * mib, worker: 2 * mib, nodes: 200, threads: 0 };

/**
 * Trains in a page, uses it meanwhile, and compares what it takes in the last third of the time with the second; the first
 * is for warming up. It returns what grew, in words.
 * @param {import("playwright-core").Page} page opened with watchMemories in its Worker
 * @param {number} seconds
 * @param {"simd" | "webgpu"} backend
 * @param {(line: string) => void} log
 */
export async function soak(page, seconds, backend, log) {
  await page.fill(id("epochs"), "1000");
  await page.check(id(`backend-${backend}`));
  await page.click(id("train"));
  await noticed(page, "validation"); // all that training needs is there now
  const thirds = [[], [], []];
  const began = Date.now();
  for (let third = 0; third < 3; third = Math.floor((3 * (Date.now() - began)) / (seconds * 1000))) {
    await use(page);
    const figures = await sample(page);
    thirds[third].push(figures);
    log(`${String(Math.round((Date.now() - began) / 1000)).padStart(6)} s  step ${await stepOf(page)}  ${inWords(figures)}`);
    await page.waitForTimeout(Math.min(15_000, (seconds * 1000) / 60));
  }
  await page.click(id("stop"));
  await phase(page, "stopped");
  const most = (list, name) => Math.max(...list.map((figures) => figures[name]));
  return Object.keys(slack).filter((name) => most(thirds[2], name) > most(thirds[1], name) + slack[name])
    .map((name) => `${name} grew from ${most(thirds[1], name)} to ${most(thirds[2], name)}`);
}

/** Has a digit read, pauses and goes on. */
async function use(page) {
  await page.click(id("test-digit"));
  await page.locator(id("prediction-1")).waitFor(); // waitForSelector would hold the element
  await page.click(id("pause"));
  await page.click(id("resume"));
  await stepAbove(page, await stepOf(page));
}

const inWords = (figures) => Object.entries(figures)
  .map(([name, value]) => `${name} ${/nodes|threads/.test(name) ? value : `${(value / mib).toFixed(1)} MiB`}`).join(", ");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const visit = await start();
  try {
    const grown = await soak(await visit.open({ inWorker: watchMemories }), 60 * Number(process.argv[2] ?? 60), process.argv[3] ?? "simd", console.log);
    for (const line of grown) console.error(`soak: ${line}`);
    process.exitCode = grown.length > 0 ? 1 : 0;
  } finally {
    await visit.close();
  }
}
